using System.Diagnostics;
using Xunit;

namespace Lab.Tests;

/// <summary>The Tab key in real shells.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Terminal terminal = new();

    public CompletionTests()
    {
        File.CreateSymbolicLink(terminal.PathOf("play"), Path.Combine(Running.Repository, "play"));
        File.WriteAllText(terminal.PathOf("hosts.yaml"), "groups: { was: { hosts: { was1: { local: true, label: 와스1 }, was2: { local: true } } }, web: { hosts: { front: { local: true } } } }\n");
        File.WriteAllText(terminal.PathOf("deploy.yaml"), "name: Deploys\nparams: { version: { description: What to bring } }\nhosts: localhost\nsteps: [{ name: One, command: 'true' }]\n");
    }

    public void Dispose() => terminal.Dispose();

    [Theory]
    [InlineData("bash", "bash --norc --noprofile", "eval \"$(play completion bash)\"")]
    [InlineData("zsh", "zsh -f", "autoload -U compinit; compinit -u -D; eval \"$(play completion zsh)\"")]
    public async Task A_tab_completes_what_was_begun(string shell, string command, string setting)
    {
        terminal.Start(100, $"cd {terminal.Folder}; exec env PATH={terminal.Folder}:$PATH PS1='ready> ' {command}");
        await terminal.Until("ready>");
        await Type($"{setting}; echo set up\n", "\nset up");
        await Type("play dep\t", "play deploy.yaml");
        await Type("-e ver\t", "-e version=");
        await Type("1 -l was1,f\t", "-l was1,front");
        await Type("--report html=hos\t", "--report html=hosts.yaml");
        await Type("\u0015play exec 'was1, fr\t", "play exec 'was1, front");
        await Type("\u0015play exec was\t\t", shell == "zsh" ? "와스1" : "was2");
    }

    [Fact]
    public async Task Fish_is_told_what_each_word_is()
    {
        Assert.Equal("deploy.yaml\n", await Fish("play dep"));
        Assert.Equal("version=\tWhat to bring\n", await Fish("play deploy.yaml -e v"));
        Assert.Equal("was,front\n", await Fish("play exec was,f"));
        Assert.Equal("was, front\n", await Fish("play exec 'was, f"));
        Assert.Contains("lint\tFinds ", await Fish("play l"), StringComparison.Ordinal);
    }

    /// <summary>tmux knows a tab, a line's end and Ctrl-U by names, and a semicolon would end its command.</summary>
    private async Task Type(string keys, string seen)
    {
        terminal.Tmux(["send-keys", "--", .. keys.Select(key => key switch { '\t' => "Tab", '\n' => "Enter", '\u0015' => "C-u", ' ' => "Space", ';' => @"\;", _ => $"{key}" })]);
        await terminal.Until(seen);
    }

    private async Task<string> Fish(string line)
    {
        var start = new ProcessStartInfo("fish", ["--no-config", "-c", "play completion fish | source; complete -C $argv[1]", line]) { WorkingDirectory = terminal.Folder, RedirectStandardOutput = true, Environment = { ["PATH"] = $"{terminal.Folder}:{Environment.GetEnvironmentVariable("PATH")}", ["HOME"] = terminal.Folder } };
        using var fish = Process.Start(start)!;
        var shown = await fish.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await fish.WaitForExitAsync(TestContext.Current.CancellationToken);
        return shown;
    }
}
