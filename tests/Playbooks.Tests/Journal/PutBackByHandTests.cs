using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`play resume RUN --assume-put-back`: who repaired by hand what a run had left says so once, and hears no more of it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PutBackByHandTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public PutBackByHandTests()
    {
        folder.Write("hosts.yaml", "groups: { was: { hosts: { was1: { local: true } } } }");
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            steps:
              - name: Stop it
                {{Does("stop")}}
                undo: { shell: "echo undo >> {{folder.Path}}/effects; test -e {{folder.Path}}/mended" }
              - shell: "echo try >> {{folder.Path}}/effects; echo >{{folder.Path}}/begun; until test -e {{folder.Path}}/fails; do sleep 0.05; done"
                effect: repeatable
                assert: stdout == 'up'
            """);
    }

    public void Dispose() => folder.Dispose();

    private string Effects => folder.Text("effects").ReplaceLineEndings(" ").Trim();

    private string Does(string what) => $"shell: \"echo {what} >> {folder.Path}/effects\"";

    private Task<(int Code, string Output, string Errors)> Resume(params string[] words) => folder.Play(200, ["resume", "last", .. words]);

    private async Task<string> History() => (await folder.Play(200, "history")).Output;

    /// <summary>Its playbook may be gone by then.</summary>
    private async Task<(int Code, string Output, string Errors)> SayWithoutThePlaybook()
    {
        File.Move(folder.PathOf("p.yaml"), folder.PathOf("away"));
        var said = await Resume("--assume-put-back");
        File.Move(folder.PathOf("away"), folder.PathOf("p.yaml"));
        return said;
    }

    [Fact]
    public async Task An_undo_that_failed_is_owed_no_more()
    {
        folder.Write("fails", "");
        Assert.Equal(6, (await folder.Play(100, "p.yaml")).Code);
        Assert.Contains("1 not put back", await History(), StringComparison.Ordinal);

        var before = (await folder.Play(200, "show", "last")).Output;
        var said = await SayWithoutThePlaybook();
        Assert.Equal((0, ""), (said.Code, said.Output));
        Assert.Matches("^play: the run \\S+ is closed, and does not owe this any more:\n  ↺ \"Stop it\" on was1[^:]*\n$", said.Errors);
        Assert.Equal("stop try undo", Effects);
        Assert.DoesNotContain("1 not put back", await History(), StringComparison.Ordinal);
        // What it did and how it ended is as it was.
        var shown = (await folder.Play(200, "show", "last")).Output;
        Assert.Matches("↺ what it owed was put back by hand, says \\S+@\\S+\n", shown);
        Assert.Equal(before.ReplaceLineEndings(" ").Trim(), Regex.Replace(shown, " *\\S+ ↺ what it owed .*\n", "").ReplaceLineEndings(" ").Trim());
        using var json = JsonDocument.Parse((await folder.Play(200, "show", "last", "--report", "json=-")).Output);
        Assert.Equal(6, json.RootElement.GetProperty("exit_code").GetInt32());

        Assert.Contains("owes nothing: there is nothing to put back", (await Resume("--assume-put-back")).Errors, StringComparison.Ordinal);
        foreach (var how in new string[][] { [], ["--go-on"], ["--undo"] })
        {
            var resumed = await Resume(how);
            Assert.Equal((2, "stop try undo"), (resumed.Code, Effects));
            Assert.Matches("the run \\S+ is closed: what it owed was put back by hand, says \\S+@\\S+; nothing was run", resumed.Errors);
        }
    }

    [Fact]
    public async Task A_run_that_died_owes_nothing_more_and_the_next_one_is_not_told_of_it()
    {
        using (var run = folder.Start(100, "p.yaml"))
        {
            await folder.Written("begun");
            var alive = await Resume("--assume-put-back");
            Assert.Equal(2, alive.Code);
            Assert.Contains("is still running", alive.Errors, StringComparison.Ordinal);
            run.Kill();
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Contains("died, 1 not put back", await History(), StringComparison.Ordinal);
        Assert.Equal(0, (await SayWithoutThePlaybook()).Code);
        Assert.DoesNotContain("not put back", await History(), StringComparison.Ordinal);

        folder.Write("fails", "");
        folder.Write("mended", "");
        var next = await folder.Play(100, "p.yaml");
        Assert.Equal((1, "stop try stop try undo"), (next.Code, Effects));
        Assert.DoesNotContain("owes", next.Errors, StringComparison.Ordinal);
    }

    [Theory, InlineData("--undo"), InlineData("--go-on"), InlineData("--rerun=x@y"), InlineData("--report=html=x"), InlineData("--accept-changes")]
    public async Task Nothing_else_is_said_beside_it(string other)
    {
        var refused = await Resume("--assume-put-back", other);
        Assert.Equal(2, refused.Code);
        Assert.Contains($"`--assume-put-back` runs nothing and closes the run: `{other.Split('=')[0]}` has no meaning beside it", refused.Errors, StringComparison.Ordinal);
    }
}
