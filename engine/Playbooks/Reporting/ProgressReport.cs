using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>Tells a run as it goes, a line or a few for each event, and at its end what was proven and what was not.</summary>
public sealed class ProgressReport
{
    /// <summary>While something is waited for, a line this often.</summary>
    private static readonly TimeSpan TellWaiting = TimeSpan.FromSeconds(5);

    private readonly RunOutline outline;
    private readonly bool verbose;
    private readonly Dictionary<string, string> labels;
    private readonly int labelColumns;
    private readonly Dictionary<string, int> order;
    private readonly Dictionary<(string, StepKey), List<RunEvent.HostFinished>> finished = [];
    private readonly Dictionary<StepKey, TimeSpan> told = [];
    private readonly OrderedDictionary<string, bool> proven = [];
    private readonly List<Bad> broken = [];
    private readonly List<Bad> rescued = [];
    private readonly List<Bad> warned = [];

    /// <summary>What was told of hosts that cannot be reached, and with which step.</summary>
    private readonly Dictionary<(string Host, string Message), string> unreachable = [];
    private readonly List<string> putBack = [];
    private readonly HashSet<StepKey> reached = [];
    private readonly HashSet<StepKey> steps = [];

    /// <summary>Who only wants to see something needs no proof.</summary>
    private bool printed;
    private readonly List<string> guards = [];
    private readonly ProbeLines probes;
    private long sequence;

    public ProgressReport(RunOutline outline, int width, bool verbose)
    {
        (this.outline, Width, this.verbose) = (outline, width, verbose);
        labels = outline.Hosts.ToDictionary(h => h.Name, h => h.Label);
        labelColumns = outline.Hosts.Select(h => DisplayText.Width(h.Label)).Where(w => w <= 12).DefaultIfEmpty(0).Max();
        order = outline.Hosts.Select((h, i) => (h.Name, i)).ToDictionary();
        probes = new ProbeLines(outline, Label);
    }

    /// <summary>Columns to write in; a terminal's may change.</summary>
    public int Width { get; set; }

    /// <summary>What is waited for is told now and then; where a live view shows it, not.</summary>
    public bool TellsWaiting { get; init; } = true;

    /// <summary>Only what went wrong is told, and the verdict.</summary>
    public bool OnlyFailures { get; init; }

    /// <summary>The lines that one event adds; often none.</summary>
    public IEnumerable<ReportLine> On(RunEvent happened)
    {
        if (happened is RunEvent.Printed printed) return verbose ? Print(printed) : [];
        if (happened is RunEvent.Connecting) return [];
        // The queue to a report is bounded: what it lost is said, and is still in the run's log.
        var missed = happened.Sequence - sequence - 1;
        sequence = happened.Sequence;
        var lines = Tell(happened).Concat(Probed(happened));
        return missed > 0 ? lines.Prepend(new ReportLine(Tone.Warning, $"({missed} events are not shown here: this terminal is too slow)")) : lines;
    }

    private IEnumerable<ReportLine> Probed(RunEvent happened)
    {
        foreach (var (isGood, text) in probes.On(happened))
            yield return Line(happened.Elapsed, isGood ? "✓" : "✗", text, "", isGood ? Tone.Good : Tone.Bad);
    }

    private IEnumerable<ReportLine> Tell(RunEvent happened) => happened switch
    {
        RunEvent.RunStarted or RunEvent.StepStarted or RunEvent.UndoStarted when OnlyFailures => [],
        RunEvent.RunStarted started => [new(Tone.Title, Fit($"{started.Playbook} · {Path.GetFileName(started.File)}")), new(Tone.Plain, "")],
        RunEvent.StepStarted started when outline.Find(started.Step).IsGroup && IsShown(started.Frame) => [Line(started.Elapsed, "▸", started.Title, "", Tone.Plain)],
        RunEvent.AttemptFailed waiting when TellsWaiting && !OnlyFailures => Waiting(waiting),
        RunEvent.HostFinished host => Note(host),
        RunEvent.StepFinished step => Finished(step),
        RunEvent.HostDropped dropped => [Line(dropped.Elapsed, "✗", $"{Label(dropped.Host)} is left out from here", "", Tone.Warning)],
        RunEvent.UndoStarted undo => [Line(undo.Elapsed, "↺", $"putting back: {undo.Owed.Title}", Label(undo.Owed.At.Host), Tone.Warning)],
        RunEvent.BatchStarted batch when !OnlyFailures => [Line(batch.Elapsed, "▸", $"batch {batch.Number} of {batch.Of}", string.Join(", ", batch.Hosts.Select(Label)), Tone.Plain)],
        RunEvent.RunResumed resumed => Resumed(resumed),
        RunEvent.PutBackByHand byHand => [Line(byHand.Elapsed, "↺", $"what it owed was put back by hand, says {byHand.By}", "", Tone.Title)],
        RunEvent.BlockAgain again when IsShown(again.Frame) && !OnlyFailures => Again(again),
        RunEvent.Rescued good when IsShown(good.Frame) => Rescued(good),
        RunEvent.AlwaysNotRun skipped => [Line(skipped.Elapsed, "✗", "`always` was not run", "", Tone.Bad)],
        RunEvent.UndoFinished undo => Undone(undo),
        RunEvent.StopRequested { Reason: StopReason.Interrupt } stop => [Line(stop.Elapsed, "■", "stopping: what runs is ended, then things are put back (once more: leave them)", "", Tone.Warning)],
        RunEvent.StopRequested { Reason: StopReason.Guard } stop => Guard(stop),
        RunEvent.StopRequested stop => [Line(stop.Elapsed, "■", "stopping at once: nothing more is put back", "", Tone.Bad)],
        RunEvent.RunFinished run => Summary(run),
        _ => [],
    };

    private IEnumerable<ReportLine> Guard(RunEvent.StopRequested stop)
    {
        // Why has been told by then.
        guards.Add(stop.Probe is { } probe ? $"over its budget: {probes.Guard(probe)}" : stop.Why ?? "");
        yield return Line(stop.Elapsed, "■", $"stopped by a guard: {stop.Why}", "", Tone.Bad);
    }

    /// <summary>What happens inside a step is told with that step, or where it is asked for.</summary>
    private bool IsShown(string frame) => verbose || !Frame.IsInside(frame);

    /// <summary>The steps that were to run; those of a `rescue` where it began.</summary>
    private IEnumerable<OutlineStep> Leaves(IEnumerable<OutlineStep> steps) => steps.SelectMany(s => !s.IsGroup ? [s] : Leaves(s.Steps).Concat(Leaves(s.Rescue.Any(r => reached.Contains(r.Key)) ? s.Rescue : [])));

    private IEnumerable<ReportLine> Note(RunEvent.HostFinished host)
    {
        var key = (host.At.Frame, host.At.Step);
        if (!finished.TryGetValue(key, out var list)) finished[key] = list = [];
        list.Add(host);
        return [];
    }

    /// <summary>What `print` steps are there for, inside actions too: each text once, with the hosts that it is of.</summary>
    private IEnumerable<ReportLine> Printed(TimeSpan elapsed, IEnumerable<RunEvent.HostFinished> results)
    {
        var texts = results.SelectMany(r => (r.Result.Items ?? [r.Result.Fields]).Select(fields => (Host: r, Text: fields.TryGetValue("text", out var text) ? text as string ?? (text as Absent)?.Kept : null)));
        foreach (var group in texts.Where(t => t.Text is not null).GroupBy(t => t.Text!))
        {
            printed = true;
            var lines = group.Key.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
            yield return Line(elapsed, "»", lines[0], Hosts(group.Select(g => g.Host).Distinct()), Tone.Plain);
            foreach (var line in lines.Skip(1).SelectMany(line => Wrap(line, 9, Tone.Plain))) yield return line;
        }
    }

    /// <summary>A line that a command printed, as it came; a terminal that is too narrow for it goes on below.</summary>
    private IEnumerable<ReportLine> Print(RunEvent.Printed printed)
    {
        var (line, label) = (printed.Line, printed.At.Host.Length > 0 ? Label(printed.At.Host) : "localhost");
        var start = DisplayText.Safe(label) + new string(' ', Math.Max(0, labelColumns - DisplayText.Width(label))) + (line.Error ? " ! " : " | ");
        if (line.LeftOut > 0) yield return new(Tone.Warning, $"{start}({line.LeftOut} {(line.LeftOut == 1 ? "line is" : "lines are")} left out here: too many)");
        yield return new(Tone.Plain, start + (line.Continues ? "…" : "") + DisplayText.Safe(line.Text));
    }

    private IEnumerable<ReportLine> Waiting(RunEvent.AttemptFailed waiting)
    {
        if (waiting.Elapsed - told.GetValueOrDefault(waiting.At.Step, -TellWaiting) < TellWaiting || waiting.Waited < TimeSpan.FromSeconds(2)) yield break;
        told[waiting.At.Step] = waiting.Elapsed;
        yield return Line(waiting.Elapsed, "…", $"{outline.Find(waiting.At.Step).Title}: {Short(waiting.Waited)} of {Literals.Print(waiting.Within)}: {FirstLine(waiting.Reason)}", Label(waiting.At.Host), Tone.Quiet);
    }

    private IEnumerable<ReportLine> Finished(RunEvent.StepFinished finishedStep)
    {
        var step = outline.Find(finishedStep.Step);
        reached.Add(step.Key);
        if (step.IsGroup && finishedStep.Outcomes.All(o => o.Outcome == Outcome.Skipped)) reached.UnionWith(Leaves([step]).Select(s => s.Key));
        // Hosts end in any order and are shown in the inventory's.
        var results = finished.Remove((finishedStep.Frame, step.Key), out var list) ? list : [];
        results.Sort((a, b) => order.GetValueOrDefault(a.At.Host).CompareTo(order.GetValueOrDefault(b.At.Host)));
        var inside = Frame.IsInside(finishedStep.Frame);
        if (!inside) Count(step, results);
        if (step.IsPrint && !OnlyFailures)
            foreach (var line in Printed(finishedStep.Elapsed, results)) yield return line;
        // A failure inside an action is told once, with the step that used it.
        if (inside && !verbose && (!finishedStep.Frame.StartsWith("undo", StringComparison.Ordinal) || finishedStep.Outcomes.All(o => o.Outcome is Outcome.Passed or Outcome.Skipped))) yield break;

        var isBlock = step.IsGroup;
        foreach (var group in results.GroupBy(r => r.Result.Outcome).OrderBy(g => g.Key))
            if (OnlyFailures && group.Key is (Outcome.Passed or Outcome.Skipped or Outcome.NotRun)) continue;
            else if (group.Key == Outcome.Passed)
            {
                if (!isBlock && !step.IsPrint)
                    foreach (var line in Passed(finishedStep, step, [.. group], inside ? "·" : "✓")) yield return line;
                foreach (var line in Notes(group)) yield return line;
            }
            else if (group.Key is Outcome.Skipped or Outcome.NotRun)
            {
                yield return Line(finishedStep.Elapsed, "-", $"{step.Title} ({Words.Of(group.Key)})", Hosts(group), Tone.Quiet);
                foreach (var line in Notes(group)) yield return line;
            }
            else if (!isBlock || group.Any(r => r.Result.Failures.Count > 0))
                foreach (var line in Failed(step, group).Concat(DiffText.Of(group, Hosts, Width, verbose))) yield return line;
    }

    /// <summary>What is the same on several hosts is told once.</summary>
    private IEnumerable<ReportLine> Failed(OutlineStep step, IEnumerable<RunEvent.HostFinished> hosts)
    {
        var told = hosts.Select(host => (Host: host, Result: Again(step, host))).Select(one => (one.Host, one.Result, Lines: FailureText.Rest(one.Result, step, Width).ToList()));
        foreach (var same in told.GroupBy(one => (one.Result.IsFailure, FailureText.At(one.Result, step), string.Join('\n', one.Lines.Select(line => line.Text)))))
            foreach (var line in FailureText.Head(same.First().Result, step, Folded(same.Select(one => one.Host.At.Host)), Width).Concat(same.First().Lines)) yield return line;
    }

    /// <summary>That a host cannot be reached, and why, is told at length once.</summary>
    private HostResult Again(OutlineStep step, RunEvent.HostFinished host)
    {
        if (host.Result is not { Outcome: Outcome.Unreachable, Failures: [var failure] } || unreachable.TryAdd((host.At.Host, failure.Message), step.Title)) return host.Result;
        return host.Result with { Failures = [failure with { Message = $"it still cannot be reached: see \"{unreachable[(host.At.Host, failure.Message)]}\"", Mend = null }] };
    }

    /// <summary>Those on which it changed something stand apart, with what.</summary>
    private IEnumerable<ReportLine> Passed(RunEvent.StepFinished finished, OutlineStep step, List<RunEvent.HostFinished> hosts, string sign)
    {
        foreach (var group in hosts.GroupBy(DiffText.IsChanged).OrderBy(g => g.Key))
        {
            var tail = string.Join(", ", new[] { group.Key ? "changed" : "", Took(finished) }.Where(t => t.Length > 0));
            yield return Line(finished.Elapsed, sign, step.Title, Hosts(group), Tone.Good, tail);
            foreach (var line in DiffText.Of(group, Hosts, Width, verbose)) yield return line;
        }
    }

    private void Count(OutlineStep step, List<RunEvent.HostFinished> results)
    {
        var title = step.Title;
        if (step.IsGroup)
        {
            // A block has no failure of its own, unless it could not even begin.
            if (results.Any(r => r.Result.Failures.Count > 0)) broken.Add(new(step.Key, $"error: {title}", "", Outcome.Error));
            return;
        }
        steps.Add(step.Key);
        if (results.Count > 0 && results.All(r => r.Result.Outcome == Outcome.Passed) && step.Proves) proven.TryAdd(title, true);
        foreach (var result in results.Where(r => r.Result.IsBad))
        {
            var bad = new Bad(step.Key, $"{Words.Of(result.Result.Outcome)}: {title}", result.At.Host, result.Result.Outcome);
            (result.Result.IsFailure ? broken : warned).Add(bad);
        }
    }

    /// <summary>What runs again is not held against the run any more, nor what stopped it.</summary>
    private IEnumerable<ReportLine> Resumed(RunEvent.RunResumed resumed)
    {
        guards.Clear();
        broken.RemoveAll(b => resumed.Again.Any(again => !again.IsOpen && (again.Step == b.Step || b.Step.Path.StartsWith(again.Step.Path + "/", StringComparison.Ordinal))));
        return [Line(resumed.Elapsed, "↻", resumed.PutsBack ? "the run goes on: it puts back what it owes" : "the run goes on", "", Tone.Title)];
    }

    private IEnumerable<ReportLine> Again(RunEvent.BlockAgain again)
    {
        broken.RemoveAll(b => again.Steps.Contains(b.Step));
        return [Line(again.Elapsed, "…", $"{again.Title}: again, {Short(again.Waited)} of {Literals.Print(again.Within)}", "", Tone.Quiet)];
    }

    /// <summary>What the rescue made good counts nothing any more, and is still told.</summary>
    private IEnumerable<ReportLine> Rescued(RunEvent.Rescued good)
    {
        rescued.AddRange(broken.Where(b => good.Steps.Contains(b.Step)));
        broken.RemoveAll(b => good.Steps.Contains(b.Step));
        return [Line(good.Elapsed, "✓", $"rescued: {good.Title}", "", Tone.Good)];
    }

    private IEnumerable<ReportLine> Notes(IEnumerable<RunEvent.HostFinished> results) => results
        .SelectMany(r => r.Result.Notes.Select(note => (note, Label(r.At.Host)))).GroupBy(n => n.note)
        .SelectMany(g => Wrap($"({string.Join(", ", g.Select(n => n.Item2).Where(n => n.Length > 0))}{(g.Any(n => n.Item2.Length > 0) ? ": " : "")}{g.Key})", 9, Tone.Quiet));

    private IEnumerable<ReportLine> Undone(RunEvent.UndoFinished undo)
    {
        var where = undo.Owed.At.Host.Length > 0 ? $" · {Label(undo.Owed.At.Host)}" : "";
        var told = Words.OfUndo(undo.Passed, undo.IsEmpty);
        if (undo.Passed)
        {
            if (!undo.Asked && !undo.IsEmpty) putBack.Add(undo.Owed.Title + where);
            if (!OnlyFailures) yield return Line(undo.Elapsed, "✓", $"{told}: {undo.Owed.Title}", Label(undo.Owed.At.Host), Tone.Good);
        }
        else
            yield return Line(undo.Elapsed, "✗", $"{told}: {undo.Owed.Title}: {undo.Reason}", Label(undo.Owed.At.Host), Tone.Bad);
    }

    private IEnumerable<ReportLine> Summary(RunEvent.RunFinished run)
    {
        if (!OnlyFailures) foreach (var line in Account()) yield return line;
        if (run.NotUndone.Count > 0)
        {
            yield return new(Tone.Bad, "NOT put back: look at your systems");
            foreach (var line in run.NotUndone.SelectMany(o => Wrap($"✗ {o with { At = o.At with { Host = Label(o.At.Host) } }}", 2, Tone.Bad))) yield return line;
        }
        foreach (var line in guards.SelectMany(why => Wrap($"■ {why}", 0, Tone.Bad))) yield return line;
        foreach (var line in Wrap($"{Words.Of(run.ExitCode, broken.Where(b => b.Outcome == Outcome.Unknown).Select(b => b.Step).Distinct().Count(), run.NotUndone.Count)} · {steps.Count} {(steps.Count == 1 ? "step" : "steps")} in {Short(run.Elapsed)} · exit {(int)run.ExitCode}", 0, run.ExitCode == ExitCode.Passed ? Tone.Good : Tone.Bad))
            yield return line;
    }

    /// <summary>What was proven and what was not, what was not reached, what was put back.</summary>
    private IEnumerable<ReportLine> Account()
    {
        IEnumerable<ReportLine> nothing = proven.Count == 0 && broken.Count == 0 && !probes.Proven.Any() && !probes.Broken.Any() && !printed
            ? Wrap("Nothing was proven: no step asserted anything, or all were skipped.", 0, Tone.Warning)
            : [];
        return
        [
            new(Tone.Plain, ""),
            .. Section("Proven", "✓", proven.Keys.Concat(probes.Proven).Distinct(), Tone.Good),
            .. Section("Not proven", "✗", Texts(broken).Concat(probes.Broken), Tone.Bad),
            .. Section("Failed, and rescued", "-", Texts(rescued), Tone.Warning),
            .. Section("Warnings", "!", Texts(warned), Tone.Warning),
            .. nothing,
            .. Section("Not reached", "-", Leaves(outline.Steps).Where(s => !reached.Contains(s.Key)).Select(s => s.Title), Tone.Quiet),
            .. Section("Put back", "↺", putBack, Tone.Warning),
            .. probes.Summary(Width),
        ];
    }

    /// <summary>A title and its lines; nothing where there are none.</summary>
    private IEnumerable<ReportLine> Section(string title, string sign, IEnumerable<string> texts, Tone tone)
    {
        var lines = texts.SelectMany(text => Wrap($"{sign} {text}", 2, tone)).ToList();
        return lines.Count > 0 ? lines.Prepend(new ReportLine(Tone.Title, title)) : lines;
    }

    internal string Label(string host) => host.Length == 0 ? "" : labels.GetValueOrDefault(host, host);

    /// <summary>Each step once, with its hosts.</summary>
    private IEnumerable<string> Texts(IEnumerable<Bad> bad) => bad.GroupBy(b => (b.Step, b.Text))
        .Select(group => group.Key.Text + (Folded(group.Select(b => b.Host)) is { Length: > 0 } hosts ? $" · {hosts}" : ""));

    /// <summary>All of them, written short; how many, where they are several.</summary>
    private string Folded(IEnumerable<string> hosts) => NameFolding.Counted(hosts.Select(Label));

    private string Hosts(IEnumerable<RunEvent.HostFinished> results) => Hosts(results.Select(r => r.At.Host));

    internal string Hosts(IEnumerable<string> hosts)
    {
        var names = hosts.Select(Label).Where(n => n.Length > 0).ToList();
        return names.Count <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(4))} and {names.Count - 4} more";
    }

    /// <summary>A step that did not go well on a host (empty: it is about none), in words.</summary>
    private sealed record Bad(StepKey Step, string Text, string Host, Outcome Outcome);

    private static string Took(RunEvent.StepFinished step) => step.Duration >= TimeSpan.FromSeconds(1) ? Short(step.Duration) : "";

    internal static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');

    internal static string Short(TimeSpan time) => time < TimeSpan.FromMinutes(1)
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0}s")
        : Literals.Print(TimeSpan.FromSeconds(Math.Round(time.TotalSeconds)));

    internal ReportLine Line(TimeSpan elapsed, string sign, string text, string hosts, Tone tone, string took = "")
    {
        var tail = (hosts.Length > 0 ? $" · {hosts}" : "") + (took.Length > 0 ? $" ({took})" : "");
        return new(tone, Fit($"{Short(elapsed),6} {sign} {text}{tail}"));
    }

    /// <summary>A step's line in a narrow terminal goes on below rather than lose its end.</summary>
    private string Fit(string text) => string.Join('\n', Layout.Wrap(text, Width, 9));

    private IEnumerable<ReportLine> Wrap(string text, int indent, Tone tone) =>
        Layout.Lines(text, Width, indent, 2, tone);
}
