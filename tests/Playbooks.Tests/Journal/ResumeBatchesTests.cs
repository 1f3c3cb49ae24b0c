using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`play resume` of a run that `max_failed` had stopped: who goes on says so.</summary>
public sealed class ResumeBatchesTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public ResumeBatchesTests()
    {
        folder.Write("hosts.yaml", "groups: { app: { hosts: { 'a[1:3]': { local: true } } } }");
        folder.Write("p.yaml", $$$"""
            name: P
            steps:
              - name: Rolling
                hosts: app
                batch: 1
                block:
                  - shell: "echo {{ host.name }} >> {{{folder.Path}}}/effects"
                    undo: { shell: "true" }
                  - shell: "test {{ host.name }} != a1"
            """);
    }

    public void Dispose() => folder.Dispose();

    private string Effects => folder.Text("effects").ReplaceLineEndings(" ").Trim();

    [Fact]
    public async Task It_goes_on_only_where_that_is_said()
    {
        Assert.Equal((5, "a1"), ((await folder.Play(100, "p.yaml")).Code, Effects));
        var unsaid = await folder.Play(200, "resume", "last");
        Assert.Equal((2, "a1"), (unsaid.Code, Effects));
        Assert.Contains("Rolling: a1 failed, and `max_failed` is 0; not begun: a2, a3.", unsaid.Errors, StringComparison.Ordinal);
        Assert.Contains("leaves out the hosts that failed", unsaid.Errors, StringComparison.Ordinal);
        Assert.Contains("--go-on goes on with the steps", unsaid.Errors, StringComparison.Ordinal);
        Assert.Equal((1, "a1 a2 a3"), ((await folder.Play(200, "resume", "last", "--go-on")).Code, Effects));
    }

    /// <summary>It ends as failed for the host that did, and says that; no guard holds it any more.</summary>
    [Fact]
    public async Task What_it_says_at_its_end_is_true_of_the_whole_run()
    {
        await folder.Play(100, "p.yaml");
        var resumed = await folder.Play(100, "resume", "last", "--go-on", "--report", $"md={folder.PathOf("r.md")}");
        Assert.DoesNotContain("max_failed", resumed.Output, StringComparison.Ordinal);
        Assert.Matches(@"Put back\n  ↺ shell: echo .* · a1\nfailed: an assertion does not hold · 2 steps in \S+ · exit 1\n", resumed.Output);
        var report = folder.Text("r.md");
        Assert.Contains(" 2 of 2 steps.", report, StringComparison.Ordinal);
        Assert.Matches(@"## Put back\n\n- shell: .* on a1\n", report);
        Assert.DoesNotContain("guard", report, StringComparison.Ordinal);
    }
}
