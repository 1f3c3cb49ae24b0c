using System.Diagnostics;
using Xunit;

namespace Lab.Tests;

/// <summary>A real pseudo terminal with a program in it: a tmux server of its own, with its socket in a folder of its own.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("terminal");

    public string Folder => folder.FullName;

    private string Socket => PathOf("tmux");

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Starts a shell's command, and stays when that has ended.</summary>
    public void Start(int width, string command) => Tmux("new-session", "-d", "-x", $"{width}", "-y", "30", $"{command}; echo ended $?; exec cat");

    /// <summary>Everything: the scrollback and the screen, without empty lines at the end.</summary>
    public string Seen => Tmux("capture-pane", "-p", "-S", "-").TrimEnd();

    public string Cursor => Tmux("display", "-p", "#{cursor_flag}").Trim();

    public string Tmux(params string[] words)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-f", "/dev/null", "-S", Socket, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "CI", "NO_COLOR", "COLUMNS", "TMUX" }) start.Environment.Remove(name);
        using var tmux = Process.Start(start)!;
        var output = tmux.StandardOutput.ReadToEnd();
        tmux.WaitForExit();
        return output;
    }

    public Task Until(string text) => Until(seen => seen.Contains(text, StringComparison.Ordinal));

    public async Task Until(Func<string, bool> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (!holds(Seen))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "this was not seen in a minute; now there is:\n" + Seen);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        if (File.Exists(Socket)) Tmux("kill-server");
        folder.Delete(recursive: true);
    }
}
