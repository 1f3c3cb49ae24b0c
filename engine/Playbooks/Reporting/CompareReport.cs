using System.Globalization;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Reporting.Comparing;
using Playbooks.Steps;

namespace Playbooks.Reporting;

/// <summary>Tells what has changed from one run to another: what is worse first.</summary>
/// <param name="comparison">The two runs.</param>
/// <param name="past">The later run and those before it.</param>
/// <param name="zone">In which the reader lives.</param>
/// <param name="width">Columns to write in.</param>
public sealed class CompareReport(Comparison comparison, Past past, TimeZoneInfo zone, int width)
{
    private const int MostOfOne = 50, LongestValue = 60;

    /// <summary>More of the values that changed are only counted.</summary>
    public int MostValues { get; init; } = 50;

    /// <summary>False below the later run itself, which has told why.</summary>
    public bool TellsWhy { get; init; } = true;

    /// <summary>Below the report of the later run.</summary>
    public IEnumerable<ReportLine> Lines()
    {
        foreach (var line in Layout.Lines($"Compared with {comparison.Before.Run} of {When(comparison.Before.StartedAt)}", width, 0, 2, Tone.Title)) yield return line;
        var told = false;
        foreach (var (_, title, tone, texts) in Sections)
        {
            var all = texts.ToList();
            if (all.Count == 0) continue;
            told = true;
            foreach (var line in Layout.Lines(title, width, 2, 2, tone)) yield return line;
            foreach (var (text, _) in all.Take(MostOfOne))
                foreach (var line in Layout.Lines(text, width, 4, 2, tone)) yield return line;
            if (all.Count > MostOfOne) yield return new(tone, $"    … {all.Count - MostOfOne} more");
        }
        if (!told) foreach (var line in Layout.Lines("nothing has changed", width, 2, 2, Tone.Good)) yield return line;
    }

    /// <summary>What is worse first, each with a short name; those without a text too. Each text has the step it is about; empty: none, or several.</summary>
    internal IEnumerable<(string Name, string Title, Tone Tone, IEnumerable<(string Text, string Step)> Texts)> Sections =>
    [
        ("new", "✗ New:", Tone.Bad, Told(comparison.New, pair => Now(pair, false))),
        ("surfaced", "✗ Failing, and not known before:", Tone.Bad, Told(comparison.Surfaced, NowAndBefore)),
        ("lost", "? Not known any more, passed before:", Tone.Warning, Grouped(comparison.Lost)),
        ("sunk", "? Not known any more, failed before:", Tone.Warning, Grouped(comparison.Sunk)),
        ("still_failing", "✗ Still failing:", Tone.Bad, Told(comparison.StillFailing, pair => Now(pair, true))),
        ("still_open", "? Not found out, nor before:", Tone.Warning, Grouped(comparison.StillOpen.Where(pair => pair.Now is { Outcome: not (Outcome.Skipped or Outcome.NotRun), IsRescued: false }))),
        ("fixed", "✓ Fixed:", Tone.Good, Told(comparison.Fixed, Flaps)),
        ("seen_again", "✓ Passed, and not known before:", Tone.Good, Grouped(comparison.SeenAgain)),
        ("skipped", "- Skipped now:", Tone.Plain, Told(comparison.Skipped, NowAndBefore)),
        ("flapping", "~ Flapping:", Tone.Warning, Told(comparison.StillPassing.Concat(comparison.StillOpen).Concat(comparison.Lost).Concat(comparison.Sunk).Where(pair => past.Flaps(pair.Any) is not null), Flaps)),
        ("values", "~ Values:", Tone.Plain, Values),
        ("hosts_came", "+ Hosts that came:", Tone.Plain, Hosts(comparison.Came)),
        ("hosts_went", "- Hosts that went:", Tone.Warning, Hosts(comparison.Went)),
    ];

    private IEnumerable<(string, string)> Values => comparison.Values.Take(MostValues)
        .Select(value => ($"{value.Name}{(value.Host.Length > 0 ? " · " + comparison.Label(value.Host) : "")}: {Differing(value.Before, value.Now)} → {Differing(value.Now, value.Before)}", value.Step))
        .Concat(comparison.Values.Count > MostValues ? [($"… {comparison.Values.Count - MostValues} more", "")] : []);

    /// <summary>Cut so that where it differs from the other is to be seen.</summary>
    private static string Differing(string value, string other)
    {
        var same = value.AsSpan().CommonPrefixLength(other);
        return DisplayText.Fit(value.Length > LongestValue && same > LongestValue / 2 ? $"…{value[(same - LongestValue / 4)..]}" : value, LongestValue);
    }

    private IEnumerable<(string, string)> Hosts(IReadOnlyList<string> names) => names.Count == 0 ? [] : [(string.Join(", ", names.Select(comparison.Label)), "")];

    /// <summary>A step of which the same is said on several hosts is told once.</summary>
    private IEnumerable<(string, string)> Told(IEnumerable<Pair> pairs, Func<Pair, string> what) => pairs.GroupBy(pair => (pair.Any.Step, What: what(pair))).Select(same =>
        (same.Key.Step + (NameFolding.Counted(same.Where(pair => pair.Any.Host.Length > 0).Select(pair => comparison.Label(pair.Any.Host))) is { Length: > 0 } hosts ? $" · {hosts}" : "") + same.Key.What, same.Key.Step));

    private string Now(Pair pair, bool since)
    {
        var now = pair.Now!;
        var text = $"{(now.IsWarning ? " (warning)" : "")}{(TellsWhy && now.Message.Length > 0 ? ": " + now.Message : "")}";
        if (since && past.Since(now) is var (begin, runs, isSure)) text += $" (since {(isSure ? "" : "at least ")}{When(begin)}, {runs} {(runs == 1 ? "run" : "runs")})";
        return text + Flaps(pair);
    }

    private string NowAndBefore(Pair pair) => $"{Now(pair, false)} (before: {pair.Before?.Word ?? NotRun})";

    private string Flaps(Pair pair) => past.Flaps(pair.Any) is { } changes ? $" (flaps: {changes} changes in {Past.Runs} runs)" : "";

    /// <summary>A host that is gone is told once, and not for each of its steps.</summary>
    private IEnumerable<(string, string)> Grouped(IEnumerable<Pair> pairs) => pairs.GroupBy(pair => (pair.Any.Host, Why: Open(pair.Now ?? pair.Before))).Select(group =>
    {
        var steps = group.Select(pair => pair.Any.Step).ToList();
        var what = steps.Count <= 3 ? string.Join(", ", steps) : $"{steps.Count} steps ({steps[0]}, …)";
        var why = group.First().Is == FindingState.Open ? $": {Open(group.First().Now)}" : "";
        return ($"{(group.Key.Host.Length > 0 ? comparison.Label(group.Key.Host) + ": " : "")}{what}{why}", steps.Count == 1 ? steps[0] : "");
    });

    private const string NotRun = "it did not run";

    private static string Open(Finding? finding) => finding is null ? NotRun : finding.Word + (finding is { State: FindingState.Open, Message.Length: > 0 } ? $", {finding.Message}" : "");

    private string When(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
