namespace Playbooks.Running.Probing;

/// <summary>How long samples took, in a fixed room however many there are: a value is known to one percent.</summary>
internal sealed class Latencies
{
    private const double Step = 1.01;

    /// <summary>Up to some hours.</summary>
    private readonly int[] counts = new int[2400];

    public int Count { get; private set; }

    public void Add(TimeSpan took)
    {
        var place = took.TotalMicroseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(took.TotalMicroseconds) / Math.Log(Step));
        counts[Math.Min(place, counts.Length - 1)]++;
        Count++;
    }

    /// <summary>As long as so many of a hundred took at most (nearest rank); null: there are none.</summary>
    public TimeSpan? Percentile(double percent)
    {
        var left = (long)Math.Ceiling(percent / 100 * Count);
        for (var place = 0; Count > 0 && place < counts.Length; place++)
            if ((left -= counts[place]) <= 0) return TimeSpan.FromMicroseconds(Math.Pow(Step, place));
        return null;
    }
}
