using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>What a run can go on with whose program ended, or that stopped: what it owes, what nobody knows, and what is to run again.</summary>
/// <param name="plan">The plan of the run, made anew.</param>
/// <param name="state">All that happened.</param>
/// <param name="events">The same, one by one.</param>
public sealed class Resumption(Plan plan, RunState state, IReadOnlyList<RunEvent> events)
{
    private readonly Dictionary<StepKey, PlannedStep> parents = plan.All
        .SelectMany(parent => parent.Steps.Concat(parent.Rescue).Concat(parent.Always).Select(inside => (inside.Key, Parent: parent))).ToDictionary(p => p.Key, p => p.Parent);

    /// <summary>It ended by itself; else its program was ended in the middle of it.</summary>
    public bool HasEnded => state.End is not null;

    /// <summary>What it owes, last started first.</summary>
    public IReadOnlyList<OwedUndo> Owed => state.NotUndone;

    /// <summary>It was told to stop, or only to put back, when its program ended: that is what it goes on with.</summary>
    public bool WasPuttingBack => !HasEnded && (events.Reverse().TakeWhile(e => e is not RunEvent.RunResumed).Any(e => e is RunEvent.StopRequested) || events.LastOrDefault(e => e is RunEvent.RunResumed) is RunEvent.RunResumed { PutsBack: true });

    /// <summary>Why no further batch started, where that ended it: `max_failed`; null: it did not.</summary>
    public string? TooManyFailed => HasEnded ? events.Reverse().TakeWhile(e => e is not RunEvent.RunResumed).OfType<RunEvent.StopRequested>().FirstOrDefault(e => e is { Reason: StopReason.Guard, Probe: null })?.Why : null;

    /// <summary>Nothing of it is left to do.</summary>
    public bool IsOver => HasEnded && Owed.Count == 0 && state.AlwaysNotRun.Count == 0 && Again().Count == 0;

    /// <summary>Attempts that must not run twice, and of which nothing but their beginning is known. Those of actions are told by their steps.</summary>
    public IReadOnlyList<(FrameState.Underway Attempt, PlannedStep Step)> Doubtful =>
        [.. Underway.Where(u => u.Step is { Effect: Effect.Once, Step.Work: KindWork } && !u.Attempt.HasFailed)];

    /// <summary>Attempts whose commands may still be running on their hosts.</summary>
    public IEnumerable<(FrameState.Underway Attempt, PlannedStep Step)> Underway =>
        state.Frames.SelectMany(f => f.Frame.AllUnderway).Where(attempt => plan.Has(attempt.At.Step)).Select(attempt => (attempt, plan.Find(attempt.At.Step))).Where(u => u.Item2 is { Effect: not Effect.None, Step.Work: KindWork });

    /// <summary>The machines that an attempt of that step may have run on; none where only a run can tell.</summary>
    public IReadOnlyList<Host> Machines(PlannedStep step, Address at) => step.Runs.Kind switch
    {
        PlaceKind.Localhost => [Host.Control],
        PlaceKind.Pattern => step.Runs.Pattern!.Template.Names.Any() ? [] : step.Runs.Pattern.Widest(plan.Inventory),
        _ => plan.Inventory.Find(at.Host) is { } host ? [host] : [],
    };

    /// <summary>Secrets that were captured, which no journal keeps, by steps that may not run again, and that are still needed.</summary>
    public IReadOnlyList<(StepKey Step, string Why)> LostSecrets =>
        [.. Hidden.Where(h => h.Step.Effect == Effect.Once && IsNeeded(h.Name)).Select(h => (h.Step.Key, $"`{h.Name}` was captured here and is a secret, which the journal does not keep; this step may not run again, so nobody has it any more"))];

    /// <summary>The captured secrets of steps that have ended.</summary>
    private IEnumerable<(string Frame, PlannedStep Step, string Host, string Name)> Hidden =>
        from frame in state.Frames
        from step in frame.Frame.All
        where plan.Has(step.Key)
        from result in step.Ran.Results
        from name in result.Value.Hidden
        where name.StartsWith("capture ", StringComparison.Ordinal)
        select (frame.Id, plan.Find(step.Key), result.Key, name["capture ".Length..]);

    private bool IsNeeded(string name) => plan.All.Any(step => step.Needs.Any(need => need.Name == name || need.Name == "all" && need.Members.Contains(name))
        && state.Frames.All(frame => frame.Frame.Begun(step.Key) is not { HasEnded: true }));

    /// <summary>
    /// The first step of the playbook, in its order, from which on nothing has run that will not run again; null: there is none. Up to there
    /// a run may go on only with what it was made of.
    /// </summary>
    public StepKey? FirstToRun
    {
        get
        {
            var again = HasEnded ? Again() : [];
            var leaves = Leaves(plan.Steps, [""], again, isKept: false).ToList();
            return leaves.Skip(leaves.FindLastIndex(leaf => leaf.IsKept) + 1).Select(leaf => leaf.Key).FirstOrDefault();
        }
    }

    /// <summary>The step as a user names it on the command line.</summary>
    public string NameOf(Address at) => $"{plan.Find(at.Step).Step.Id ?? at.Step.Path}@{(at.Host.Length > 0 ? at.Host : "localhost")}";

    /// <summary>The event to go on with.</summary>
    public RunEvent.RunResumed GoOn(IReadOnlyList<Decided> decided)
    {
        if (WasPuttingBack) return PutBack(decided);
        var again = HasEnded ? Again() : [];
        foreach (var (frame, step, host, _) in Hidden.Where(h => h.Step.Effect != Effect.Once && IsNeeded(h.Name)))
        {
            again.Add(new Forgotten(frame, step.Key, [host]));
            OpenTo(frame, step.Key, again);
        }
        return new(false, again, decided);
    }

    /// <summary>The event to put back with what is owed, and nothing else.</summary>
    public RunEvent.RunResumed PutBack(IReadOnlyList<Decided> decided)
    {
        var open = new List<Forgotten>();
        if (HasEnded)
        {
            foreach (var owed in Owed) OpenTo(owed.At.Frame, owed.At.Step, open);
            foreach (var block in plan.All.Where(s => s.Always.Count > 0))
                foreach (var (frame, _) in state.Frames)
                    if (state.AlwaysNotRun.Contains($"{frame}{block.Key}"))
                    {
                        open.Add(new Forgotten(frame, block.Key, []) { IsOpen = true });
                        OpenTo(frame, block.Key, open);
                    }
        }
        return new(true, [.. open.Distinct()], decided);
    }

    /// <summary>Opens all that stands around a step: blocks, included playbooks, calls of actions.</summary>
    private void OpenTo(string frame, StepKey step, List<Forgotten> open)
    {
        while (parents.TryGetValue(step, out var parent))
        {
            if (parent.Step.Work is ActionCall)
            {
                if (events.OfType<RunEvent.HostStarted>().LastOrDefault(e => e.At.Step == parent.Key && $"{e.At}/" == frame) is not { At: var call }) return;
                open.Add(new Forgotten(call.Frame, call.Step, [call.Host]) { Inside = call });
                frame = call.Frame;
            }
            else
            {
                if (parent.Step.Work is Include) frame = frame[..^(parent.Key.Path.Length + 1)];
                else if (parent.Step.Work is Block { Batches: not null } && parent.Steps.Any(inside => inside.Key == step)) frame = frame[..frame.LastIndexOf($"{parent.Key}/", StringComparison.Ordinal)];
                open.Add(new Forgotten(frame, parent.Key, []) { IsOpen = true });
            }
            step = parent.Key;
        }
    }

    /// <summary>Of a run that stopped: what stopped it, and what was put back since.</summary>
    private List<Forgotten> Again()
    {
        var again = new List<Forgotten>();
        Again(plan.Steps, "", inOrder: true, again);
        if (again.Count > 0) Forget(plan.Always, "", again);
        else if (plan.Always.Any(step => Stopped(step, ""))) Forget(plan.Always, "", again);
        return again;
    }

    private void Again(IReadOnlyList<PlannedStep> steps, string frame, bool inOrder, List<Forgotten> again)
    {
        var undone = false;
        foreach (var step in steps)
        {
            var isUndone = state.Undone.Any(at => at.Frame == frame && at.Step == step.Key && !state.IsDropped(at.Host));
            undone = inOrder && undone || isUndone;
            // What came after a step that was put back stood on it.
            if (undone) Forget([step], frame, again);
            else if (!Stopped(step, frame)) continue;
            else if (!step.IsGroup)
                foreach (var failed in Failed(step, frame)) again.AddRange(step.Step.Work is ActionCall && failed.Inside is null ? failed.Hosts.SelectMany(host => OfCall(step, frame, host)) : [failed]);
            else
            {
                again.Add(new Forgotten(frame, step.Key, []) { IsOpen = true });
                foreach (var inside in Inside(step, frame)) Again(step.Steps, inside, step.Step.Work is not Block { Parallel: true }, again);
                Forget([.. step.Rescue, .. step.Always], step.Step.Work is Include ? Inside(step, frame)[0] : frame, again);
            }
        }
    }

    private void Forget(IEnumerable<PlannedStep> steps, string frame, List<Forgotten> again) =>
        again.AddRange(steps.Where(step => state.Frame(frame).Begun(step.Key) is not null).Select(step => new Forgotten(frame, step.Key, [])));

    /// <summary>The hosts on which the step has yet to pass; where its end is unknown, its attempt is asked after.</summary>
    private IEnumerable<Forgotten> Failed(PlannedStep step, string frame)
    {
        var ran = state.Frame(frame).Begun(step.Key)!;
        var hosts = ran.Results.Where(r => IsStopping(r.Key, r.Value)).ToList();
        var unknown = hosts.Where(h => h.Value.Outcome == Outcome.Unknown && state.Frame(frame).Attempt(step.Key, h.Key) is not null).Select(h => h.Key).ToHashSet();
        var rest = hosts.Select(h => h.Key).Where(h => !unknown.Contains(h)).ToList();
        if (rest.Count > 0) yield return new Forgotten(frame, step.Key, rest);
        foreach (var host in unknown) yield return new Forgotten(frame, step.Key, [host]) { Inside = state.Frame(frame).Attempt(step.Key, host)!.At };
    }

    /// <summary>A call that failed goes on where it failed; where all its steps passed, or nothing is known of them any more, it is called once more.</summary>
    private IReadOnlyList<Forgotten> OfCall(PlannedStep call, string frame, string host)
    {
        var again = new List<Forgotten>();
        if (events.OfType<RunEvent.HostStarted>().LastOrDefault(e => e.At.Frame == frame && e.At.Step == call.Key && e.At.Host == host) is { At: var at }) Again(call.Steps, $"{at}/", inOrder: true, again);
        else return [new Forgotten(frame, call.Key, [host])];
        return again.Count == 0 ? [new Forgotten(frame, call.Key, [host])] : [new Forgotten(frame, call.Key, [host]) { Inside = at }, .. again];
    }

    private bool Stopped(PlannedStep step, string frame) =>
        state.Frame(frame).Begun(step.Key) is { } ran && (!ran.HasEnded || step.OnFailure == OnFailure.Stop && ran.Results.Any(r => IsStopping(r.Key, r.Value)));

    private bool IsStopping(string host, HostResult result) => result.IsFailure || result.Outcome == Outcome.NotRun && !state.IsDropped(host);

    /// <summary>In batches a step stands in several rooms, and is kept where it is kept in one of them.</summary>
    private IEnumerable<(StepKey Key, bool IsKept)> Leaves(IEnumerable<PlannedStep> steps, IReadOnlyList<string> frames, List<Forgotten> again, bool isKept) => steps.SelectMany(step =>
    {
        var kept = isKept || frames.Any(frame => IsKept(step, frame, again));
        return step.IsGroup ? Leaves(step.Steps, [.. frames.SelectMany(frame => Inside(step, frame))], again, kept) : [(step.Key, kept)];
    });

    /// <summary>It has ended, or is under way, and does not run again. What stands inside a group that goes on is kept by itself.</summary>
    private bool IsKept(PlannedStep step, string frame, List<Forgotten> again) => state.Frame(frame).Begun(step.Key) is { } ran
        && (ran.HasEnded || !step.IsGroup && (ran.Attempts.Count > 0 || ran.Results.Count > 0))
        && again.All(other => other.Frame != frame || other.Step != step.Key || other.Inside is not null);

    /// <summary>The rooms that the steps of a group run in.</summary>
    private IReadOnlyList<string> Inside(PlannedStep group, string frame) => group.Step.Work switch
    {
        Include => [$"{frame}{group.Key}/"],
        Block { Batches: not null } => [.. Enumerable.Range(1, state.Batches(frame, group.Key)?.Batches.Count ?? 1).Select(number => Frame.OfBatch(frame, group.Key, number))],
        _ => [frame],
    };
}
