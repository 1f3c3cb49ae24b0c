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

/// <summary>A time without a good sample: from the due time of the first bad one to that of the next good one, or to the end of the probe. Times are since the run began.</summary>
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
    private readonly List<TimeSpan> took = [];
    private readonly List<Outage> outages = [];
    private TimeSpan lastGood;
    private TimeSpan longestClosed;
    private TimeSpan downtimeClosed;
    private bool isSorted = true;

    public int Good => took.Count;

    public int Bad { get; private set; }

    public int Missed { get; private set; }

    public int Samples => Good + Bad + Missed;

    /// <summary>The good ones among a hundred that were good or bad; null: there were none.</summary>
    public double? Availability => Good + Bad == 0 ? null : 100.0 * Good / (Good + Bad);

    /// <summary>In their order.</summary>
    public IReadOnlyList<Outage> Outages => outages;

    /// <summary>That which goes on; null: none does.</summary>
    public Outage? Open => outages is [.., { IsOpen: true } last] ? last : null;

    public TimeSpan LongestOutage => Open is { } open && open.Duration > longestClosed ? open.Duration : longestClosed;

    public TimeSpan Downtime => downtimeClosed + (Open?.Duration ?? TimeSpan.Zero);

    /// <summary>For a picture.</summary>
    public Timeline Timeline { get; } = new();

    /// <summary>How long the fastest good ones took, as many of a hundred (nearest rank); null: there is no good one.</summary>
    public TimeSpan? Percentile(double percent)
    {
        if (took.Count == 0) return null;
        if (!isSorted) took.Sort();
        isSorted = true;
        return took[Math.Clamp((int)Math.Ceiling(percent / 100 * took.Count) - 1, 0, took.Count - 1)];
    }

    /// <param name="due">When it was due, since the run began.</param>
    /// <param name="every">The time from one to the next.</param>
    /// <param name="outcome">What it said.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="reason">Of a bad one.</param>
    /// <param name="atWork">Who was at work between two times.</param>
    internal void Add(TimeSpan due, TimeSpan every, SampleOutcome outcome, TimeSpan duration, string? reason, Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork)
    {
        if (Samples == 0) lastGood = due;
        Timeline.Add(due, every, outcome, duration);
        switch (outcome)
        {
            case SampleOutcome.Good:
                if (Open is not null) Close(due, atWork);
                took.Add(duration);
                isSorted = false;
                lastGood = due;
                break;
            case SampleOutcome.Bad:
                Bad++;
                if (Open is null) outages.Add(new Outage(due, due + every) { Since = lastGood, IsOpen = true, Reason = reason ?? "" });
                break;
            case SampleOutcome.Missed: Missed++; break;
        }
        // The next good one is due with the next slot at the earliest.
        if (outcome != SampleOutcome.Good && Open is { } open) outages[^1] = open with { To = due + every, AtWork = atWork(open.Since, due + every) };
    }

    /// <summary>The probe has ended.</summary>
    internal void End(TimeSpan at, Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork)
    {
        if (Open is { } open) Close(at > open.To ? at : open.To, atWork);
    }

    private void Close(TimeSpan at, Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork)
    {
        var closed = outages[^1] with { To = at, IsOpen = false, AtWork = atWork(outages[^1].Since, at) };
        outages[^1] = closed;
        downtimeClosed += closed.Duration;
        if (closed.Duration > longestClosed) longestClosed = closed.Duration;
    }
}
