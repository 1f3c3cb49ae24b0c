namespace Playbooks.Reporting.Comparing;

/// <summary>What earlier runs say of a step on a host: since when it fails, and whether it changes all the time.</summary>
/// <param name="runs">The findings of runs, the newest first; the run that is looked at is the first of them.</param>
public sealed class Past(IReadOnlyList<Findings> runs)
{
    /// <summary>So many runs are looked at.</summary>
    public const int Runs = 10;

    /// <summary>As often within them it flaps.</summary>
    private const int Changes = 3;

    /// <summary>The first run of those in a row that found it failing, when that began, and how many they are. What was not found out is no end to it.</summary>
    public (DateTimeOffset Since, int Runs, bool IsSure) FailingSince(Finding finding)
    {
        var (since, count) = (runs[0].StartedAt, 0);
        foreach (var run in runs)
            switch (run.Find(finding.Step, finding.Host)?.State)
            {
                case FindingState.Failed: (since, count) = (run.StartedAt, count + 1); break;
                case FindingState.Passed: return (since, count, true);
            }
        return (since, count, false);
    }

    /// <summary>How often it went from good to bad or back; null: not often enough to speak of.</summary>
    public int? Flaps(Finding finding)
    {
        var known = runs.Select(run => run.Find(finding.Step, finding.Host)?.State).Where(state => state is FindingState.Passed or FindingState.Failed).ToList();
        var changes = known.Zip(known.Skip(1)).Count(two => two.First != two.Second);
        return changes >= Changes ? changes : null;
    }
}
