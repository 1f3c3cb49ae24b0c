using Playbooks.Problems;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting;

/// <summary>What is shown below the report while steps run: each with its hosts side by side, for how long, what is waited for, what was printed last.</summary>
public sealed class LiveView(RunOutline outline, RunningSteps running)
{
    /// <summary>A step that is over sooner is not shown: lines that come and go are no news.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(300);

    private const int MostLines = 12, NarrowBelow = 60, FewHosts = 3, WidestLabel = 16;

    private readonly Dictionary<string, string> labels = outline.Hosts.ToDictionary(h => h.Name, h => DisplayText.Safe(h.Label));

    /// <summary>The lines for a terminal of that size; none is as wide as it, and there are at most half as many as it has. They change once a second, or with what happens.</summary>
    public IReadOnlyList<ReportLine> Lines(TimeSpan now, int width, int height)
    {
        var shown = running.All.Where(s => now - s.Since >= Quick).ToList();
        var most = Math.Clamp(height / 2, 1, MostLines);
        var each = Math.Max(1, most / Math.Max(1, shown.Count));
        return [.. shown.SelectMany(s => Of(s, now, width - 1, each)).Take(most)];
    }

    private IEnumerable<ReportLine> Of(RunningStep step, TimeSpan now, int width, int most)
    {
        var narrow = width < NarrowBelow;
        yield return new(Tone.Plain, Head(step, now, width, narrow));
        var going = step.Hosts.Where(h => h.Outcome is null && h.Since is not null).OrderBy(h => Seconds(h.Since!.Value)).ToList();
        // In the header there is all that would be said.
        if (going is [var only] && step.Hosts.Count == 1 && (!narrow || only.Name.Length == 0) && What(only).Length == 0 && only is { Connecting: null, Waits: null }) yield break;

        var rows = going.Concat(step.Hosts.Where(h => h.Outcome is null && h.Since is null)).Concat(step.Hosts.Where(h => h.Outcome is not null)).ToList();
        var all = rows.SelectMany(h => Row(h, now, width, narrow, step.Hosts, going.Count <= FewHosts)).ToList();
        if (all.Count < most)
        {
            foreach (var line in all) yield return line;
            yield break;
        }
        // Too many: those that run, the slowest first, and how many others there are.
        var some = going.Take(Math.Max(0, most - 2)).ToList();
        foreach (var line in some.SelectMany(h => Row(h, now, width, narrow, some, false))) yield return line;
        var others = going.Count - some.Count;
        var waiting = rows.Count(h => h.Outcome is null && h.Since is null);
        string[] more = [.. others > 0 ? [$"and {others} more"] : Array.Empty<string>(), .. waiting > 0 ? [$"{waiting} not begun"] : Array.Empty<string>()];
        if (most > 1 && more.Length > 0) yield return new(Tone.Quiet, DisplayText.Fit(new string(' ', narrow ? 4 : 11) + string.Join(", ", more), width));
    }

    private string Head(RunningStep step, TimeSpan now, int width, bool narrow)
    {
        var (all, done) = (step.Hosts.Count, step.Hosts.Count(h => h.Outcome is not null));
        var hosts = all switch
        {
            0 => "",
            1 => narrow || step.Hosts[0].Name.Length == 0 ? "" : $" · {Label(step.Hosts[0])}",
            _ when narrow => $" · {done}/{all}",
            _ => done == 0 ? $" · {all} hosts" : $" · {done} of {all} done",
        };
        var start = narrow ? $"{step.Sign} " : $"{Clock(now),6} {step.Sign} ";
        var end = $"{hosts} ({Passed(step.Since, now)})";
        return DisplayText.Fit(start + DisplayText.Fit(DisplayText.Safe(step.Title), Math.Max(8, width - DisplayText.Width(start) - DisplayText.Width(end))) + end, width);
    }

    private IEnumerable<ReportLine> Row(RunningHost host, TimeSpan now, int width, bool narrow, List<RunningHost> hosts, bool roomy)
    {
        var column = hosts.Count == 1 && (!narrow || host.Name.Length == 0) ? 0 : Math.Min(WidestLabel, hosts.Max(h => DisplayText.Width(Label(h)))) + 1;
        var label = column == 0 ? "" : DisplayText.Fit(Label(host), WidestLabel);
        var (mark, tone) = host.Outcome switch
        {
            null => (" ", Tone.Plain),
            Outcome.Passed => ("✓", Tone.Quiet),
            Outcome.Skipped or Outcome.NotRun => ("-", Tone.Quiet),
            _ => ("✗", Tone.Bad),
        };
        var start = new string(' ', narrow ? 2 : 9) + (column == 0 ? "" : $"{mark} {label}{new string(' ', Math.Max(0, column - DisplayText.Width(label)))}");
        var (time, what) = (Time(host, now), What(host));
        if (narrow && roomy && what.Length > 0)
        {
            yield return new(tone, DisplayText.Fit((start + time).TrimEnd(), width));
            yield return new(Tone.Quiet, DisplayText.Fit("      " + what, width));
        }
        else
            yield return new(tone, DisplayText.Fit((what.Length > 0 ? $"{start}{time}  {what}" : start + time).TrimEnd(), width));
    }

    private static string Time(RunningHost host, TimeSpan now) => host switch
    {
        { Outcome: { } outcome } => outcome == Outcome.Passed ? "" : Words.Of(outcome),
        { Connecting: { } since } => $"connecting {Passed(since, now)}",
        { Since: null } => "not begun",
        { Waits: { } waits } => $"{Passed(waits.Since, now)}, {Passed(now, waits.Until)} left",
        { Inside: not null } => Passed(host.InsideSince, now),
        { Since: { } since } => Passed(since, now),
    };

    private static string What(RunningHost host)
    {
        if (host.Outcome is not null) return "";
        string?[] parts = [host.Item is { } number ? $"item {number}" : null, host.Inside, host.Waits is { Reason.Length: > 0 } waits ? waits.Reason : host.Line];
        return DisplayText.Safe(string.Join(": ", parts.Where(p => !string.IsNullOrEmpty(p))));
    }

    private string Label(RunningHost host) => labels.GetValueOrDefault(host.Name, host.Name);

    /// <summary>All clocks tick together: whole seconds of the run are what is subtracted.</summary>
    private static string Passed(TimeSpan since, TimeSpan now) => Clock(TimeSpan.FromSeconds(Math.Max(0, Seconds(now) - Seconds(since))));

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;

    private static string Clock(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => $"{time.Seconds}s",
        { TotalHours: < 1 } => $"{time.Minutes}m{time.Seconds:00}s",
        _ => $"{(long)time.TotalHours}h{time.Minutes:00}m",
    };
}
