using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`play` and its journal: runs that are listed, shown again, followed and refused.</summary>
public sealed partial class PlayTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public PlayTests()
    {
        folder.Write("hosts.yaml", """
            groups:
              was:
                hosts:
                  was1: { local: true, label: 와스1 }
                  was2: { local: true, label: 두번째-애플리케이션-서버 }
                  far: { ssh: "127.0.0.1:9", label: 먼곳 }
            """);
        folder.Write("ok.yaml", """
            name: 세션 장애 조치 시험
            steps:
              - name: 모든 서버에서 세션이 살아 있는지 확인한다
                hosts: was1, was2
                command: [echo, "{{ host.label }}"]
                assert: stdout == host.label
              - print: 끝났습니다
            """);
        folder.Write("bad.yaml", """
            name: Deploy
            keep: 90d
            hosts: was1
            steps:
              - name: 서비스를 멈춘다
                command: "true"
                undo: { command: "false" }
              - name: 답이 옳다
                command: [printf, "%s", "하나\n둘\n셋"]
                assert: stdout == 'x'
            """);
        folder.Write("waits.yaml", """
            name: Waiting
            params: { dir: {} }
            steps:
              - name: 파일을 기다린다
                hosts: was1
                shell: "touch {{ dir }}/begun; until [ -e {{ dir }}/go ]; do sleep 0.02; done"
                undo: { print: nothing }
              - name: Then
                hosts: was1
                command: "true"
              - name: Never
                when: false
                hosts: far
                command: "true"
            """);
    }

    public void Dispose() => folder.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public async Task A_run_is_shown_again_with_the_lines_it_had(int width)
    {
        var ran = await folder.Play(width, "ok.yaml");
        var failed = await folder.Play(width, "bad.yaml");
        Assert.Equal((0, 6), (ran.Code, failed.Code));
        // Only what may be gone on with leaves receipts.
        Assert.Single(Directory.GetDirectories(folder.PathOf("play/receipts")));
        Assert.Equal(failed.Output, (await folder.Play(width, "show", "last", "--output", "plain")).Output);
        Assert.Equal(failed.Output, (await folder.Play(width, "show", "last")).Output);

        var history = await folder.Play(width, "history");
        Assert.All(history.Output.Split('\n'), line => Assert.InRange(Playbooks.Problems.DisplayText.Width(line), 0, width));
        var names = Name().Matches(history.Output).Select(m => m.Value).ToList();
        Assert.Equal(2, names.Count);
        Assert.Equal(ran.Output, (await folder.Play(width, "show", names[1], "--output", "plain")).Output);
        Assert.StartsWith("✗", (await folder.Play(width, "show", names[0], "--output", "quiet")).Output, StringComparison.Ordinal);
        await Verifier.Verify(Untimed(history.Output + (await folder.Play(width, "history", "-n", "1")).Output), $"{width}");
    }

    [Fact]
    public async Task A_run_that_does_not_exist_and_a_journal_that_does_not_are_said()
    {
        Assert.StartsWith("play: there is no run yet: the journal would be in ", (await folder.Play(100, "history")).Errors, StringComparison.Ordinal);
        await folder.Play(100, "ok.yaml");
        Assert.Equal((2, "play: there is no run `x`\n  `play history` lists the runs\n"), ((await folder.Play(100, "show", "x")).Code, (await folder.Play(100, "show", "x")).Errors));
    }

    [Fact]
    public async Task A_run_that_goes_on_is_followed_to_its_end_and_left_without_harm()
    {
        using var run = folder.Start(40, "waits.yaml", "-e", $"dir={folder.Path}");
        await folder.Written("begun");
        Assert.Contains("· runs now\n", (await folder.Play(40, "history")).Output, StringComparison.Ordinal);
        Assert.Contains("The run goes on:\n  play attach ", (await folder.Play(40, "show", "last")).Output, StringComparison.Ordinal);

        using var leaving = folder.Start(40, "attach");
        await leaving.StandardOutput.ReadLineAsync(Cancel);
        _ = Kill(leaving.Id, 2);
        await leaving.WaitForExitAsync(Cancel);
        Assert.Equal(130, leaving.ExitCode);
        Assert.Contains("the run goes on: play attach ", await leaving.StandardError.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        Assert.False(run.HasExited);

        using var attached = folder.Start(40, "attach");
        var first = await attached.StandardOutput.ReadLineAsync(Cancel);
        folder.Write("go", "");
        var (ran, followed) = (await PlayFolder.Ended(run), await PlayFolder.Ended(attached));
        Assert.Equal(0, followed.Code);
        // Whoever waits long is told so by the clock, and not by an event.
        static string Events(string output) => Still().Replace(output, "");
        Assert.Equal(Events(ran.Output), Events($"{first}\n{followed.Output}"));
    }

    [Fact]
    public async Task A_run_that_is_killed_is_said_to_have_died_with_what_it_owes()
    {
        using var run = folder.Start(40, "waits.yaml", "-e", $"dir={folder.Path}");
        await folder.Written("begun");
        using var attached = folder.Start(40, "attach");
        await attached.StandardOutput.ReadLineAsync(Cancel);
        run.Kill();
        var followed = await PlayFolder.Ended(attached);
        folder.Write("go", "");
        Assert.Equal(6, followed.Code);
        Assert.Contains("The run died here: its program ended", followed.Output, StringComparison.Ordinal);
        Assert.Contains("ended without a word, and something is not put back", Regex.Replace(followed.Output, @"\s+", " "), StringComparison.Ordinal);
        Assert.Contains("died, 1 not put back", (await folder.Play(100, "history")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_runs_that_change_the_same_machine_are_not_begun_side_by_side()
    {
        using var run = folder.Start(100, "waits.yaml", "-e", $"dir={folder.Path}");
        await folder.Written("begun");
        var second = await folder.Play(100, "waits.yaml", "-e", $"dir={folder.Path}");
        Assert.Equal((2, ""), (second.Code, second.Output));
        Assert.Matches("^play: the run \\S+ of \"Waiting\" changes a machine that this run would change: 127.0.0.1:9. It runs since [^\n]*; nothing was run\n  wait for its end: `play attach \\S+` shows it\n$", second.Errors);
        // Who changes none of its machines is not in its way.
        Assert.Equal(0, (await folder.Play(100, "ok.yaml")).Code);
        folder.Write("go", "");
        Assert.Equal(0, (await PlayFolder.Ended(run)).Code);
        Assert.Equal(0, (await folder.Play(100, "waits.yaml", "-e", $"dir={folder.Path}")).Code);
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("undo: { print: back }", 6)]
    public async Task When_the_journal_is_gone_nothing_more_is_done(string undo, int code)
    {
        folder.Write("gone.yaml", $$"""
            name: Gone
            hosts: was1
            steps:
              - command: rm {{folder.State}}/journal.db
                {{undo}}
              - command: touch {{folder.Path}}/done
            """);
        var ran = await folder.Play(100, "gone.yaml");
        Assert.Equal(code, ran.Code);
        Assert.Contains("was deleted or replaced while the run went on; so nothing more was done", ran.Errors, StringComparison.Ordinal);
        Assert.Equal(code == 6, ran.Errors.Contains("NOT put back", StringComparison.Ordinal));
        Assert.False(File.Exists(folder.PathOf("done")));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_used_keeps_everything_from_being_run()
    {
        Directory.CreateDirectory(folder.State);
        await File.WriteAllTextAsync(Path.Combine(folder.State, "journal.db"), new string('x', 9_999), Cancel);
        var ran = await folder.Play(100, "ok.yaml");
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.Matches("^play: the journal \\S+ is damaged \\(file is not a database\\); nothing was run\n  move it aside", ran.Errors);
    }

    [Fact]
    public async Task Older_runs_of_the_same_file_are_deleted_where_the_playbook_says_so()
    {
        folder.Write("short.yaml", "name: Short\nkeep: 1ms\nsteps: [{ print: x }]");
        foreach (var file in new[] { "ok.yaml", "short.yaml", "short.yaml", "short.yaml" }) Assert.Equal(0, (await folder.Play(100, file)).Code);
        Assert.Equal(["Short", "세션 장애 조치 시험"], (await folder.Play(100, "history")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("s  ")[1].Split(':')[0]));
    }

    [Fact]
    public async Task Exec_keeps_no_journal_and_leaves_no_receipts()
    {
        Assert.Equal(0, (await folder.Play(100, "exec", "was1", "--", "true")).Code);
        Assert.Empty(Directory.GetFiles(folder.PathOf("play"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetDirectories(folder.PathOf("play/receipts")));
    }

    private static string Untimed(string text) => Took().Replace(Name().Replace(When().Replace(text, "2026-11-29 12:00"), "20261129-120000-abcd"), "0.0s");

    [GeneratedRegex(@"\d{8}-\d{6}-[0-9a-f]{4}")]
    private static partial Regex Name();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d")]
    private static partial Regex When();

    [GeneratedRegex(@"^ *\S+ … .*still running\n.*\n", RegexOptions.Multiline)]
    private static partial Regex Still();

    [GeneratedRegex(@"\d+\.\ds")]
    private static partial Regex Took();

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
