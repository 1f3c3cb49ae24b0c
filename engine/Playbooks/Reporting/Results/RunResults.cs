using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Running.Probing;
using Playbooks.Steps;

namespace Playbooks.Reporting.Results;

/// <summary>All that a run did and found, step by step and host by host: a fold over its events, of which reports in files and comparisons are made.</summary>
public sealed class RunResults
{
    private readonly OrderedDictionary<StepKey, StepResults> steps = [];
    private readonly Dictionary<string, List<InnerResult>> rooms = [];
    private readonly List<UndoResult> undos = [];

    /// <summary>When those began that have not ended yet, in which try, and where what runs inside them is told.</summary>
    private readonly Dictionary<Address, (TimeSpan? Began, int Tries, List<InnerResult> Room)> undoing = [];
    private readonly List<DroppedHost> dropped = [];
    private readonly List<string> guards = [];
    private RunOutline outline = RunOutline.Empty;

    public static RunResults Of(IEnumerable<RunEvent> events)
    {
        var results = new RunResults();
        foreach (var happened in events) results.On(happened);
        if (results.ExitCode is not null) return results;
        // Who did not come to the end said nothing of what is owed.
        results.NotUndone = RunState.Of(events).NotUndone;
        return results;
    }

    /// <summary>The name of the run.</summary>
    public string Run { get; private set; } = "";

    /// <summary>The name of the playbook.</summary>
    public string Playbook { get; private set; } = "";

    public string File { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>From its begin to its last event, by a clock that does not jump.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Null: it has not ended, or its program died.</summary>
    public ExitCode? ExitCode { get; private set; }

    /// <summary>The hosts of the inventory, in its order.</summary>
    public IReadOnlyList<OutlineHost> Hosts => outline.Hosts;

    /// <summary>
    /// The steps of the playbook and of its blocks and included playbooks, in the order of the plan; those that never began too. Blocks stand before
    /// what is in them. What runs inside an action is told by the step that calls it.
    /// </summary>
    public IReadOnlyCollection<StepResults> Steps => steps.Values;

    public ProbesState Probes { get; } = new();

    /// <summary>What was put back, or could not be, in that order.</summary>
    public IReadOnlyList<UndoResult> Undos => undos;

    /// <summary>Of these what was put back because something failed, and not because a step asked for it.</summary>
    public IEnumerable<UndoResult> PutBack => undos.Where(undo => undo is { Passed: true, Asked: false, IsEmpty: false });

    /// <summary>What is not put back at its end: look at your systems.</summary>
    public IReadOnlyList<OwedUndo> NotUndone { get; private set; } = [];

    /// <summary>Hosts that take no further part, in that order.</summary>
    public IReadOnlyList<DroppedHost> Dropped => dropped;

    /// <summary>An `always` was left out, because it was told to leave at once.</summary>
    public bool IsAlwaysLeftOut { get; private set; }

    /// <summary>The same in words, a sentence for each.</summary>
    public IEnumerable<string> NotPutBack => NotUndone.Select(owed => $"{owed with { At = owed.At with { Host = Label(owed.At.Host) } }}");

    /// <summary>How it ended, in words.</summary>
    public string Verdict => ExitCode is { } code ? Words.Of(code, steps.Values.Count(step => step.Told.Any(host => host.Result!.Outcome == Outcome.Unknown)), NotUndone.Count) : "it has not ended";

    /// <summary>What the guards said that stopped it.</summary>
    public IReadOnlyList<string> Guards => guards;

    /// <summary>Null: the plan has none with this key on that level.</summary>
    public StepResults? Find(StepKey key) => steps.GetValueOrDefault(key);

    /// <summary>What people see of a host; empty for none.</summary>
    public string Label(string host) => host.Length == 0 ? "" : outline.Hosts.FirstOrDefault(known => known.Name == host)?.Label ?? host;

    public void On(RunEvent happened)
    {
        Probes.On(happened);
        Elapsed = happened.Elapsed;
        switch (happened)
        {
            case RunEvent.RunStarted started:
                (Run, Playbook, File, StartedAt) = (started.Run, started.Playbook, started.File, started.Time);
                Take(started.Outline);
                break;
            case RunEvent.RunResumed resumed: Resume(resumed); break;
            case RunEvent.StepStarted started when !Frame.IsInside(started.Frame) && Find(started.Step) is { } step: step.Begin(started.Elapsed); break;
            case RunEvent.HostStarted started: Begin(started); break;
            case RunEvent.AttemptFailed failed when At(failed.At) is { } host: host.Fail(failed.Reason); break;
            case RunEvent.HostFinished finished: Finish(finished); break;
            case RunEvent.StepFinished finished when !Frame.IsInside(finished.Frame) && Find(finished.Step) is { } step: step.End(finished.Elapsed); break;
            case RunEvent.ProbeJudged judged when !Frame.IsInside(judged.Frame) && Find(judged.Probe) is { } probe: probe.Judge(judged, Probes.Find(judged.Frame, judged.Probe)?.Hosts ?? [""]); break;
            case RunEvent.Rescued rescued when !Frame.IsInside(rescued.Frame): Forgive(rescued.Steps); break;
            case RunEvent.BlockAgain again when !Frame.IsInside(again.Frame): Forget(again.Block); break;
            case RunEvent.HostDropped drop: dropped.Add(new DroppedHost(drop.Host, drop.Step)); break;
            case RunEvent.AlwaysNotRun: IsAlwaysLeftOut = true; break;
            case RunEvent.UndoStarted undo: Begin(undo); break;
            case RunEvent.UndoFinished undo: Finish(undo); break;
            case RunEvent.StopRequested { Reason: StopReason.Guard, Why: { } why } stop:
                guards.Add(why);
                if (stop.Probe is { } guard && !Frame.IsInside(guard.Frame)) Find(guard.Step)?.Break(guard.Host, why, stop.Elapsed);
                break;
            case RunEvent.RunFinished finished: (ExitCode, NotUndone) = (finished.ExitCode, finished.NotUndone); break;
        }
    }

    private HostResults? At(Address at) => Frame.IsInside(at.Frame) ? null : Find(at.Step)?.On(at.Host);

    private void Begin(RunEvent.HostStarted started)
    {
        var host = At(started.At);
        host?.Begin(started.Elapsed);
        // Who goes on with a run is in the middle of its step.
        if (host is not null) Find(started.At.Step)!.Begin(started.Elapsed);
        // What is inside an action's call is told with the call, however deep.
        if ((host?.Room ?? rooms.GetValueOrDefault(started.At.Frame)) is { } room && outline.Find(started.At.Step).IsCall) rooms[$"{started.At}/"] = room;
    }

    private void Begin(RunEvent.UndoStarted undo)
    {
        var (at, room) = (undo.Owed.At, new List<InnerResult>());
        var tries = undoing.GetValueOrDefault(at).Tries + 1;
        undoing[at] = (undo.Elapsed, tries, room);
        rooms[Undo.FrameId(at, tries)] = room;
    }

    private void Finish(RunEvent.UndoFinished undo)
    {
        var (began, tries, room) = undoing.GetValueOrDefault(undo.Owed.At);
        if (tries > 0) undoing[undo.Owed.At] = (null, tries, []);
        undos.Add(new UndoResult(undo.Owed, undo.Passed, undo.Reason, undo.Asked, undo.Elapsed) { Began = began, Inside = room ?? [], IsEmpty = undo.IsEmpty });
    }

    private void Finish(RunEvent.HostFinished finished)
    {
        if (At(finished.At) is { } host) host.End(finished.Result, finished.Elapsed);
        else rooms.GetValueOrDefault(finished.At.Frame)?.Add(new InnerResult(outline.Find(finished.At.Step).Title, finished.Result));
    }

    /// <summary>What runs again is as if it had not run.</summary>
    private void Resume(RunEvent.RunResumed resumed)
    {
        if (resumed.Outline is { } now) Take(now.After(outline));
        (ExitCode, NotUndone) = (null, []);
        guards.Clear();
        foreach (var again in resumed.Again.Where(again => !again.IsOpen && again.Inside is null && !Frame.IsInside(again.Frame)))
            foreach (var step in steps.Values.Where(step => step.Step.Key == again.Step || again.Hosts.Count == 0 && step.Step.Key.Path.StartsWith(again.Step.Path + "/", StringComparison.Ordinal)))
                step.Forget(again.Hosts);
    }

    /// <summary>What is in a block runs again.</summary>
    private void Forget(StepKey block)
    {
        foreach (var step in steps.Values.Where(step => step.Step.Key.Path.StartsWith(block.Path + "/", StringComparison.Ordinal))) step.Forget([]);
    }

    private void Forgive(IReadOnlyList<StepKey> failed)
    {
        foreach (var step in failed.Select(Find)) step?.Forgive();
    }

    private void Take(RunOutline now)
    {
        outline = now;
        var before = steps.ToDictionary();
        steps.Clear();
        var names = new HashSet<string>();
        Take(now.Probes, [], StepPart.Probe, before, names);
        Take(now.Steps, [], StepPart.Step, before, names);
        Take(now.Always, [], StepPart.Always, before, names);
        // What the plan does not have any more has run all the same.
        foreach (var (key, step) in before.Where(b => b.Value.Began is not null)) steps.TryAdd(key, step);
    }

    /// <summary>Of steps that would have the same name the later ones have a number.</summary>
    private void Take(IEnumerable<OutlineStep> side, IReadOnlyList<string> around, StepPart part, Dictionary<StepKey, StepResults> before, HashSet<string> names)
    {
        var last = new Dictionary<string, int>();
        foreach (var step in side)
        {
            IReadOnlyList<string> path;
            do
            {
                var number = last[step.Title] = last.GetValueOrDefault(step.Title) + 1;
                path = [.. around, number > 1 ? $"{step.Title} ({number})" : step.Title];
            }
            while (!names.Add(StepResults.NameOf(path)));
            steps[step.Key] = before.GetValueOrDefault(step.Key) is { } known && known.Name == StepResults.NameOf(path) ? known : new StepResults(step, part, path, Label);
            if (!step.IsGroup) continue;
            Take(step.Probes, path, StepPart.Probe, before, names);
            Take(step.Steps, path, part, before, names);
            Take(step.Rescue, path, StepPart.Rescue, before, names);
            Take(step.Others.Where(other => other.Key.IsAlways), path, StepPart.Always, before, names);
        }
    }
}
