using Playbooks.Planning;
using Playbooks.Running.Probing;
using Playbooks.Steps;
using Playbooks.Steps.Http;

namespace Playbooks.Running;

/// <summary>What is known of a run: a fold over its events. A first run begins with an empty one, a resumed run with a fuller one.</summary>
public sealed class RunState
{
    private readonly Dictionary<string, FrameState> frames = [];
    private readonly Dictionary<WindowKey, RunEvent.WindowOpened> windows = [];
    private readonly HashSet<string> dropped = [];
    private readonly UndoLedger undos = new();
    private readonly HashSet<string> failedAlways = [];
    private readonly HashSet<string> alwaysNotRun = [];
    private readonly Dictionary<(string, StepKey, string), List<string>> leaving = [];
    private readonly Dictionary<(string Frame, StepKey Block), BatchesState> batches = [];
    private readonly Dictionary<Address, string> leftToUndo = [];
    private readonly Dictionary<string, IReadOnlyList<Cookie>> cookies = [];
    private readonly ProbesState probes = new();
    private readonly Lock gate = new();
    private bool isHalted;

    public string Run { get; private set; } = "";

    /// <summary>The number of the last event.</summary>
    public long Sequence { get; private set; }

    /// <summary>When it happened, since the run began.</summary>
    public TimeSpan Elapsed { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>How it ended; null: it has not.</summary>
    public ExitCode? End { get; private set; }

    private readonly List<(StepKey Step, string Title, List<string> Hosts, string Message)> failed = [];

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
        lock (gate) return undos.Owed(block);
    }

    /// <summary>What was not put back: undos that failed, and those that never ran.</summary>
    public IReadOnlyList<OwedUndo> NotUndone
    {
        get { lock (gate) return undos.NotUndone; }
    }

    /// <summary>Who says to have put back by hand what it owed; null: nobody.</summary>
    public string? PutBackBy { get; private set; }

    /// <summary>How often that step's undo has begun: each time has a room of names of its own.</summary>
    public int UndoTries(Address at)
    {
        lock (gate) return undos.Tries(at);
    }

    /// <summary>The room of names of the call that is to be put back; null where it gave none.</summary>
    public string? LeftToUndo(Address at)
    {
        lock (gate) return leftToUndo.GetValueOrDefault(at);
    }

    /// <summary>That undo had begun when the program ended, and goes on now.</summary>
    public bool GoesOn(OwedUndo undo)
    {
        lock (gate) return undos.GoesOn(undo.At);
    }

    /// <summary>What was put back because something failed.</summary>
    public IReadOnlySet<Address> Undone
    {
        get { lock (gate) return undos.Undone.ToHashSet(); }
    }

    /// <summary>How a step ended is unknown.</summary>
    public bool HasUnknown => Frames.Any(frame => frame.Frame.All.Any(step => step.Ran.Results.Values.Any(result => result.Outcome == Outcome.Unknown)));

    /// <summary>Blocks whose `always` did not pass.</summary>
    public IReadOnlyCollection<string> FailedAlways
    {
        get { lock (gate) return [.. failedAlways]; }
    }

    /// <summary>Blocks whose `always` was not run.</summary>
    public IReadOnlyCollection<string> AlwaysNotRun
    {
        get { lock (gate) return [.. alwaysNotRun]; }
    }

    /// <summary>Whose cookies are known, and which.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Cookie>> Cookies
    {
        get { lock (gate) return cookies.ToDictionary(jar => jar.Key, jar => (IReadOnlyList<Cookie>)[.. jar.Value.Where(cookie => !cookie.IsHidden)]); }
    }

    /// <summary>Cookies that hold a secret, which a journal does not keep, by their names.</summary>
    public IReadOnlyList<string> LostCookies
    {
        get { lock (gate) return [.. cookies.Values.SelectMany(jar => jar.Where(cookie => cookie.IsHidden)).Select(cookie => cookie.Name).Distinct()]; }
    }

    /// <summary>Null: they have not been made.</summary>
    public BatchesState? Batches(string frame, StepKey block)
    {
        lock (gate) return batches.GetValueOrDefault((frame, block));
    }

    /// <summary>What is asked of the probes; nothing of the state may be kept.</summary>
    public T Probes<T>(Func<ProbesState, T> ask)
    {
        lock (gate) return ask(probes);
    }

    /// <summary>All rooms of names that are known, by their ids.</summary>
    public IReadOnlyList<(string Id, FrameState Frame)> Frames
    {
        get { lock (gate) return [.. frames.Select(f => (f.Key, f.Value))]; }
    }

    /// <summary>How the addresses of that item's attempts begin, as text; those of the steps inside too, where it is an action.</summary>
    public static string AttemptsOf(Address at) => $"{at with { Attempt = 0 }}"[..^1];

    /// <summary>After all of that.</summary>
    public static RunState Of(IEnumerable<RunEvent> events)
    {
        var state = new RunState();
        foreach (var happened in events) state.Apply(happened);
        return state;
    }

    public void Apply(RunEvent happened)
    {
        lock (gate)
        {
            (Sequence, Elapsed) = (happened.Sequence, happened.Elapsed);
            probes.On(happened);
            switch (happened)
            {
                case RunEvent.RunStarted started: (Run, StartedAt) = (started.Run, started.Time); break;
                case RunEvent.WindowOpened window: windows[window.Window] = window; break;
                case RunEvent.StepStarted started: FrameOf(started.Frame).Begin(started); break;
                case RunEvent.HostStarted started:
                    FrameOf(started.At.Frame).Begin(started);
                    if (started.OwesUndo) undos.Owe(started, FrameOf(started.At.Frame).TitleOf(started.At.Step));
                    break;
                case RunEvent.AttemptFailed attempt:
                    FrameOf(attempt.At.Frame).Finish(attempt);
                    LeaveInside(attempt.At, block: null, isOver: true);
                    break;
                case RunEvent.ItemFinished item:
                    FrameOf(item.At.Frame).Finish(item.At, item.Result);
                    Finish(item.At, item.Block, item.Result);
                    LeaveInside(item.At, item.Block, !item.Result.IsToDo);
                    break;
                case RunEvent.StepFinished step: FrameOf(step.Frame).Finish(step); break;
                case RunEvent.HostFinished finished: Finish(finished); break;
                case RunEvent.FrameLeft { Of: { } of } left:
                    if (!leaving.TryGetValue((of.Frame, of.Step, of.Host), out var with)) leaving[(of.Frame, of.Step, of.Host)] = with = [];
                    if (!with.Contains(left.Frame)) with.Add(left.Frame);
                    break;
                case RunEvent.FrameLeft left: Leave(left.Frame); break;
                case RunEvent.BlockOver over when !Running.Frame.IsInside(over.Frame): failed.Add((over.Block, over.Title, [], over.Message)); break;
                case RunEvent.ProbeStarted probe when !Running.Frame.IsInside(probe.Frame): failed.RemoveAll(f => f.Step == probe.Probe); break;
                case RunEvent.ProbeJudged { Failures: [var first, ..] } probe: failed.Add((probe.Probe, probe.Title, [.. probe.Failures.Select(f => f.Host).Where(host => host.Length > 0).Distinct()], first.Failure.Message)); break;
                case RunEvent.BatchesMade made: batches[(made.Frame, made.Block)] = new BatchesState(made.Batches); break;
                case RunEvent.BatchStarted batch: batches[(batch.Frame, batch.Block)].Begin(batch.Number); break;
                case RunEvent.BatchFinished batch: batches[(batch.Frame, batch.Block)].Finish(batch); break;
                case RunEvent.BlockAgain again:
                    Forgive(again.Frame, again.Steps);
                    Forget(again.Frame, again.Block, andItself: false);
                    break;
                case RunEvent.Rescued rescued: Forgive(rescued.Frame, rescued.Steps); break;
                case RunEvent.AlwaysNotRun block: alwaysNotRun.Add(block.Block); break;
                case RunEvent.AlwaysFailed block: failedAlways.Add(block.Block); break;
                case RunEvent.CookiesKept kept: cookies[kept.Client] = kept.Cookies; break;
                case RunEvent.StopRequested stop: isHalted |= stop.Reason == StopReason.Halt; break;
                case RunEvent.RunFinished finished: End = finished.ExitCode; break;
                case RunEvent.RunResumed resumed: Resume(resumed); break;
                case RunEvent.PutBackByHand byHand:
                    PutBackBy = byHand.By;
                    undos.PutBackByHand();
                    break;
                case RunEvent.HostDropped host: dropped.Add(host.Host); break;
                case RunEvent.BlockFinished { Passed: true } block:
                    foreach (var at in undos.Forget(block.Block)) LeaveUndone(at);
                    break;
                case RunEvent.UndoStarted undo: undos.Begin(undo.Owed); break;
                case RunEvent.UndoFinished undo:
                    undos.Finish(undo);
                    LeaveUndone(undo.Owed.At);
                    break;
            }
        }
    }

    /// <summary>
    /// Only now: a program that ends just before would not know what had been done inside. What an action's own undo may read stays until that has run, or is owed
    /// no more; and what did not end well may be gone on with.
    /// </summary>
    private void LeaveInside(Address ended, string? block, bool isOver)
    {
        if (!leaving.Remove((ended.Frame, ended.Step, ended.Host), out var left)) return;
        var at = ended with { Attempt = 1 };
        if (block is not null && undos.IsOwed(block, at))
        {
            LeaveUndone(at);
            leftToUndo[at] = left[^1];
        }
        else if (isOver)
            foreach (var frame in left) Leave(frame);
    }

    private void LeaveUndone(Address at)
    {
        // Of an undo that failed, another try may ask.
        if (leftToUndo.TryGetValue(at, out var frame) && !undos.HasFailed(at) && leftToUndo.Remove(at)) Leave(frame);
    }

    /// <summary>Nobody asks for its names again, unless something is to be put back in it.</summary>
    private void Leave(string frame)
    {
        if (!isHalted && !undos.AnyFailed) frames.Remove(frame);
    }

    /// <summary>It is as if a step, or what stands inside it, had not run.</summary>
    private void Forget(string frame, StepKey step, bool andItself)
    {
        var inside = step.Path + "/";
        FrameOf(frame).Forget(key => key.Path.StartsWith(inside, StringComparison.Ordinal) || andItself && key == step);
        if (!Running.Frame.IsInside(frame)) failed.RemoveAll(f => f.Step.Path.StartsWith(inside, StringComparison.Ordinal) || andItself && f.Step == step);
        foreach (var id in frames.Keys.Where(id => id.StartsWith($"{frame}{inside}", StringComparison.Ordinal) || andItself && id.StartsWith($"{frame}{step}@", StringComparison.Ordinal)).ToList()) frames.Remove(id);
        foreach (var key in batches.Keys.Where(key => key.Frame.StartsWith($"{frame}{inside}", StringComparison.Ordinal) || key.Frame == frame && (key.Block.Path.StartsWith(inside, StringComparison.Ordinal) || andItself && key.Block == step)).ToList()) batches.Remove(key);
    }

    private void Resume(RunEvent.RunResumed resumed)
    {
        if (End is not null)
            foreach (var some in batches.Values) some.Forgive();
        (End, isHalted) = (null, false);
        undos.Resume();
        // What a batch owes it puts back itself.
        foreach (var ((frame, block), some) in batches)
            foreach (var number in Enumerable.Range(1, some.Begun).Where(number => undos.Owed($"{frame}{block}/{number}").Count > 0)) some.Reopen(number);
        foreach (var again in resumed.Again)
        {
            foreach (var (block, some) in batches)
                if (Running.Frame.BatchOf(again.Frame, block.Frame, block.Block) is { } number) some.Reopen(number);
            if (again.IsOpen || again.Inside is not null || again.Hosts.Count > 0) FrameOf(again.Frame).Reopen(again.Step, again.Hosts, again.Inside);
            else Forget(again.Frame, again.Step, andItself: true);
            if (again.Inside is null && again.Hosts.Count > 0)
                foreach (var host in again.Hosts)
                    foreach (var id in frames.Keys.Where(id => id.StartsWith($"{again.Frame}{again.Step}@{host}#", StringComparison.Ordinal)).ToList()) frames.Remove(id);
            if (!again.IsOpen && !Running.Frame.IsInside(again.Frame)) failed.RemoveAll(f => f.Step == again.Step);
            undos.Again(again.Frame, again.Step);
        }
        // Those of blocks that are open again are run, or told, again.
        alwaysNotRun.Clear();
        failedAlways.Remove("play");
        failedAlways.RemoveWhere(block => resumed.Again.Any(a => block == $"{a.Frame}{a.Step}" || block.StartsWith($"{a.Frame}{a.Step}/", StringComparison.Ordinal)));
        foreach (var said in resumed.Decided) Decide(said);
    }

    private void Decide(Decided said)
    {
        var frame = FrameOf(said.At.Frame);
        frame.Reopen(said.At.Step, [said.At.Host], null);
        if (said.Decision == Decision.Rerun) return;
        var result = said.Decision == Decision.AssumeDone
            ? new HostResult { Outcome = Outcome.Passed, Notes = ["the user says that it was done; nothing is known of it"] }
            : new HostResult { Outcome = Outcome.Skipped, Began = false, Notes = ["the user skips it"] };
        frame.Finish(said.At, result);
    }

    private FrameState FrameOf(string frame) => frames.TryGetValue(frame, out var state) ? state : frames[frame] = new FrameState();

    private void Forgive(string frame, IReadOnlyList<StepKey> steps)
    {
        FrameOf(frame).Forgive(steps);
        if (!Running.Frame.IsInside(frame)) failed.RemoveAll(f => steps.Contains(f.Step));
    }

    /// <summary>An item that was begun, or the one work of a step without a loop.</summary>
    private void Finish(Address item, string block, HostResult result)
    {
        var at = item with { Attempt = 1 };
        if (result.Outcome == Outcome.Skipped) return;
        FrameOf(at.Frame).AnyBegan |= result.Began;
        undos.Learn(block, at, result);
    }

    private void Finish(RunEvent.HostFinished finished)
    {
        if (finished.Result.Items is null) Finish(finished.At, finished.Block, finished.Result);
        FrameOf(finished.At.Frame).Finish(finished);
        LeaveInside(finished.At, finished.Block, !finished.Result.IsToDo);
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
