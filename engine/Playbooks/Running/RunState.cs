using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>What is known of a run: a fold over its events. A first run begins with an empty one, a resumed run with a fuller one.</summary>
public sealed class RunState
{
    private readonly Dictionary<string, FrameState> frames = [];
    private readonly Dictionary<WindowKey, RunEvent.WindowOpened> windows = [];
    private readonly HashSet<string> dropped = [];
    private readonly Dictionary<string, Dictionary<Address, (long Order, OwedUndo Undo)>> owed = [];
    private readonly List<OwedUndo> notUndone = [];
    private readonly Dictionary<Address, int> undoTries = [];
    private readonly Lock gate = new();

    public string Run { get; private set; } = "";

    /// <summary>The number of the last event.</summary>
    public long Sequence { get; private set; }

    /// <summary>When it happened, since the run began.</summary>
    public TimeSpan Elapsed { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    private readonly List<(StepKey Step, string Title, List<string> Hosts, string Message)> failed = [];
    private readonly Dictionary<Address, OwedUndo> underway = [];

    /// <summary>The last step of the playbook that did not pass and was not rescued, for `failed` in `rescue` and `always`.</summary>
    /// <param name="but">Steps whose keys begin so do not count: a `rescue` asks what it was called for.</param>
    public (StepKey Step, string Title, IReadOnlyList<string> Hosts, string Message)? Failed(string? but = null)
    {
        lock (gate)
        {
            var at = failed.FindLastIndex(f => but is null || !f.Step.Path.StartsWith(but, StringComparison.Ordinal));
            return at < 0 ? null : (failed[at].Step, failed[at].Title, [.. failed[at].Hosts], failed[at].Message);
        }
    }

    public FrameState Frame(string frame)
    {
        lock (gate) return FrameOf(frame);
    }

    public bool IsDropped(string host)
    {
        lock (gate) return dropped.Contains(host);
    }

    public RunEvent.WindowOpened? Window(WindowKey window)
    {
        lock (gate) return windows.GetValueOrDefault(window);
    }

    /// <summary>The undos a block owes, last started first.</summary>
    public IReadOnlyList<OwedUndo> Owed(string block)
    {
        lock (gate) return owed.TryGetValue(block, out var undos) ? [.. undos.Values.OrderByDescending(o => o.Order).Select(o => o.Undo)] : [];
    }

    /// <summary>What was not put back: undos that failed, and those that never ran.</summary>
    public IReadOnlyList<OwedUndo> NotUndone
    {
        get { lock (gate) return [.. notUndone, .. underway.Values, .. owed.Values.SelectMany(b => b.Values).OrderByDescending(o => o.Order).Select(o => o.Undo)]; }
    }

    /// <summary>How often that step's undo has begun: each time has a room of names of its own.</summary>
    public int UndoTries(Address at)
    {
        lock (gate) return undoTries.GetValueOrDefault(at);
    }

    /// <summary>How the addresses of that item's attempts begin, as text; those of the steps inside too, where it is an action.</summary>
    public static string AttemptsOf(Address at) => $"{at with { Attempt = 0 }}"[..^1];

    public void Apply(RunEvent happened)
    {
        lock (gate)
        {
            (Sequence, Elapsed) = (happened.Sequence, happened.Elapsed);
            switch (happened)
            {
                case RunEvent.RunStarted started: (Run, StartedAt) = (started.Run, started.Time); break;
                case RunEvent.WindowOpened window: windows[window.Window] = window; break;
                case RunEvent.StepStarted started: FrameOf(started.Frame).Begin(started); break;
                case RunEvent.HostStarted { OwesUndo: true } started: Owe(started); break;
                case RunEvent.ItemFinished item: Finish(item.At, item.Block, item.Result); break;
                case RunEvent.HostFinished finished: Finish(finished); break;
                case RunEvent.FrameLeft left: frames.Remove(left.Frame); break;
                case RunEvent.BlockOver over when !Running.Frame.IsInside(over.Frame): failed.Add((over.Block, over.Title, [], over.Message)); break;
                case RunEvent.BlockAgain again: Forgive(again.Frame, again.Steps); break;
                case RunEvent.Rescued rescued: Forgive(rescued.Frame, rescued.Steps); break;
                case RunEvent.HostDropped host: dropped.Add(host.Host); break;
                case RunEvent.BlockFinished { Passed: true } block: owed.Remove(block.Block); break;
                case RunEvent.UndoStarted undo:
                    undoTries[undo.Owed.At] = undoTries.GetValueOrDefault(undo.Owed.At) + 1;
                    Settle(undo.Owed);
                    underway[undo.Owed.At] = undo.Owed;
                    break;
                case RunEvent.UndoFinished undo:
                    Settle(undo.Owed);
                    underway.Remove(undo.Owed.At);
                    if (!undo.Passed) notUndone.Add(undo.Owed);
                    break;
            }
        }
    }

    private FrameState FrameOf(string frame) => frames.TryGetValue(frame, out var state) ? state : frames[frame] = new FrameState();

    /// <summary>It is not owed any more: it runs, or has run.</summary>
    private void Settle(OwedUndo undo)
    {
        if (owed.TryGetValue(undo.Block, out var undos)) undos.Remove(undo.At);
    }

    private void Forgive(string frame, IReadOnlyList<StepKey> steps)
    {
        FrameOf(frame).Forgive(steps);
        if (!Running.Frame.IsInside(frame)) failed.RemoveAll(f => steps.Contains(f.Step));
    }

    private void Owe(RunEvent.HostStarted started)
    {
        if (!owed.TryGetValue(started.Block, out var undos)) owed[started.Block] = undos = [];
        var at = started.At with { Attempt = 1 };
        undos[at] = (started.Sequence, new OwedUndo(started.Block, at, FrameOf(at.Frame).TitleOf(at.Step), started.Item));
    }

    /// <summary>An item that was begun, or the one work of a step without a loop.</summary>
    private void Finish(Address item, string block, HostResult result)
    {
        var at = item with { Attempt = 1 };
        if (result.Outcome == Outcome.Skipped) return;
        FrameOf(at.Frame).AnyBegan |= result.Began;
        if (!owed.TryGetValue(block, out var undos) || !undos.TryGetValue(at, out var entry)) return;
        if (!result.Began) undos.Remove(at);
        else undos[at] = entry with { Undo = entry.Undo with { IsUnknown = result.Outcome == Outcome.Unknown, Captured = result.Captured } };
    }

    private void Finish(RunEvent.HostFinished finished)
    {
        if (finished.Result.Items is null) Finish(finished.At, finished.Block, finished.Result);
        FrameOf(finished.At.Frame).Finish(finished);
        // What fails inside an action, an undo or `always` is told by itself; a block has no failure of its own.
        if (Running.Frame.IsInside(finished.At.Frame) || finished.At.Step.IsAlways || finished.Result.Failures.Count == 0 || !finished.Result.IsFailure) return;
        var step = finished.At.Step;
        var at = failed.FindIndex(f => f.Step == step);
        var hosts = at < 0 ? [] : failed[at].Hosts;
        if (finished.At.Host.Length > 0) hosts.Add(finished.At.Host);
        if (at >= 0) failed.RemoveAt(at);
        failed.Add((step, FrameOf(finished.At.Frame).TitleOf(step), hosts, finished.Result.Error ?? ""));
    }
}
