using Xunit;

namespace Lab.Tests;

/// <summary>`play new`, asked for by options and in a terminal.</summary>
public sealed class NewTests : IDisposable
{
    private readonly Terminal terminal = new();

    public void Dispose() => terminal.Dispose();

    private static string Program => Path.Combine(Running.Repository, "play");

    private static async Task<(int Code, string Output)> Play(params string[] args)
    {
        using var play = new Running(Program, args);
        return await play.End();
    }

    [Fact]
    public async Task Both_files_are_written_or_none_and_never_over_another()
    {
        var (book, hosts) = (terminal.PathOf("first.yaml"), terminal.PathOf("hosts.yaml"));
        var (code, output) = await Play("new", book, "--hosts", "web1,web2=192.0.2.11:2202", "--user", "deploy", "--name", "Eh: {{ x }} \"y\"");
        Assert.True(code == 0 && output.Contains($"Next: play {book}", StringComparison.Ordinal), output);
        (code, output) = await Play("lint", book, hosts);
        Assert.True(code == 0, output);
        (code, output) = await Play("plan", book);
        Assert.True(code == 0 && output.StartsWith("Eh: {{ x }} \"y\"", StringComparison.Ordinal), output);

        // One of them is there.
        var other = terminal.PathOf("other.yaml");
        (code, output) = await Play("new", other, "--hosts", "web1");
        Assert.True(code == 2 && output.Contains("hosts.yaml is there already", StringComparison.Ordinal) && !File.Exists(other), output);
        (code, output) = await Play("new", book, "--hosts", "web1", "--inventory", other);
        Assert.True(code == 2 && !File.Exists(other), output);
        (code, output) = await Play("new", other, "--hosts", "a b", "--inventory", terminal.PathOf("more.yaml"));
        Assert.True(code == 2 && output.Contains("cannot be a host's name", StringComparison.Ordinal) && !File.Exists(other), output);
        // A folder that is not there.
        (code, output) = await Play("new", other, "--hosts", "web1", "--inventory", terminal.PathOf("gone/hosts.yaml"));
        Assert.True(code == 2 && !File.Exists(other) && Directory.GetFiles(terminal.Folder, "*.new").Length == 0, output);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_the_options_are_named()
    {
        var (code, output) = await Play("new");
        Assert.True(code == 2 && output.Contains("--hosts", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Nothing_is_asked_for_a_file_that_cannot_be_written()
    {
        await File.WriteAllTextAsync(terminal.PathOf("there.yaml"), "mine", TestContext.Current.CancellationToken);
        foreach (var (path, why) in new[] { ("there.yaml", "is there already"), ("first.txt", "*.yaml or *.yml"), ("gone/first.yaml", "there is no folder"), ("hosts.yaml", "cannot both be") })
        {
            var (code, output) = await Play("new", terminal.PathOf(path));
            Assert.True(code == 2 && output.Contains(why, StringComparison.Ordinal) && !output.Contains("which hosts", StringComparison.Ordinal), output);
        }
    }

    [Fact]
    public async Task In_a_terminal_it_asks()
    {
        terminal.Start(40, $"cd {terminal.Folder}; {Program} new");
        foreach (var (question, answer) in new[] { ("The playbook to write", "mine.yaml"), ("Hosts", "web1, web2"), ("Who logs in", ""), ("is called", "내 것") })
        {
            await terminal.Until(question);
            if (answer.Length > 0) terminal.Tmux("send-keys", "-l", answer);
            terminal.Tmux("send-keys", "Enter");
        }
        await terminal.Until("ended 0");
        Assert.Contains("name: \"내 것\"", await File.ReadAllTextAsync(terminal.PathOf("mine.yaml"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("web2: {}", await File.ReadAllTextAsync(terminal.PathOf("hosts.yaml"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
