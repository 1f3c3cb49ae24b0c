using System.Text;
using Playbooks.Reporting.Files;

namespace Play.Terminal;

/// <summary>`--output jsonl`: writes a run's events as the journal has them, while it runs. Nothing is left out, however slow the reader.</summary>
internal static class JsonLines
{
    /// <summary>Until the run has ended, has died, or is left.</summary>
    public static Task Follow(FollowedRun run, CancellationToken cancel) => Task.WhenAll(run.ToEnd(cancel), Write(run));

    /// <summary>Those that a run which is followed tells.</summary>
    public static async Task Write(FollowedRun run)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        var isHeard = true;
        await foreach (var happened in run.Events.ReadAllAsync(CancellationToken.None))
            try
            {
                if (!isHeard) continue;
                await output.WriteLineAsync(JsonLinesReport.Line(happened));
                if (!run.Events.TryPeek(out _)) await output.FlushAsync(CancellationToken.None);
            }
            catch (IOException)
            {
                // Whoever read along has gone; the run goes on to its end.
                isHeard = false;
            }
    }
}
