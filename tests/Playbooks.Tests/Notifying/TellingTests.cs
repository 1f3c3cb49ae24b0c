using System.Runtime.InteropServices;
using Playbooks.Tests.Journal;
using Playbooks.Tests.Ssh;
using Playbooks.Tests.Steps.Http;
using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>`play` itself, at the end of its runs.</summary>
public sealed class TellingTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void Playbook(string notify, string steps) => folder.Write("night.yaml", $"name: Night\nsecrets: {{ hook: {{ env: NO_SUCH_VARIABLE }} }}\nnotify:\n{notify}\nhosts: localhost\nsteps:\n{steps}\n");

    private const string Message = "  - command: [sh, -c, 'cat > message']\n";

    [Fact]
    public async Task A_failure_and_its_end_are_told_and_nothing_between()
    {
        Playbook(Message, $"  - {{ name: It is there, command: [test, -e, '{folder.PathOf("there")}'] }}");
        var (code, output, _) = await folder.Play(100, "night.yaml");
        Assert.Equal(1, code);
        Assert.EndsWith("told sh (command)\n", output, StringComparison.Ordinal);
        Assert.StartsWith("✗ Night: failed\n", folder.Text("message"), StringComparison.Ordinal);
        folder.Write("there", "");
        (code, output, _) = await folder.Play(100, "night.yaml");
        Assert.Equal(0, code);
        Assert.StartsWith("✓ Night: passed again, 1 fixed\n", folder.Text("message"), StringComparison.Ordinal);
        folder.Write("message", "");
        (code, output, _) = await folder.Play(100, "night.yaml");
        Assert.Equal(0, code);
        Assert.DoesNotContain("told", output, StringComparison.Ordinal);
        Assert.Empty(folder.Text("message"));
    }

    [Fact]
    public async Task Who_cannot_be_told_is_named_and_the_run_ended_as_it_did()
    {
        Playbook("  - { command: [no-such-program], on: always }", "  - command: 'true'");
        var (code, output, errors) = await folder.Play(40, "night.yaml", "--output", "quiet");
        Assert.Equal(0, code);
        Assert.DoesNotContain("told", output, StringComparison.Ordinal);
        Assert.StartsWith("play: NOT told: no-such-program (command): it could not be started", errors, StringComparison.Ordinal);
        Assert.EndsWith("\n  is it there, on the PATH of this user?\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_told_by_hand_nor_asked_for_what_that_would_want()
    {
        Playbook("""  - { webhook: { url: "https://hooks.example.com/{{ secret.hook }}" }, on: always }""", "  - command: 'true'");
        var (code, _, errors) = await folder.Play(100, "night.yaml");
        Assert.Equal(2, code);
        Assert.Contains("NO_SUCH_VARIABLE", errors, StringComparison.Ordinal);
        (code, var output, errors) = await folder.Play(100, "night.yaml", "--no-notify");
        Assert.Equal((0, ""), (code, errors));
        Assert.DoesNotContain("told", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_is_told_and_one_that_goes_on_is_told_again()
    {
        Playbook(Message, $"  - {{ name: Long, shell: \"touch {folder.PathOf("begun")}; until [ -e {folder.PathOf("there")} ]; do sleep 0.05; done\", effect: repeatable }}");
        using var play = folder.Start(100, "night.yaml");
        await folder.Written("begun");
        Assert.Equal(0, Kill(play.Id, 2));
        var (code, _, _) = await PlayFolder.Ended(play);
        Assert.Equal(130, code);
        Assert.StartsWith("✗ Night: interrupted", folder.Text("message"), StringComparison.Ordinal);
        folder.Write("there", "");
        (code, var output, _) = await folder.Play(100, "resume", "last", "--go-on");
        Assert.Equal((0, "told sh (command)"), (code, output.TrimEnd('\n').Split('\n')[^1]));
        Assert.StartsWith("✓ Night: passed again\n", folder.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_telling_and_says_who_was_not_told()
    {
        await using var hangs = Server.Raw(async (_, _, cancel) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel));
        Playbook($"  - {{ webhook: {hangs.Url}, on: always }}", "  - command: 'true'");
        using var play = folder.Start(100, "night.yaml");
        await Eventually.Holds(() => !hangs.Requests.IsEmpty, "it was asked", 30);
        Assert.Equal(0, Kill(play.Id, 2));
        var (code, _, errors) = await PlayFolder.Ended(play);
        Assert.Equal((0, $"play: NOT told: 127.0.0.1:{hangs.Port} (webhook): stopped before it was done\n"), (code, errors));
    }

    [Fact]
    public async Task Of_an_included_playbook_nobody_is_told()
    {
        Playbook(Message, "  - command: 'false'");
        folder.Write("all.yaml", "name: All\nsteps:\n  - include: night.yaml\n");
        var (code, output, _) = await folder.Play(100, "all.yaml");
        Assert.Equal(1, code);
        Assert.DoesNotContain("told", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_journal_fails_people_are_told_of_that()
    {
        Playbook(Message, $"  - name: Breaks it\n    shell: for f in {folder.State}/journal.db*; do head -c 200000 /dev/urandom > $f; done\n    undo: {{ command: 'true' }}\n  - command: 'true'\n  - command: 'true'");
        var (code, _, errors) = await folder.Play(100, "night.yaml");
        Assert.Equal(6, code);
        Assert.Contains("NOT put back", errors, StringComparison.Ordinal);
        Assert.StartsWith("✗ Night: failed, NOT put back\n", folder.Text("message"), StringComparison.Ordinal);
        Assert.Contains("\n  the journal failed: ", folder.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_says_who_will_be_told_and_of_a_URL_only_the_host()
    {
        folder.Write("night.yaml", """
            name: Night
            secrets: { hook: { env: HOOK } }
            notify:
              - webhook: https://hooks.example.com/T00/hunter2
                on: change
              - webhook: "{{ secret.hook }}"
              - email: { to: [ops@example.com, 당직@example.com], from: play@example.com, smtp: mail.example.com }
                on: [always]
              - command: logger -t play
            steps:
              - print: x
            """);
        var (code, output, _) = await folder.Play(100, "plan", "night.yaml");
        Assert.Equal(0, code);
        Assert.Contains("""
            tells    hooks.example.com (webhook) on change
                     {{ secret.hook }} (webhook) on failure, recovery
                     ops@example.com, 당직@example.com (email) on always
                     logger (command) on failure, recovery

            """.ReplaceLineEndings("\n"), output, StringComparison.Ordinal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
