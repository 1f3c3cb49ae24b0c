using System.Globalization;
using System.Text;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Running.Probing;

namespace Playbooks.Reporting.Files.Html;

/// <summary>
/// The run over time: probes with their outages, steps, and what was put back, on one axis. Each row is a picture of its own beside or (on a phone)
/// below its name, so that names stay text that wraps and can be read; all are as wide as each other.
/// </summary>
internal sealed class TimePicture(ShownRun run)
{
    /// <summary>The width of each picture in its own units, whatever it is on the screen.</summary>
    private const int Width = 1000, Height = 14, ProbeHeight = 28, Lanes = 4, MostColumns = 250, MostBars = 4_000, MostProbes = 40, MostOutages = 30, MostTold = 5, MostUndos = 50;

    private readonly Markup html = run.Html;
    private readonly RunResults results = run.Results;
    private readonly double seconds = Math.Max(run.Results.Elapsed.TotalSeconds, 0.001);

    public void Write()
    {
        var steps = run.Steps.Where(step => step.Results is { Began: not null } && step.Results.Part != StepPart.Probe).ToList();
        var probes = results.Probes.All.SelectMany(probe => probe.Hosts.Select(host => (Probe: probe, Host: host, Tally: probe.On(host)))).Where(p => p.Tally.Samples > 0).ToList();
        if (steps.Count == 0 && probes.Count == 0) return;
        using var section = html.Open("section", ("aria-labelledby", "time"));
        html.Add("h2", "Over time", ("id", "time"));
        html.Add("p", $"from {run.When(results.StartedAt, "HH:mm:ss")} to {run.When(results.StartedAt + results.Elapsed, "HH:mm:ss")}{(probes.Any(p => p.Tally.Bad > 0) ? "; an outage of a probe is drawn through all rows" : "")}", ("class", "muted"));
        using var rows = html.Open("div", ("class", "time"));
        Shared(probes.SelectMany(p => p.Tally.Outages));
        Axis();
        var shown = probes.Where(p => probes.Count <= MostProbes || p.Tally.Bad > 0).Take(MostProbes).ToList();
        foreach (var (probe, host, tally) in shown) Probe(probe, host, tally);
        if (probes.Count > shown.Count) html.Add("p", $"{probes.Count - shown.Count} more are not drawn; {probes.Count(p => p.Tally.Bad > 0) - shown.Count(p => p.Tally.Bad > 0)} of them had a bad sample", ("class", "muted"));
        var areMany = steps.Sum(step => step.Results.Hosts.Count) > MostBars;
        foreach (var step in steps) Step(step, areMany);
        foreach (var undo in results.Undos.Take(MostUndos)) Undo(undo);
    }

    /// <summary>What each picture has behind it, once: lines for the times, and the outages.</summary>
    private void Shared(IEnumerable<Outage> outages)
    {
        using var svg = html.Open("svg", ("width", "0"), ("height", "0"), ("aria-hidden", "true"), ("class", "shared"));
        using var group = html.Open("g", ("id", "back"));
        // What overlaps is one: many of them over each other would be as dark as a bar.
        var drawn = TimeSpan.Zero;
        foreach (var outage in outages.OrderByDescending(o => o.Duration).Take(MostOutages).OrderBy(o => o.From))
        {
            if (outage.To > drawn) Rect(outage.From > drawn ? outage.From : drawn, outage.To, 0, ProbeHeight, "outage");
            if (outage.To > drawn) drawn = outage.To;
        }
        foreach (var tick in Ticks()) html.Add("path", "", ("class", "tick"), ("d", $"M{X(tick)} 0V{ProbeHeight}"));
    }

    private void Axis()
    {
        using var row = html.Open("div", ("class", "row axis"));
        html.Add("span", "");
        using var svg = html.Open("svg", ("height", "16"), ("aria-hidden", "true"));
        foreach (var tick in Ticks())
            html.Add("text", tick == TimeSpan.Zero ? "0s" : ProbeLines.Short(tick).Replace(".00s", "s", StringComparison.Ordinal).Replace(".0s", "s", StringComparison.Ordinal), ("x", Text(tick.TotalSeconds / seconds * 100) + "%"), ("y", "12"), ("text-anchor", tick == TimeSpan.Zero ? "start" : tick.TotalSeconds > seconds * 0.93 ? "end" : "middle"));
    }

    /// <summary>Round times, three to six of them.</summary>
    private IEnumerable<TimeSpan> Ticks()
    {
        double[] steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200];
        var step = steps.FirstOrDefault(s => seconds / s <= 5, Math.Ceiling(seconds / 5 / 86400) * 86400);
        for (var at = 0.0; at <= seconds; at += step) yield return TimeSpan.FromSeconds(at);
    }

    private void Step(ShownStep step, bool areMany)
    {
        var hosts = step.Results.Hosts.Where(host => host.Began is not null && (!areMany || Mark.Of(host).IsBad)).Take(MostBars).ToList();
        var end = step.Results.Ended ?? results.Elapsed;
        using var row = html.Open("div", ("class", "row"));
        using (html.Open("span", ("class", "name"))) html.Add("a", $"{step.Number} {step.Name}", ("href", $"#{step.Id}"));
        using var svg = Picture(Height, $"{step.Mark.Word}, from {ProgressReport.Short(step.Results.Began!.Value)} to {ProgressReport.Short(end)}");
        Rect(step.Results.Began.Value, end, 1, Height - 2, hosts.Count == 0 || areMany ? $"bar {step.Mark.Tone}" : "span");
        var lanes = Math.Min(Lanes, hosts.Count);
        // The bad ones last, so that nothing is drawn over them.
        foreach (var (lane, host) in hosts.Index().OrderBy(h => Mark.Of(h.Item).Rank))
        {
            var top = 1 + lane % lanes * (Height - 2.0) / lanes;
            Rect(host.Began!.Value, host.Ended ?? results.Elapsed, top, (Height - 2.0) / lanes - (lanes > 1 ? 0.6 : 0), $"bar {Mark.Of(host).Tone}", hosts.Count <= 40 ? $"{ShownRun.LabelOf(host)}: {Mark.Of(host).Word}, {ProbeLines.Short((host.Ended ?? results.Elapsed) - host.Began.Value)}" : null);
        }
    }

    private void Undo(UndoResult undo)
    {
        using var row = html.Open("div", ("class", "row"));
        html.Add("span", $"↺ putting back: {ShownRun.Short(undo.Owed.Title)}{(undo.Owed.At.Host.Length > 0 ? $" · {results.Label(undo.Owed.At.Host)}" : "")}", ("class", "name"));
        using var svg = Picture(Height, $"{Words.OfUndo(undo.Passed, undo.IsEmpty)}, at {ProgressReport.Short(undo.At)}");
        Rect(undo.Began ?? undo.At, undo.At, 1, Height - 2, undo.Passed ? "bar warn" : "bar bad");
    }

    private void Probe(ProbeState probe, string host, ProbeTally tally)
    {
        using (html.Open("div", ("class", "row probe")))
        {
            html.Add("span", $"{ShownRun.Short(results.Find(probe.Probe)?.Name ?? probe.Id ?? "probe")}{(host.Length > 0 ? $" · {ShownRun.Short(results.Label(host))}" : "")}", ("class", "name"));
            using var svg = Picture(ProbeHeight, $"{tally.Bad} bad of {tally.Samples} samples");
            Samples(tally);
        }
        using var told = html.Open("div", ("class", "told"));
        html.Add("p", ProbeLines.Counts(probe, tally), ("class", tally.Bad > 0 ? "warn" : "good"));
        foreach (var outage in tally.Outages.OrderByDescending(o => o.Duration).Take(MostTold).OrderBy(o => o.From)) html.Add("p", ShownRun.Short(ProbeLines.Told(outage, results.Label)), ("class", "bad"));
        if (tally.OutageCount > MostTold) html.Add("p", $"{tally.OutageCount - MostTold} shorter ones; {ProbeLines.Short(tally.Downtime)} in all", ("class", "bad"));
    }

    /// <summary>A column for each part of the time, as high as the slowest good sample in it; where one was bad, from top to bottom.</summary>
    private void Samples(ProbeTally tally)
    {
        var (line, each) = (tally.Timeline, tally.Timeline.Slices.Count / MostColumns + 1);
        var columns = line.Slices.Chunk(each).Select(some => some.Aggregate(default(TimeSlice), (one, other) => one.And(other))).ToList();
        var slowest = Math.Max(1, columns.Max(column => column.Slowest.Ticks));
        var paths = new Dictionary<string, StringBuilder>();
        foreach (var (at, column) in columns.Index())
        {
            var (kind, high) = column switch { { Bad: > 0 } => ("bad", 1.0), { Good: > 0 } => ("good", 0.2 + 0.6 * column.Slowest.Ticks / slowest), { Missed: > 0 } => ("missed", 0.1), _ => ("", 0) };
            if (kind.Length == 0) continue;
            var (from, to) = (line.Begin + line.Width * (at * each), line.Begin + line.Width * ((at + 1) * each));
            if (!paths.TryGetValue(kind, out var path)) paths[kind] = path = new StringBuilder();
            path.Append(CultureInfo.InvariantCulture, $"M{X(from)} {ProbeHeight}V{Text(ProbeHeight * (1 - high))}H{X(to)}V{ProbeHeight}z");
        }
        foreach (var (kind, path) in paths) html.Add("path", "", ("class", $"sample {kind}"), ("d", path.ToString()));
    }

    private Markup.Element Picture(int height, string label)
    {
        var svg = html.Open("svg", ("viewBox", $"0 0 {Width} {height}"), ("preserveAspectRatio", "none"), ("height", $"{height}"), ("role", "img"), ("aria-label", label));
        html.Add("use", "", ("href", "#back"));
        return svg;
    }

    /// <summary>What took no time is to be seen, too.</summary>
    private void Rect(TimeSpan from, TimeSpan to, double top, double height, string tone, string? title = null)
    {
        var (left, right) = (Math.Clamp(from / TimeSpan.FromSeconds(seconds), 0, 1) * Width, Math.Clamp(to / TimeSpan.FromSeconds(seconds), 0, 1) * Width);
        left = Math.Min(left, Width - 2);
        using var rect = html.Open("rect", ("class", tone), ("x", Text(left)), ("y", Text(top)), ("width", Text(Math.Max(2, right - left))), ("height", Text(height)));
        if (title is not null) html.Add("title", title);
    }

    private string X(TimeSpan at) => Text(Math.Clamp(at.TotalSeconds / seconds, 0, 1) * Width);

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
