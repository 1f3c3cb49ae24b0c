using System.Diagnostics;
using Playbooks.Journal;
using Playbooks.Planning;
using Playbooks.Running;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>A journal in a folder of its own.</summary>
internal sealed class JournalFixture : IDisposable
{
    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("journal");

    public string Folder => Path.Combine(temporary.FullName, "state");

    public string Database => Path.Combine(Folder, "journal.db");

    public static string Appender => Repository.PathOf("artifacts/bin/Appender/debug/Appender");

    public RunJournal Open() => RunJournal.Open(Folder, TimeProvider.System);

    public void Dispose() => temporary.Delete(recursive: true);

    public static NewRun New(string name, params string[] machines) => new(name, "Deploy", "/srv/deploy.yaml", machines);

    public static RunEvent Started(long number) => new RunEvent.HostStarted(new Address("", new StepKey("steps/0"), "was1", Attempt: (int)number), "play", null, OwesUndo: number == 2) { Sequence = number };

    public static RunEvent Ended(long number, ExitCode code, params OwedUndo[] owed) => new RunEvent.RunFinished(code, owed) { Sequence = number };

    /// <summary>A run in a process of its own.</summary>
    public Process Start(string run, int events, params string[] machines) => Start(Appender, [Folder, run, $"{events}", .. machines]);

    public static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>What a script prints whose mounts nobody else sees.</summary>
    public static async Task<string> InNamespace(string script)
    {
        using var process = Start("unshare", ["--mount", "--propagation", "private", "sh", "-c", script]);
        process.StandardInput.Close();
        var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(errors.Length == 0, errors);
        return await said;
    }

    /// <summary>Reads what it says until the line that begins so; fails where it ends before.</summary>
    public static async Task<IReadOnlyList<string>> Until(Process process, string beginning)
    {
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal)) return lines;
        }
        Assert.Fail($"it never said `{beginning}`:\n{string.Join('\n', lines)}\n{await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        return lines;
    }
}
