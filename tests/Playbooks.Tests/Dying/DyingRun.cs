using System.Diagnostics;
using System.Globalization;
using System.Text;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Dying;

/// <summary>One run of the playbook whose steps say that they ran, with a journal and an effect log of its own, by a program that dies at a commit of the journal.</summary>
internal sealed class DyingRun(Sshd sshd, string last = "true") : IDisposable
{
    private const int Killed = 128 + 9;

    private static readonly string Program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Dying", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Dying"));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dying");
    private readonly StringBuilder told = new();

    public void Dispose() => folder.Delete(recursive: true);

    private string Log => Path.Combine(folder.FullName, "effects");

    /// <summary>All that the programs printed, for whoever has to find out.</summary>
    public string Told => $"{told}{string.Join('\n', Effects)}";

    /// <summary>It had died after the last of its commits: nothing was left to go on with.</summary>
    public bool WasOver => told.ToString().Contains("has come to its end and owes nothing: nothing is left to go on with", StringComparison.Ordinal);

    /// <summary>What the steps wrote, in the order of time.</summary>
    public IReadOnlyList<Effect> Effects => File.Exists(Log) ? [.. File.ReadAllLines(Log).Select(Effect.Of)] : [];

    /// <summary>Begins the run. Null: it died.</summary>
    public Task<int?> Begin(int dieAt = 0)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "hosts.yaml"), $$"""
            ssh: { port: {{sshd.Port}}, user: {{Environment.UserName}}, key: {{sshd.Key}}, known_hosts: {{sshd.KnownHosts}} }
            groups: { both: { hosts: { h1: { ssh: { host: 127.0.0.1 } }, h2: { ssh: { host: 127.0.0.1 } } } } }
            """);
        return Run(dieAt, Repository.PathOf("tests/Dying/playbook.yaml"), "-i", Path.Combine(folder.FullName, "hosts.yaml"), "-e", $"log={Log}", "-e", $"last={last}");
    }

    public Task<int?> Resume(string how, int dieAt = 0) => Run(dieAt, "resume", "last", how);

    private async Task<int?> Run(int dieAt, params string[] words)
    {
        var start = new ProcessStartInfo(Program, [.. words, "--state", Path.Combine(folder.FullName, "state")]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["PLAY_TEST_DIE_AT"] = dieAt == 0 ? "" : dieAt.ToString(CultureInfo.InvariantCulture);
        // Whoever watches its processes knows them by this.
        start.Environment["PLAY_TEST_DYING"] = sshd.Folder;
        using var play = Process.Start(start)!;
        play.StandardInput.Close();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        late.CancelAfter(TimeSpan.FromMinutes(2));
        var output = Task.WhenAll(play.StandardOutput.ReadToEndAsync(late.Token), play.StandardError.ReadToEndAsync(late.Token));
        try
        {
            await play.WaitForExitAsync(late.Token);
            told.AppendLine(CultureInfo.InvariantCulture, $"$ play {string.Join(' ', words)}    # dies at {dieAt}").AppendLine(string.Concat(await output)).AppendLine(CultureInfo.InvariantCulture, $"→ {play.ExitCode}");
            return play.ExitCode == Killed ? null : play.ExitCode;
        }
        catch (OperationCanceledException)
        {
            play.Kill(entireProcessTree: true);
            Assert.Fail($"it hangs, dying at {dieAt}:\n{Told}");
            throw;
        }
    }
}

/// <summary>A line of the effect log: which step ran on which host, and what it knew.</summary>
internal sealed record Effect(string Run, string Host, string Step, string Value)
{
    public static Effect Of(string line) => line.Split(' ') is [var run, var host, var step, var value] ? new(run, host, step, value) : throw new FormatException($"no line of an effect: {line}");

    /// <summary>It may run again and again: it is of effect `repeatable`.</summary>
    public bool MayRepeat => Step == "poll";

    public override string ToString() => $"{Host} {Step} {Value}";
}
