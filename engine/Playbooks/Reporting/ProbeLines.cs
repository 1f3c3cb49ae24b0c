using System.Globalization;
using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Running.Probing;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>Tells what probes find: an outage when it begins and when it ends, and at the end of the run all of them, with a small picture.</summary>
internal sealed class ProbeLines(RunOutline outline, Func<string, string> label)
{
    /// <summary>As they happen, of one probe on one host; at the end of the run more of them stand together.</summary>
    private const int MostTold = 10, MostListed = 5, MostWorkers = 4, WidestPicture = 72;

    private const string Heights = "▁▂▃▄▅▆▇";

    private readonly ProbesState state = new();
    private readonly Dictionary<ProbeTally, int> told = new(ReferenceEqualityComparer.Instance);
    private readonly OrderedDictionary<(string Frame, StepKey Probe, string Host), string> broken = [];
    private readonly List<string> proven = [];

    /// <summary>What is held against probes, in words.</summary>
    public IEnumerable<string> Broken => broken.Values;

    /// <summary>The probes that were within their budgets.</summary>
    public IEnumerable<string> Proven => proven;

    /// <summary>What is to be told of an event at once: whether it is good news, and the words.</summary>
    public IReadOnlyList<(bool IsGood, string Text)> On(RunEvent happened)
    {
        state.On(happened);
        switch (happened)
        {
            case RunEvent.ProbeSampled { At: var at } when state.Find(at.Frame, at.Step) is { } probe: return [.. Outages(probe, at.Host)];
            case RunEvent.ProbeStarted started:
                Forget(started.Frame, started.Probe);
                return [];
            case RunEvent.Rescued rescued:
                foreach (var step in rescued.Steps) Forget(rescued.Frame, step);
                return [];
            case RunEvent.StopRequested { Probe: { } at }:
                broken[(at.Frame, at.Step, at.Host)] = $"over its budget: {Guard(at)}";
                return [];
            case RunEvent.ProbeJudged judged:
                foreach (var failed in judged.Failures) broken[(judged.Frame, judged.Probe, failed.Host)] = $"{Words.Of(failed.Outcome)}: {judged.Title}{On(failed.Host)}";
                if (judged.Failures.Count == 0) proven.Add($"{judged.Title} (probe, within its budget)");
                return [.. judged.Failures.Select(failed => (false, $"{judged.Title}{On(failed.Host)}: {failed.Failure.Message}"))];
            default: return [];
        }
    }

    /// <summary>The probe that stopped the run, and where.</summary>
    public string Guard(Address at) => outline.Find(at.Step).Title + On(at.Host);

    /// <summary>At the end of the run.</summary>
    /// <param name="width">Columns to write in.</param>
    public IEnumerable<ReportLine> Summary(int width)
    {
        if (state.All.Count == 0) yield break;
        yield return new(Tone.Title, "Probes");
        foreach (var probe in state.All)
            foreach (var host in probe.Hosts)
                foreach (var line in Of(probe, host, width)) yield return line;
    }

    /// <summary>Those that have begun or ended since the last time, one line for each.</summary>
    private IEnumerable<(bool, string)> Outages(ProbeState probe, string host)
    {
        var tally = probe.On(host);
        if (told.GetValueOrDefault(tally) is var before && (before >= MostTold * 2 + 1 || before >= tally.OutageCount * 2 - (tally.Open is null ? 0 : 1))) yield break;
        var outages = tally.Outages;
        // Each is told twice: when it begins and when it ends.
        for (var at = before; at < outages.Count * 2 && at <= MostTold * 2; told[tally] = ++at)
        {
            var (outage, name) = (outages[at / 2], Title(probe) + On(host));
            if (at % 2 == 1 && outage.IsOpen) yield break;
            yield return at == MostTold * 2 ? (false, $"{name}: more outages follow; all of them are counted at the end")
                : at % 2 == 1 ? (true, $"{name}: good again after {Short(outage.Duration)}")
                : (false, $"{name}: bad since {Clock(outage.From)}{Because(outage)}{AtWork(outage, label)}");
        }
    }

    private void Forget(string frame, StepKey probe)
    {
        foreach (var key in broken.Keys.Where(key => key.Frame == frame && key.Probe == probe).ToList()) broken.Remove(key);
    }

    private IEnumerable<ReportLine> Of(ProbeState probe, string host, int width)
    {
        var (tally, title) = (probe.On(host), Title(probe));
        var isBad = broken.ContainsKey((probe.Frame, probe.Probe, host));
        var tone = isBad ? Tone.Bad : tally.Bad > 0 ? Tone.Warning : Tone.Good;
        foreach (var line in Layout.Lines($"{(isBad ? "✗" : tally.Bad > 0 ? "!" : tally.Good > 0 ? "✓" : "-")} {title}{On(host)}: {Counts(probe, tally)}", width, 2, 2, tone)) yield return line;
        foreach (var outage in tally.Outages.OrderByDescending(o => o.Duration).Take(MostListed).OrderBy(o => o.From))
            foreach (var line in Layout.Lines(Told(outage, label), width, 4, 2, tone)) yield return line;
        if (tally.Outages.Count > MostListed)
            foreach (var line in Layout.Lines($"{tally.Outages.Count - MostListed} shorter ones; {Short(tally.Downtime)} in all", width, 4, 2, tone)) yield return line;
        if (tally.Samples > 1) foreach (var line in Picture(tally, width)) yield return line;
    }

    /// <summary>How many samples there were, and how they went.</summary>
    internal static string Counts(ProbeState probe, ProbeTally tally)
    {
        List<string> parts = tally.Samples == 0 ? ["no sample"] : [$"{tally.Samples} {(tally.Samples == 1 ? "sample" : "samples")}, one every {Literals.Print(probe.Every)}", $"{tally.Bad} bad", $"{tally.Missed} missed by this machine"];
        if (tally.Percentile(50) is { } p50 && tally.Percentile(99) is { } p99) parts.Add($"p50 {Short(p50)}, p99 {Short(p99)}");
        return string.Join("; ", parts);
    }

    /// <summary>How long an outage was, what it was like, and who was at work.</summary>
    internal static string Told(Outage outage, Func<string, string> label) =>
        $"bad for {Short(outage.Duration)}{(outage.IsOpen ? " and more" : "")}, from {Clock(outage.From)} to {Clock(outage.To)}{Because(outage)}{AtWork(outage, label)}";

    /// <summary>A column for a part of the time: the worst in it.</summary>
    private static IEnumerable<ReportLine> Picture(ProbeTally tally, int width)
    {
        var slices = tally.Timeline.Slices;
        var columns = Math.Clamp(width - 4, 1, Math.Min(WidestPicture, slices.Count));
        var cells = Enumerable.Range(0, columns).Select(at => Slice(slices, at * slices.Count / columns, (at + 1) * slices.Count / columns)).ToList();
        var slowest = cells.Max(cell => cell.Slowest);
        yield return new(Tone.Plain, "    " + string.Concat(cells.Select(cell => Sign(cell, slowest))));
        var legend = $"{Clock(tally.Timeline.Begin)} – {Clock(tally.Timeline.Begin + tally.Timeline.Width * slices.Count)}{(tally.Good > 0 ? $"; the highest took {Short(slowest)}" : "")}{(tally.Bad > 0 ? "; × bad" : "")}{(tally.Missed > 0 ? "; ? missed" : "")}";
        foreach (var line in Layout.Lines(legend, width, 4, 2, Tone.Quiet)) yield return line;
    }

    private static TimeSlice Slice(IReadOnlyList<TimeSlice> slices, int from, int to) => slices.Skip(from).Take(to - from).Aggregate(default(TimeSlice), (one, other) => one.And(other));

    private static char Sign(TimeSlice cell, TimeSpan slowest) => cell switch
    {
        { Bad: > 0 } => '×',
        { Good: > 0 } => Heights[slowest == TimeSpan.Zero ? 0 : (int)Math.Min(Heights.Length - 1, cell.Slowest.Ticks * Heights.Length / slowest.Ticks)],
        { Missed: > 0 } => '?',
        _ => ' ',
    };

    private string Title(ProbeState probe) => outline.Find(probe.Probe).Title;

    private string On(string host) => host.Length == 0 ? "" : $" · {label(host)}";

    private static string Because(Outage outage) => outage.Reason.Length > 0 ? $": {ProgressReport.FirstLine(outage.Reason)}" : "";

    /// <summary>Each step once, with its hosts.</summary>
    private static string AtWork(Outage outage, Func<string, string> label)
    {
        var steps = outage.AtWork.GroupBy(w => (w.Title, w.IsUndo)).Select(g => $"{(g.Key.IsUndo ? "putting back: " : "")}{g.Key.Title}{Hosts(g.Select(w => w.Host), label)}").ToList();
        return steps.Count == 0 ? "" : $"; at work: {string.Join(", ", steps.Take(MostWorkers))}{(steps.Count > MostWorkers ? $" and {steps.Count - MostWorkers} more" : "")}";
    }

    private static string Hosts(IEnumerable<string> hosts, Func<string, string> label)
    {
        var labels = hosts.Where(host => host.Length > 0).Select(label).ToList();
        return labels.Count == 0 ? "" : $" · {(labels.Count <= MostWorkers ? string.Join(", ", labels) : $"{labels[0]} and {labels.Count - 1} more")}";
    }

    private static string Clock(TimeSpan time) => ProgressReport.Short(time);

    internal static string Short(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms") : time < TimeSpan.FromSeconds(10) ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00}s") : ProgressReport.Short(time);
}
