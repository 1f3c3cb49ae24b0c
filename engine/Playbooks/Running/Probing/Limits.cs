using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>A budget with its values, and how a tally stands against it.</summary>
internal sealed class Limits(Budget budget, Scope scope)
{
    private const int MostNamed = 4;

    private readonly TimeSpan? outage = budget.Outage?.Get(scope);
    private readonly TimeSpan? downtime = budget.Downtime?.Get(scope);
    private readonly double? bad = budget.Bad?.Get(scope);
    private readonly TimeSpan? p99 = budget.P99?.Get(scope);

    /// <summary>What ends the run at once; null: nothing.</summary>
    public string? Stops(ProbeTally tally) => budget.IsReport ? null : Down(tally).FirstOrDefault();

    /// <summary>What is held against it at its end.</summary>
    public IEnumerable<string> Exceeded(ProbeTally tally)
    {
        if (tally.Good + tally.Bad == 0) return [tally.Missed == 0 ? "it has no sample" : $"nothing was found out: this machine missed all of its {tally.Missed} samples"];
        return [.. Down(tally), .. Others(tally)];
    }

    private IEnumerable<string> Down(ProbeTally tally)
    {
        if (outage is { } most && tally.LongestOutage > most)
            yield return $"down for {Text(tally.LongestOutage)} at a time, and its budget allows {Literals.Print(most)}{Why(tally.Outages.MaxBy(o => o.Duration)!)}";
        if (downtime is { } all && tally.Downtime > all)
            yield return $"down for {Text(tally.Downtime)} in all, and its budget allows {Literals.Print(all)}{Why(tally.Outages[^1])}";
    }

    private IEnumerable<string> Others(ProbeTally tally)
    {
        if (bad is { } percent && 100 - tally.Availability is { } found && found > percent)
            yield return FormattableString.Invariant($"{tally.Bad} of {tally.Good + tally.Bad} samples were bad ({found:0.###}%), and its budget allows {percent:0.###}%");
        if (p99 is { } slowest && tally.Percentile(99) is { } took && took > slowest)
            yield return $"p99 is {Text(took)}, and its budget allows {Literals.Print(slowest)}";
    }

    private static string Why(Outage outage) =>
        $"; since {Text(outage.From)}{(outage.Reason.Length > 0 ? $" ({outage.Reason})" : "")}{(outage.AtWork.Count > 0 ? $", at work: {string.Join(", ", outage.AtWork.Take(MostNamed))}{(outage.AtWork.Count > MostNamed ? ", …" : "")}" : "")}";

    /// <summary>Exact enough for people: milliseconds.</summary>
    private static string Text(TimeSpan time) => Literals.Print(TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds)));
}
