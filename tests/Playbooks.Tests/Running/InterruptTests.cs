using System.Diagnostics;
using System.Globalization;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Fault 12, with the program itself: signals, and a terminal or a reader that goes away. What it leaves on the host is what counts.</summary>
public sealed class InterruptTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("interrupts");
    private Process? play;

    public InterruptTests() => File.WriteAllText(PathOf("p.yaml"), $$"""
        hosts: localhost
        steps:
          - name: Change
            shell: echo change >> {{PathOf("effects")}}
            undo: { shell: "echo unchange >> {{PathOf("effects")}}" }
          - name: Long
            shell: echo long $$ >> {{PathOf("effects")}}; until [ -e {{PathOf("done")}} ]; do sleep 0.02; done; echo ended >> {{PathOf("effects")}}
            undo: { shell: "echo unlong >> {{PathOf("effects")}}; while [ -e {{PathOf("hold")}} ]; do sleep 0.02; done; echo undone >> {{PathOf("effects")}}" }
          - name: Last
            shell: echo last >> {{PathOf("effects")}}
        always:
          - shell: echo always >> {{PathOf("effects")}}
        """);

    public void Dispose()
    {
        // Whatever a failed test has left running sees it, and ends.
        Done();
        if (File.Exists(Socket)) Tmux("kill-server");
        if (play is { HasExited: false }) play.Kill(entireProcessTree: true);
        play?.Dispose();
        folder.Delete(recursive: true);
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private string Socket => PathOf("tmux");

    /// <summary>What has been done, without the number of the process.</summary>
    private IEnumerable<string> Effects => File.Exists(PathOf("effects")) ? File.ReadAllLines(PathOf("effects")).Select(line => line.Split(' ')[0]) : [];

    private void Done() => File.WriteAllText(PathOf("done"), "");

    private Task Until(string effect) => Eventually.Holds(() => Effects.Contains(effect), effect, 30);

    private void Signal(string name) => Run("kill", "-" + name, play!.Id.ToString(CultureInfo.InvariantCulture));

    private static string Run(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardOutput = true };
        foreach (var name in new[] { "CI", "NO_COLOR", "COLUMNS", "TMUX" }) start.Environment.Remove(name);
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private string Tmux(params string[] words) => Run("tmux", ["-u", "-f", "/dev/null", "-S", Socket, .. words]);

    private void Start() => play = Process.Start(new ProcessStartInfo(Repository.Play, [PathOf("p.yaml")]) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true })!;

    private async Task<(int Code, string Output)> End()
    {
        play!.StandardInput.Close();
        var output = await play.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await play.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await play.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (play.ExitCode, output);
    }

    [Theory, InlineData("INT"), InlineData("TERM")]
    public Task Once_ends_what_runs_and_puts_it_back(string signal) => Once(signal);

    [Theory, InlineData("QUIT"), InlineData("USR1"), InlineData("USR2"), InlineData("ALRM"), InlineData("XCPU")]
    [Trait("Category", "Long")]
    public Task So_does_what_else_would_end_a_program(string signal) => Once(signal);

    private async Task Once(string signal)
    {
        Start();
        await Until("long");
        Signal(signal);
        Assert.Equal(130, (await End()).Code);
        Assert.Equal(["change", "long", "unlong", "undone", "unchange", "always"], Effects);
        Assert.False(Directory.Exists("/proc/" + File.ReadAllLines(PathOf("effects"))[1].Split(' ')[1]));
    }

    [Theory, InlineData("INT", "INT"), InlineData("TERM", "QUIT")]
    public async Task Once_more_leaves_at_once_and_lists_what_was_not_put_back(string first, string second)
    {
        File.WriteAllText(PathOf("hold"), "");
        Start();
        await Until("long");
        Signal(first);
        await Until("unlong");
        Signal(second);
        var (code, output) = await End();
        Assert.Equal(6, code);
        Assert.Equal(["change", "long", "unlong"], Effects);
        Assert.Contains("\"Long\" on localhost was not put back", output, StringComparison.Ordinal);
        Assert.Contains("\"Change\" on localhost was not put back", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hang_up_ends_nothing_and_commands_are_given_no_ignored_signals()
    {
        File.AppendAllText(PathOf("p.yaml"), $"\n  - shell: grep SigIgn /proc/self/status > {PathOf("ignored")}\n");
        Start();
        await Until("long");
        Signal("HUP");
        Signal("HUP");
        Done();
        Assert.Equal(0, (await End()).Code);
        Assert.Equal(["change", "long", "ended", "last", "always"], Effects);
        // HUP INT QUIT USR1 USR2 ALRM TERM XCPU: bit n - 1 each. (.NET itself ignores PIPE.)
        var ignored = ulong.Parse((await File.ReadAllTextAsync(PathOf("ignored"), TestContext.Current.CancellationToken)).Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.Equal(0UL, ignored & new[] { 1, 2, 3, 10, 12, 14, 15, 24 }.Aggregate(0UL, (bits, signal) => bits | 1UL << signal - 1));
    }

    /// <summary>With `setsid` nobody tells it: it sees only that its terminal does not take or give anything any more.</summary>
    [Theory, InlineData(""), InlineData("setsid -w")]
    public Task A_terminal_that_goes_ends_nothing(string how) => Goes(how, "");

    [Theory, InlineData(""), InlineData("setsid -w")]
    [Trait("Category", "Long")]
    public Task Nor_does_one_that_goes_where_only_lines_are_shown(string how) => Goes(how, "--output plain");

    private async Task Goes(string how, string options)
    {
        InTerminal(how, options);
        await Until("long");
        Tmux("kill-server");
        Done();
        Assert.Equal("0", await Code());
        Assert.Equal(["change", "long", "ended", "last", "always"], Effects);
    }

    [Theory, InlineData(""), InlineData("setsid -w")]
    public async Task A_question_after_that_has_nobody_to_be_asked(string how)
    {
        File.WriteAllText(PathOf("p.yaml"), (await File.ReadAllTextAsync(PathOf("p.yaml"), TestContext.Current.CancellationToken)).Replace("  - name: Last\n", "  - confirm: Go on?\n  - name: Last\n", StringComparison.Ordinal));
        InTerminal(how, "");
        await Until("long");
        Tmux("kill-server");
        Done();
        Assert.Equal("3", await Code());
        Assert.Equal(["change", "long", "ended", "unlong", "undone", "unchange", "always"], Effects);
    }

    [Theory, InlineData(""), InlineData("setsid -w")]
    public async Task A_question_that_is_being_asked_then_has_nobody_to_be_asked(string how)
    {
        File.WriteAllText(PathOf("p.yaml"), (await File.ReadAllTextAsync(PathOf("p.yaml"), TestContext.Current.CancellationToken)).Replace("  - name: Last\n", "  - confirm: Go on?\n  - name: Last\n", StringComparison.Ordinal));
        Done();
        InTerminal(how, "");
        await Eventually.Holds(() => Tmux("capture-pane", "-p").Contains("Go on? [y/N]", StringComparison.Ordinal), "the question", 30);
        Tmux("kill-server");
        Assert.Equal("3", await Code());
        Assert.Equal(["change", "long", "ended", "unlong", "undone", "unchange", "always"], Effects);
    }

    [Theory, InlineData("| head -1"), InlineData("2>&1 | head -1")]
    public async Task A_reader_that_has_read_enough_ends_nothing(string reader)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{Repository.Play} {PathOf("p.yaml")} {reader}; exit ${{PIPESTATUS[0]}}"]) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true };
        play = Process.Start(start)!;
        await Until("long");
        // `head` has its line, and is gone.
        Done();
        Assert.Equal(0, (await End()).Code);
        Assert.Equal(["change", "long", "ended", "last", "always"], Effects);
    }

    /// <summary>In a shell that outlives the terminal and says how it ended.</summary>
    private void InTerminal(string how, string options) =>
        Tmux("new-session", "-d", "-x", "80", "-y", "24", $"trap : HUP; {how} {Repository.Play} {PathOf("p.yaml")} {options}; echo $? > {PathOf("code")}");

    private async Task<string> Code()
    {
        await Eventually.Holds(() => File.Exists(PathOf("code")) && File.ReadAllText(PathOf("code")).EndsWith('\n'), "the program ends", 30);
        return (await File.ReadAllTextAsync(PathOf("code"), TestContext.Current.CancellationToken)).Trim();
    }
}
