namespace Playbooks.Reporting;

/// <summary>Where there is no live view, a line now and then about a step of which nothing else is told, so that what hangs is not silent.</summary>
public sealed class StillRunning(RunningSteps running, ProgressReport report)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>The lines that are due now.</summary>
    public IEnumerable<ReportLine> At(TimeSpan now)
    {
        foreach (var step in running.All)
        {
            if (now - step.Told < Every) continue;
            step.Told = now;
            var going = step.Hosts.Where(h => h.Outcome is null && h.Since is not null).ToList();
            var slowest = going.MinBy(h => h.Since);
            var connecting = going.Count > 0 && going.All(h => h.Connecting is not null);
            string?[] parts = [step.Title, connecting ? "still connecting" : "still running", slowest?.Inside, slowest?.Line];
            yield return report.Line(now, step.Sign, string.Join(": ", parts.Where(p => !string.IsNullOrEmpty(p))), report.Hosts(going.Select(h => h.Name)), Tone.Quiet, ProgressReport.Short(now - step.Since));
        }
    }
}
