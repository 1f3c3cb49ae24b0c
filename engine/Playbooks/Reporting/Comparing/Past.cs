namespace Playbooks.Reporting.Comparing;

/// <summary>What earlier runs say of a step on a host: since when it fails, and whether it changes all the time.</summary>
/// <param name="earlier">The findings of the runs before it, the newest first; gone through when something is asked.</param>
/// <param name="now">Those of the run that is looked at.</param>
public sealed class Past(Findings now, IEnumerable<Findings> earlier)
{
    /// <summary>So many runs are looked at, this one too.</summary>
    public const int Runs = 10;

    /// <summary>As often within them it flaps.</summary>
    private const int Changes = 3;

    private readonly Lazy<IReadOnlyList<Findings>> runs = new(() => [now, .. earlier.Take(Runs - 1)]);

    /// <summary>The first of those in a row that found it failing, and how many they are. What was not found out is no end to it.</summary>
    public FailingSince Since(Finding finding)
    {
        var (since, count) = (now.StartedAt, 0);
        foreach (var run in runs.Value)
            switch (run.Find(finding.Step, finding.Host)?.State)
            {
                case FindingState.Failed: (since, count) = (run.StartedAt, count + 1); break;
                case FindingState.Passed: return new FailingSince(since, count, true);
            }
        return new FailingSince(since, count, false);
    }

    /// <summary>How often it went from good to bad or back; null: not often enough to speak of.</summary>
    public int? Flaps(Finding finding)
    {
        var known = runs.Value.Select(run => run.Find(finding.Step, finding.Host)?.State).Where(state => state is FindingState.Passed or FindingState.Failed).ToList();
        var changes = known.Zip(known.Skip(1)).Count(two => two.First != two.Second);
        return changes >= Changes ? changes : null;
    }
}

/// <summary>Since when something fails, in how many of the runs that are known. `IsSure`: the run before that found it good; else it may be older.</summary>
public sealed record FailingSince(DateTimeOffset At, int Runs, bool IsSure);
