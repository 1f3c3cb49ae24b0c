using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>What is known of a run: a fold over its events. A first run begins with an empty one, a resumed run with a fuller one.</summary>
public sealed class RunState
{
    private readonly Dictionary<string, FrameState> frames = [];
    private readonly Dictionary<(string Frame, StepKey Log, string Host), RunEvent.WindowOpened> windows = [];
    private readonly HashSet<string> dropped = [];
    private readonly List<OwedUndo> owed = [];
    private readonly HashSet<Address> unknown = [];
    private readonly Lock gate = new();

    public string Run { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>What failed last, for `failed` in `always`.</summary>
    public (string Step, IReadOnlyList<string> Hosts, string Message)? Failed { get; private set; }

    public FrameState Frame(string frame)
    {
        lock (gate) return FrameOf(frame);
    }

    public bool IsDropped(string host)
    {
        lock (gate) return dropped.Contains(host);
    }

    public RunEvent.WindowOpened? Window(string frame, StepKey log, string host)
    {
        lock (gate) return windows.GetValueOrDefault((frame, log, host));
    }

    /// <summary>The undos a block owes, last started first.</summary>
    public IReadOnlyList<OwedUndo> Owed(string block)
    {
        lock (gate) return [.. owed.Where(o => o.Block == block).Reverse()];
    }

    public IReadOnlyList<OwedUndo> AllOwed
    {
        get { lock (gate) return [.. owed]; }
    }

    /// <summary>Whether how that attempt ended could not be found out.</summary>
    public bool IsUnknown(Address at)
    {
        lock (gate) return unknown.Contains(at with { Attempt = 1 });
    }

    public void Apply(RunEvent happened)
    {
        lock (gate)
        {
            switch (happened)
            {
                case RunEvent.RunStarted started: (Run, StartedAt) = (started.Run, started.Time); break;
                case RunEvent.WindowOpened window: windows[(window.Frame, window.Log, window.Host)] = window; break;
                case RunEvent.StepStarted started: FrameOf(started.Frame).Begin(started.Step, started.Hosts); break;
                case RunEvent.HostStarted { OwesUndo: true } started: Owe(new OwedUndo(started.Block, started.At with { Attempt = 1 }, started.Step, started.Item)); break;
                case RunEvent.HostFinished finished: Finish(finished); break;
                case RunEvent.HostDropped host: dropped.Add(host.Host); break;
                case RunEvent.BlockFinished { Passed: true } block: owed.RemoveAll(o => o.Block == block.Block); break;
                case RunEvent.UndoFinished { Passed: true } undone: owed.RemoveAll(o => o.At == undone.Owed.At && o.Block == undone.Owed.Block); break;
            }
        }
    }

    private FrameState FrameOf(string frame) => frames.TryGetValue(frame, out var state) ? state : frames[frame] = new FrameState();

    private void Owe(OwedUndo undo)
    {
        owed.RemoveAll(o => o.At == undo.At && o.Block == undo.Block);
        owed.Add(undo);
    }

    private void Finish(RunEvent.HostFinished finished)
    {
        FrameOf(finished.At.Frame).Finish(finished.Step, finished.At.Host, finished.Result);
        if (finished.Result.Outcome == Outcome.Unknown) unknown.Add(finished.At with { Attempt = 1 });
        // What fails while things are put back is told by itself; `failed` stays what began it.
        if (!finished.Step.Key.IsUndo && finished.Result.Outcome is (Outcome.Failed or Outcome.Error or Outcome.Unknown or Outcome.Unreachable))
        {
            var others = Failed is { } before && before.Step == finished.Step.Step.Title ? before.Hosts : [];
            Failed = (finished.Step.Step.Title, [.. others, finished.At.Host], finished.Result.Error ?? "");
        }
    }
}

/// <summary>What is known inside one frame: the playbook, or one call of an action on one host.</summary>
public sealed class FrameState
{
    /// <summary>A step, the hosts it was about, and what came of it on each.</summary>
    public sealed record Ran(PlannedStep Step, IReadOnlyList<string> Hosts, Dictionary<string, HostResult> Results);

    private readonly Dictionary<StepKey, Ran> ran = [];
    private readonly Dictionary<string, Ran> ids = [];
    private readonly Dictionary<string, Ran> captures = [];
    private readonly Lock gate = new();

    internal void Begin(PlannedStep step, IReadOnlyList<string> hosts)
    {
        lock (gate)
        {
            var record = ran[step.Key] = new Ran(step, hosts, []);
            if (step.Step.Id is { } id) ids[id] = record;
            foreach (var name in step.Gives) captures[name] = record;
        }
    }

    internal void Finish(PlannedStep step, string host, HostResult result)
    {
        lock (gate)
        {
            if (ran.TryGetValue(step.Key, out var record)) record.Results[host] = result;
            if (result.Outcome == Steps.Outcome.Passed) LastPassed = result;
            else if (result.Outcome is not (Steps.Outcome.Skipped or Steps.Outcome.NotRun)) FirstFailure ??= (step.Step.Title, result);
        }
    }

    /// <summary>The step that passed last: an action's result.</summary>
    public HostResult? LastPassed { get; private set; }

    /// <summary>The first step that did not pass, by its title: an action's failure.</summary>
    public (string Step, HostResult Result)? FirstFailure { get; private set; }

    /// <summary>The step with that id, as far as it has run.</summary>
    public Ran? ById(string id)
    {
        lock (gate) return ids.GetValueOrDefault(id);
    }

    /// <summary>The step that captured that name last.</summary>
    public Ran? ByCapture(string name)
    {
        lock (gate) return captures.GetValueOrDefault(name);
    }

    public IReadOnlyList<string> Ids
    {
        get { lock (gate) return [.. ids.Keys]; }
    }

    public HostResult? Result(Ran ran, string host)
    {
        lock (gate) return ran.Results.GetValueOrDefault(host);
    }
}
