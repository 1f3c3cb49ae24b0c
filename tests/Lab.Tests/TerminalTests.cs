using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Lab.Tests;

/// <summary>`./play` in a real pseudo terminal: what a person sees there, and finds in the scrollback.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("terminal");

    // A server of our own, with a socket in our folder.
    private string Socket => Path.Combine(folder.FullName, "tmux");

    public void Dispose()
    {
        if (File.Exists(Socket)) Tmux("kill-server");
        folder.Delete(recursive: true);
    }

    private string Tmux(params string[] words)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-f", "/dev/null", "-S", Socket, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "CI", "NO_COLOR", "COLUMNS", "TMUX" }) start.Environment.Remove(name);
        using var tmux = Process.Start(start)!;
        var output = tmux.StandardOutput.ReadToEnd();
        tmux.WaitForExit();
        return output;
    }

    /// <summary>Everything: the scrollback and the screen, without empty lines at the end.</summary>
    private string Seen => Tmux("capture-pane", "-p", "-S", "-").TrimEnd();

    private string Cursor => Tmux("display", "-p", "#{cursor_flag}").Trim();

    private async Task Until(Func<string, bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds(Seen))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "this was not seen in a minute; now there is:\n" + Seen);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static string Play => Path.Combine(Running.Repository, "play");

    private async Task Files(string wait, string undo = "")
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "hosts.yaml"), """
            groups: { was: { hosts: { web: { local: true, label: 웹1 }, was2: { local: true, label: 와스2 }, was3: { local: true, label: was-three } } } }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "p.yaml"), $$"""
            name: 세션 이전
            steps:
              - name: A quick one that has a rather long name 빠른 단계
                hosts: was
                command: echo hello
              - name: Deploys until it is told that it is done
                hosts: was
                command: sh -c 'echo "loading 배포 from {{folder.FullName}}"; until [ -e {{folder.FullName}}/{{wait}} ]; do sleep 0.05; done'
                {{undo}}
              - name: One that fails
                hosts: was2
                command: sh -c 'echo because >&2; exit 3'
            """, TestContext.Current.CancellationToken);
    }

    /// <summary>Starts it in a shell, so that the terminal outlives it.</summary>
    private void Start(int width, string options = "") =>
        Tmux("new-session", "-d", "-x", $"{width}", "-y", "30", $"trap : INT; {Play} {folder.FullName}/p.yaml {options}; echo ended $?; exec cat");

    private async Task<string> Plain(int width)
    {
        using var play = new Running(Play, [Path.Combine(folder.FullName, "p.yaml")], new Dictionary<string, string> { ["COLUMNS"] = $"{width}" });
        return (await play.End()).Output.TrimEnd();
    }

    private void Done() => File.WriteAllText(Path.Combine(folder.FullName, "done"), "");

    /// <summary>The words alone: how long something took decides where its line is broken.</summary>
    private static string Words(string text) => Spaces().Replace(Times().Replace(text, ""), " ").Trim();

    [GeneratedRegex(@"\(?\b\d+\.\d+s\)?")]
    private static partial Regex Times();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [Theory, InlineData(40), InlineData(100)]
    public async Task The_scrollback_is_what_a_file_would_have_and_the_live_part_is_gone_at_the_end(int width)
    {
        await Files("done");
        Start(width);
        await Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        Assert.Equal("0", Cursor);
        var live = Seen.Split('\n');
        Assert.Contains(live, l => l.Contains("Deploys until it is told", StringComparison.Ordinal) && l.Contains("… ", StringComparison.Ordinal));
        Assert.All(new[] { "웹1", "와스2", "was-three" }, host => Assert.Contains(live, l => Regex.IsMatch(l, $@"^ +{host} +\d+s")));

        Done();
        await Until(seen => seen.Contains("ended 1", StringComparison.Ordinal));
        Assert.Equal("1", Cursor);
        Assert.Equal(Words(await Plain(width)), Words(Seen.Replace("\nended 1", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_terminal_that_changes_its_size_keeps_what_was_said_and_shows_one_live_part()
    {
        await Files("done");
        Start(100);
        await Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        foreach (var width in new[] { "40", "120", "60", "100" })
        {
            Tmux("resize-window", "-x", width);
            // At a narrow one the step stands on a line of its own, without the run's clock.
            await Until(seen => Regex.IsMatch(seen, int.Parse(width, System.Globalization.CultureInfo.InvariantCulture) < 61 ? "(?m)^… Deploys" : "(?m)^ +[0-9ms]+ … Deploys"));
        }
        await Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        Done();
        await Until(seen => seen.Contains("ended 1", StringComparison.Ordinal));
        Assert.Single(Regex.Matches(Seen, "✓ A quick one"));
        Assert.Single(Regex.Matches(Seen, "✓ Deploys"));
        // What tmux itself has moved into its history while it broke lines anew is out of reach: a part of an old frame may stay there.
        Assert.DoesNotContain("…", Seen[Seen.IndexOf("✓ Deploys", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_with_a_cursor_and_without_a_live_part()
    {
        await Files("never", "undo: { command: 'true' }");
        Start(100);
        await Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        Tmux("send-keys", "C-c");
        await Until(seen => seen.Contains("interrupted", StringComparison.Ordinal) && seen.Contains("put back: Deploys", StringComparison.Ordinal));
        await Until(_ => Cursor == "1");
        Assert.DoesNotContain("…", Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("loading", Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_commands_print_is_streamed_with_the_names_of_their_hosts()
    {
        await Files("done");
        Start(100, "-v");
        await Until(seen => Regex.Count(seen, @"(?m)^(웹1      |와스2    |was-three) \| loading 배포 from") == 3);
        Done();
        await Until(seen => seen.Contains("ended 1", StringComparison.Ordinal));
        Assert.Matches("(?m)^와스2     ! because", Seen);
    }

    [Fact]
    public async Task A_question_stands_below_what_led_to_it_and_a_terminal_that_closes_leaves_nobody_to_answer()
    {
        var undone = Path.Combine(folder.FullName, "undone");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "p.yaml"), $$"""
            name: Questions
            hosts: localhost
            steps:
              - name: Change
                shell: echo
                undo: { shell: "echo back > {{undone}}" }
              - confirm: "Stop [red]them[/]?"
              - print: went on
              - confirm: And now?
            """, TestContext.Current.CancellationToken);
        Start(100);
        await Until(seen => seen.EndsWith("Stop [red]them[/]? [y/N]", StringComparison.Ordinal));
        Assert.Contains("✓ Change", Seen, StringComparison.Ordinal);
        Tmux("send-keys", "y", "Enter");
        await Until(seen => seen.EndsWith("And now? [y/N]", StringComparison.Ordinal));
        Assert.Contains("» went on", Seen, StringComparison.Ordinal);

        Tmux("kill-session");
        await Until(_ => File.Exists(undone));
    }
}
