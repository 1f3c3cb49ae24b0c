namespace Playbooks.Running.Probing;

/// <summary>Samples over time in at most so many slices: when there are more, each two become one. A picture of hours takes no more memory than one of seconds.</summary>
public sealed class Timeline
{
    private const int MostSlices = 512;

    private readonly List<TimeSlice> slices = [];
    private TimeSpan begin;
    private TimeSpan width;

    /// <summary>When the first slice begins, since the run did.</summary>
    public TimeSpan Begin => begin;

    /// <summary>How long a slice is.</summary>
    public TimeSpan Width => width;

    /// <summary>In their order, also those without a sample.</summary>
    public IReadOnlyList<TimeSlice> Slices => slices;

    internal void Add(TimeSpan due, TimeSpan every, SampleOutcome outcome, TimeSpan took)
    {
        if (slices.Count == 0) (begin, width) = (due, every);
        while ((due - begin).Ticks / width.Ticks >= MostSlices) Merge();
        var at = (int)Math.Max(0, (due - begin).Ticks / width.Ticks);
        while (slices.Count <= at) slices.Add(default);
        slices[at] = slices[at].And(outcome, took);
    }

    private void Merge()
    {
        var merged = slices.Chunk(2).Select(pair => pair.Aggregate((one, other) => one.And(other))).ToList();
        slices.Clear();
        slices.AddRange(merged);
        width *= 2;
    }
}

/// <summary>The samples of a part of the time.</summary>
/// <param name="Slowest">Of the good ones.</param>
public readonly record struct TimeSlice(int Good, int Bad, int Missed, TimeSpan Slowest)
{
    internal TimeSlice And(SampleOutcome outcome, TimeSpan took) => outcome switch
    {
        SampleOutcome.Good => this with { Good = Good + 1, Slowest = took > Slowest ? took : Slowest },
        SampleOutcome.Bad => this with { Bad = Bad + 1 },
        _ => this with { Missed = Missed + 1 },
    };

    public TimeSlice And(TimeSlice other) => new(Good + other.Good, Bad + other.Bad, Missed + other.Missed, Slowest > other.Slowest ? Slowest : other.Slowest);
}
