using System.Text.RegularExpressions;
using Xunit;

namespace Lab.Tests;

/// <summary>`./play` in a real pseudo terminal: what a person sees there, and finds in the scrollback.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private readonly Terminal terminal = new();

    public void Dispose() => terminal.Dispose();

    private static string Play => Path.Combine(Running.Repository, "play");

    private async Task Files(string wait, string undo = "")
    {
        await File.WriteAllTextAsync(terminal.PathOf("hosts.yaml"), """
            groups: { was: { hosts: { web: { local: true, label: 웹1 }, was2: { local: true, label: 와스2 }, was3: { local: true, label: was-three } } } }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(terminal.PathOf("p.yaml"), $$"""
            name: 세션 이전
            steps:
              - name: A quick one that has a rather long name 빠른 단계
                hosts: was
                command: echo hello
              - name: Deploys until it is told that it is done
                hosts: was
                command: sh -c 'echo "loading 배포 from {{terminal.Folder}}"; until [ -e {{terminal.Folder}}/{{wait}} ]; do sleep 0.05; done'
                {{undo}}
              - name: One that fails
                hosts: was2
                command: sh -c 'echo because >&2; exit 3'
            """, TestContext.Current.CancellationToken);
    }

    /// <summary>Starts it in a shell, so that the terminal outlives it.</summary>
    private void Start(int width, string options = "") => terminal.Start(width, $"trap : INT; {Play} {terminal.Folder}/p.yaml {options}");

    private async Task<string> Plain(int width)
    {
        using var play = new Running(Play, [terminal.PathOf("p.yaml"), "--state", terminal.PathOf("state")], new Dictionary<string, string> { ["COLUMNS"] = $"{width}" });
        return (await play.End()).Output.TrimEnd();
    }

    private void Done() => File.WriteAllText(terminal.PathOf("done"), "");

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
        await terminal.Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        Assert.Equal("0", terminal.Cursor);
        var live = terminal.Seen.Split('\n');
        Assert.Contains(live, l => l.Contains("Deploys until it is told", StringComparison.Ordinal) && l.Contains("… ", StringComparison.Ordinal));
        Assert.All(new[] { "웹1", "와스2", "was-three" }, host => Assert.Contains(live, l => Regex.IsMatch(l, $@"^ +{host} +\d+s")));

        Done();
        await terminal.Until(seen => seen.Contains("ended 1", StringComparison.Ordinal));
        Assert.Equal("1", terminal.Cursor);
        Assert.Equal(Words(await Plain(width)), Words(terminal.Seen.Replace("\nended 1", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_terminal_that_changes_its_size_keeps_what_was_said_and_shows_one_live_part()
    {
        await Files("done");
        Start(100);
        await terminal.Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        foreach (var width in new[] { "40", "120", "60", "100" })
        {
            terminal.Tmux("resize-window", "-x", width);
            // At a narrow one the step stands on a line of its own, without the run's clock.
            await terminal.Until(seen => Regex.IsMatch(seen, int.Parse(width, System.Globalization.CultureInfo.InvariantCulture) < 61 ? "(?m)^… Deploys" : "(?m)^ +[0-9ms]+ … Deploys"));
        }
        await terminal.Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        Done();
        await terminal.Until(seen => seen.Contains("ended 1", StringComparison.Ordinal));
        Assert.Single(Regex.Matches(terminal.Seen, "✓ A quick one"));
        Assert.Single(Regex.Matches(terminal.Seen, "✓ Deploys"));
        // What tmux itself has moved into its history while it broke lines anew is out of reach: a part of an old frame may stay there.
        Assert.DoesNotContain("…", terminal.Seen[terminal.Seen.IndexOf("✓ Deploys", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_with_a_cursor_and_without_a_live_part()
    {
        await Files("never", "undo: { command: 'true' }");
        Start(100);
        await terminal.Until(seen => Regex.Count(seen, "loading 배포 from") == 3);
        terminal.Tmux("send-keys", "C-c");
        await terminal.Until(seen => seen.Contains("interrupted", StringComparison.Ordinal) && seen.Contains("put back: Deploys", StringComparison.Ordinal));
        await terminal.Until(_ => terminal.Cursor == "1");
        Assert.DoesNotContain("…", terminal.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("loading", terminal.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_commands_print_is_streamed_with_the_names_of_their_hosts()
    {
        await Files("done");
        Start(100, "-v");
        await terminal.Until(seen => Regex.Count(seen, @"(?m)^(웹1      |와스2    |was-three) \| loading 배포 from") == 3);
        Done();
        await terminal.Until(seen => seen.Contains("ended 1", StringComparison.Ordinal));
        Assert.Matches("(?m)^와스2     ! because", terminal.Seen);
    }

    [Fact]
    public async Task A_question_stands_below_what_led_to_it_and_a_terminal_that_closes_leaves_nobody_to_answer()
    {
        var undone = terminal.PathOf("undone");
        await File.WriteAllTextAsync(terminal.PathOf("p.yaml"), $$"""
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
        await terminal.Until(seen => seen.EndsWith("Stop [red]them[/]? [y/N]", StringComparison.Ordinal));
        Assert.Contains("✓ Change", terminal.Seen, StringComparison.Ordinal);
        terminal.Tmux("send-keys", "y", "Enter");
        await terminal.Until(seen => seen.EndsWith("And now? [y/N]", StringComparison.Ordinal));
        Assert.Contains("» went on", terminal.Seen, StringComparison.Ordinal);

        terminal.Tmux("kill-session");
        await terminal.Until(_ => File.Exists(undone));
    }
}
