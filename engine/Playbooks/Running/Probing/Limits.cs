using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>A budget with its values, and how a tally stands against it.</summary>
internal sealed class Limits(Budget budget, Scope scope)
{
    private const int MostNamed = 4;

    private readonly TimeSpan? outage = budget.Outage?.Get(scope);
    private readonly TimeSpan? downtime = budget.Downtime?.Get(scope);
    private readonly decimal? bad = (decimal?)budget.Bad?.Get(scope);
    private readonly TimeSpan? p99 = budget.P99?.Get(scope);

    /// <summary>What ends the run at once; null: nothing.</summary>
    /// <param name="tally">All samples up to the first that is still under way.</param>
    /// <param name="certain">What those behind it have shown already; null: no outage.</param>
    public string? Stops(ProbeTally tally, Outage? certain)
    {
        if (budget.IsReport) return null;
        if (certain is not null && outage is { } most && certain.Duration > most) return TooLong(certain.Duration, most, certain);
        return Down(tally).FirstOrDefault();
    }

    /// <summary>What is held against it at its end.</summary>
    public IEnumerable<(Outcome Outcome, string Why)> Exceeded(ProbeTally tally)
    {
        if (tally.Good + tally.Bad == 0) return [(Outcome.Error, tally.Missed == 0 ? "it has no sample" : $"nothing was found out: this machine missed all of its {tally.Missed} samples")];
        IEnumerable<(Outcome, string)> unknown = outage is { } most && tally.LongestUnknown > most
            ? [(Outcome.Error, $"nothing is known of {Text(tally.LongestUnknown)}, in which this machine missed all samples, and its budget allows an outage of {Literals.Print(most)}")]
            : [];
        return Down(tally).Concat(Others(tally)).Select(why => (Outcome.Failed, why)).Concat(unknown);
    }

    private IEnumerable<string> Down(ProbeTally tally)
    {
        if (outage is { } most && tally.LongestOutage > most) yield return TooLong(tally.LongestOutage, most, tally.Outages.MaxBy(o => o.Duration)!);
        if (downtime is { } all && tally.Downtime > all)
            yield return $"down for {Text(tally.Downtime)} in all (its budget: {Literals.Print(all)}){Why(tally.Outages[^1])}";
    }

    private IEnumerable<string> Others(ProbeTally tally)
    {
        // In decimals, because 0.7% is no binary number.
        if (bad is { } percent && 100m * tally.Bad > percent * (tally.Good + tally.Bad))
            yield return FormattableString.Invariant($"{tally.Bad} of {tally.Good + tally.Bad} samples were bad ({100m * tally.Bad / (tally.Good + tally.Bad):0.###}%), and its budget allows {percent:0.###}%");
        if (p99 is { } slowest && tally.Percentile(99) is { } took && took > slowest)
            yield return $"p99 is {Text(took)}, and its budget allows {Literals.Print(slowest)}";
    }

    private static string TooLong(TimeSpan length, TimeSpan most, Outage outage) => $"down for {Text(length)} without a break (its budget: {Literals.Print(most)}){Why(outage)}";

    private static string Why(Outage outage) =>
        $"; since {Text(outage.From)}{(outage.Reason.Length > 0 ? $" ({outage.Reason})" : "")}{(outage.AtWork.Count > 0 ? $", at work: {string.Join(", ", outage.AtWork.Take(MostNamed))}{(outage.AtWork.Count > MostNamed ? ", …" : "")}" : "")}";

    /// <summary>Exact enough for people: milliseconds.</summary>
    private static string Text(TimeSpan time) => Literals.Print(TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds)));
}
