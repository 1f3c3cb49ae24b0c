namespace Playbooks.Running.Probing;

/// <summary>What a sample of a probe said.</summary>
public enum SampleOutcome
{
    /// <summary>It passed in time.</summary>
    Good,

    /// <summary>It did not.</summary>
    Bad,

    /// <summary>This machine could not start it on time, or did not get to watch it: it says nothing.</summary>
    Missed,
}

/// <summary>A time without a good sample, since the run began: from the due time of the first bad one to that of the next good one, or to the end of the probe.</summary>
public sealed record Outage(TimeSpan From, TimeSpan To)
{
    /// <summary>When the last good sample before it was due: somewhere between the two it began.</summary>
    public TimeSpan Since { get; init; }

    /// <summary>No good sample has come yet: it lasts at least until then.</summary>
    public bool IsOpen { get; init; }

    /// <summary>What the first bad sample said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who was at work between the last good sample before it and its end, in the order they began.</summary>
    public IReadOnlyList<Worker> AtWork { get; init; } = [];

    public TimeSpan Duration => To - From;
}

/// <summary>What is known of a probe on one host: a fold over its samples in the order of their due times.</summary>
public sealed class ProbeTally
{
    private readonly Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork;
    private readonly Latencies took = new();
    private readonly List<Outage> closed = [];
    private Outage? open;
    private TimeSpan lastGood;
    private TimeSpan longest;
    private TimeSpan downtime;
    private TimeSpan unknown;
    private bool hasEnded;

    /// <param name="atWork">Who was at work between two times.</param>
    internal ProbeTally(Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork) => this.atWork = atWork;

    public int Good => took.Count;

    public int Bad { get; private set; }

    public int Missed { get; private set; }

    public int Samples => Good + Bad + Missed;

    /// <summary>The good ones among a hundred that were good or bad; null: there were none.</summary>
    public double? Availability => Good + Bad == 0 ? null : 100.0 * Good / (Good + Bad);

    /// <summary>In their order; what goes on is the last.</summary>
    public IReadOnlyList<Outage> Outages => Open is { } now ? [.. closed, now] : closed;

    public int OutageCount => closed.Count + (open is null ? 0 : 1);

    /// <summary>That which goes on; null: none does.</summary>
    public Outage? Open => open is { } now ? now with { AtWork = atWork(now.Since, now.To) } : null;

    public TimeSpan LongestOutage => open is { } now && now.Duration > longest ? now.Duration : longest;

    public TimeSpan Downtime => downtime + (open?.Duration ?? TimeSpan.Zero);

    /// <summary>The longest time in which all samples were missed: nothing is known of it.</summary>
    public TimeSpan LongestUnknown { get; private set; }

    /// <summary>For a picture.</summary>
    public Timeline Timeline { get; } = new();

    /// <summary>As long as so many of a hundred good ones took at most, to one percent; null: there is no good one.</summary>
    public TimeSpan? Percentile(double percent) => took.Percentile(percent);

    /// <param name="due">When it was due, since the run began.</param>
    /// <param name="every">The time from one to the next.</param>
    /// <param name="outcome">What it said.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="reason">Of a bad one.</param>
    /// <param name="now">What time it is: nothing has lasted longer.</param>
    internal void Add(TimeSpan due, TimeSpan every, SampleOutcome outcome, TimeSpan duration, string? reason, TimeSpan now)
    {
        if (hasEnded) return;
        if (Samples == 0) lastGood = due;
        Timeline.Add(due, every, outcome, duration);
        unknown = outcome == SampleOutcome.Missed ? unknown + every : TimeSpan.Zero;
        if (unknown > LongestUnknown) LongestUnknown = unknown;
        switch (outcome)
        {
            case SampleOutcome.Good:
                Close(due);
                took.Add(duration);
                lastGood = due;
                break;
            case SampleOutcome.Bad:
                Bad++;
                open ??= new Outage(due, due) { Since = lastGood, IsOpen = true, Reason = reason ?? "" };
                break;
            case SampleOutcome.Missed: Missed++; break;
        }
        // The next good one is due with the next slot at the earliest.
        if (open is not null) open = open with { To = now > due && now < due + every ? now : due + every };
    }

    /// <summary>Nobody looks any more.</summary>
    internal void End(TimeSpan at)
    {
        if (!hasEnded && open is { } last) Close(at > last.From ? at : last.From);
        hasEnded = true;
    }

    /// <summary>It is looked at again.</summary>
    internal void Begin() => hasEnded = false;

    private void Close(TimeSpan at)
    {
        if (open is not { } last) return;
        last = last with { To = at, IsOpen = false, AtWork = atWork(last.Since, at) };
        closed.Add(last);
        open = null;
        downtime += last.Duration;
        if (last.Duration > longest) longest = last.Duration;
    }
}
