using System.Collections.Concurrent;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Running.Probing;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Runs steps in their order, or side by side, and when one fails puts back what they did; then `rescue`, then `always`.</summary>
internal sealed class BlockRunner
{
    private readonly Recorder recorder;
    private readonly Stop stop;
    private readonly Scopes scopes;
    private readonly Windows windows;
    private readonly Verdict verdict;
    private readonly StepRunner steps;
    private readonly Undo undo;
    private readonly BatchRunner batches;
    private readonly ProbeRunner probing;
    private readonly TimeProvider time;

    /// <summary>Hosts that are or were dropped: of steps side by side the first to say so drops it.</summary>
    private readonly ConcurrentDictionary<string, StepKey> dropped = new();

    public BlockRunner(Plan plan, Recorder recorder, RunTools tools, Stop stop, Scopes scopes, Windows windows, Verdict verdict)
    {
        (this.recorder, this.stop, this.scopes, this.windows, this.verdict, time) = (recorder, stop, scopes, windows, verdict, tools.Time);
        undo = new Undo(plan, this, recorder, tools, stop);
        batches = new BatchRunner(plan, this, recorder, tools, stop, scopes);
        var attempts = new AttemptRunner(recorder, tools, scopes, this);
        probing = new ProbeRunner(attempts, scopes, recorder, tools, stop);
        steps = new StepRunner(plan, recorder, scopes, windows, new HostRunner(recorder, scopes, attempts, tools, stop), undo);
    }

    /// <summary>True where all went well.</summary>
    public Task<bool> Run(IReadOnlyList<PlannedStep> probes, IReadOnlyList<PlannedStep> steps, IReadOnlyList<PlannedStep> always, Room room) =>
        Run(inner => Undoable(last => Sequence(steps, last), inner, probes), always, room);

    private async Task<bool> Run(Func<Room, Task<bool>> work, IReadOnlyList<PlannedStep> always, Room room, Func<Task<bool>>? rescue = null)
    {
        var passed = await work(room);
        if (!passed && rescue is not null && !room.Cancel.IsCancellationRequested) passed = await rescue();
        if (always.Count > 0 && stop.PuttingBack.IsCancellationRequested)
        {
            verdict.Add(ExitCode.NotUndone);
            await recorder.Record(new RunEvent.AlwaysNotRun(room.Block));
            passed = false;
        }
        else if (always.Count > 0)
        {
            var done = await Undoable(always, room with { Cancel = stop.PuttingBack, PuttingBack = true, Block = room.Block + "/always" });
            if (!done)
            {
                if (room.Inside) verdict.Add(ExitCode.NotUndone);
                await recorder.Record(new RunEvent.AlwaysFailed(room.Block));
            }
            passed &= done;
        }
        return passed;
    }

    /// <summary>Steps one after the other, that are put back where they do not end well.</summary>
    public Task<bool> Undoable(IReadOnlyList<PlannedStep> steps, Room room) => Undoable(last => Sequence(steps, last), room);

    /// <summary>Steps that are put back where they do not end well; probes run beside them until then.</summary>
    private async Task<bool> Undoable(Func<Room, Task<bool>> work, Room room, IReadOnlyList<PlannedStep>? probes = null)
    {
        await using var beside = await probing.Start(probes ?? [], room);
        var passed = await beside.Judge(beside.HasBegun && await work(room)) && !(room.PuttingBack ? stop.PuttingBack : stop.Work).IsCancellationRequested;
        var sure = !passed || await undo.UnwindDropped(room);
        await recorder.Record(new RunEvent.BlockFinished(room.Block, passed));
        if (!passed) sure = await undo.Unwind(room);
        if (!sure) room.Verdict.AddUnsure();
        return passed;
    }

    /// <summary>With `within`: the whole block again, after its undo, until it passes or the time is up.</summary>
    private async Task<bool> Again(PlannedStep block, Func<Room, Task<bool>> work, Room room, TimeSpan? limit, TimeSpan every)
    {
        if (limit is not { } within) return await Undoable(work, room, block.Probes);
        var start = time.GetTimestamp();
        using var timer = new CancellationTokenSource(HostRunner.Limit(within), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, room.Cancel);
        bool IsOver() => timer.IsCancellationRequested && !room.Cancel.IsCancellationRequested;
        string? Ended() => room.Ended() ?? (IsOver() ? $"it was ended: the `within` of the block around it, {Literals.Print(within)}, was over" : null);
        while (true)
        {
            var attempt = room with { Verdict = new Verdict(), Cancel = either.Token, Ended = Ended };
            var passed = await Undoable(work, attempt);
            var waited = time.GetElapsedTime(start);
            if (passed || attempt.Verdict.IsUnsure || room.Cancel.IsCancellationRequested || waited + every >= within)
            {
                room.Verdict.Add(attempt.Verdict, goesOn: false);
                if (!passed && IsOver() && attempt.Verdict.Stopped.Count == 0)
                {
                    room.Verdict.AddReason(block.Key, $"its `within`, {Literals.Print(within)}, was over before all its steps had run");
                    await recorder.Record(new RunEvent.BlockOver(room.Frame.Id, block.Key, block.Step.Title, room.Verdict.Reason!));
                }
                return passed;
            }
            await recorder.Record(new RunEvent.BlockAgain(room.Frame.Id, block.Key, block.Step.Title, attempt.Verdict.All, waited, within));
            await Task.Delay(every, time, room.Cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> Rescue(PlannedStep block, Room room)
    {
        var failures = room.Verdict.Stopped;
        if (!await Undoable(block.Rescue, room with { Block = room.Block + "/rescue", Rescuing = $"{block.Key}/rescue/" })) return false;
        room.Verdict.Forgive();
        await recorder.Record(new RunEvent.Rescued(room.Frame.Id, block.Key, block.Step.Title, failures));
        return true;
    }

    /// <summary>Steps one after the other, until one fails that does not let the rest go on.</summary>
    public async Task<bool> Sequence(IReadOnlyList<PlannedStep> sequence, Room room)
    {
        foreach (var step in sequence)
        {
            // What had begun when the program ended is seen to its end, or put back.
            if (room.Cancel.IsCancellationRequested && recorder.State.Frame(room.Frame.Id).Begun(step.Key) is null) return false;
            if (!await Any(step, room)) return false;
        }
        return true;
    }

    private Task<bool> Any(PlannedStep step, Room room) => step.IsGroup ? Group(step, room) : One(step, room);

    /// <summary>Whatever one does, the others are let finish; only then are hosts that were dropped put back.</summary>
    private async Task<bool> SideBySide(IReadOnlyList<PlannedStep> steps, Room room)
    {
        var went = await Task.WhenAll(steps.Select(step => Any(step, room with { SideBySide = true })));
        if (!await undo.UnwindDropped(room)) room.Verdict.AddUnsure();
        return went.All(goesOn => goesOn);
    }

    private async Task<bool> One(PlannedStep step, Room room)
    {
        var results = await steps.Run(step, room);
        // What puts things back has to be done: not to have been run is no success there.
        var notRun = room.InUndo && results.Any(r => r.Result.Outcome == Outcome.NotRun);
        var failed = results.Where(r => r.Result.IsFailure).ToList();
        if (failed.Count == 0) return !notRun;
        var drops = step.OnFailure == OnFailure.Drop
            // Who was only told to stop did not fail.
            && failed.All(f => f.Host.Length > 0 && !f.Result.Interrupted);
        var goesOn = !notRun && (drops || step.OnFailure == OnFailure.Continue);
        foreach (var (host, result) in failed.Where(f => room.PuttingBack || !f.Result.Interrupted)) Count(step, result.Outcome, goesOn, room, host);
        if (!drops) return goesOn;
        foreach (var (host, _) in failed.Where(f => dropped.TryAdd(f.Host, step.Key) && !recorder.State.IsDropped(f.Host))) await recorder.Record(new RunEvent.HostDropped(host, step.Key));
        if (!room.SideBySide && !await undo.UnwindDropped(room)) room.Verdict.AddUnsure();
        return goesOn;
    }

    private void Count(PlannedStep step, Outcome outcome, bool goesOn, Room room, string host = "")
    {
        // Inside an action or an undo the call itself is counted, once: its own result says what its steps said.
        if (room.PuttingBack && !room.Inside) verdict.Add(ExitCode.NotUndone);
        else room.Verdict.Add(step.Key, outcome, goesOn, host);
    }

    /// <summary>A block, or a playbook that is included: its steps are steps of the run, and its undos its own.</summary>
    private async Task<bool> Group(PlannedStep block, Room room)
    {
        var before = recorder.State.Frame(room.Frame.Id).Begun(block.Key);
        if (before is { HasEnded: true, Held: { } held })
        {
            room.Verdict.Add(Verdict.Of(held), goesOn: block.OnFailure == OnFailure.Continue);
            return !before.Results[""].IsFailure || block.OnFailure == OnFailure.Continue;
        }
        if (before is null)
        {
            await windows.Open(block.Key, room, room.Host);
            await recorder.Record(new RunEvent.StepStarted(room.Frame.Id, block.Key, block.Step.Title, block.Step.Id, [], []));
        }
        var result = new HostResult { Outcome = Outcome.Passed };
        var began = recorder.Elapsed;
        // Until it is clear that nothing makes it good, what made the block fail counts nothing.
        var inside = room with { Block = $"{room.Frame.Id}{block.Key}", Verdict = new Verdict(), SideBySide = false };
        try
        {
            var scope = scopes.At(room, room.Host);
            if (before is null && block.Step.When is { } when && !Condition.Evaluate(when, scope)) result = result with { Outcome = Outcome.Skipped };
            else if (!await Inside(block, inside, block.Step.Within?.Get(scope), HostRunner.Limit(block.Step.Every?.Get(scope) ?? Step.DefaultEvery)))
                result = inside.Verdict.Reason is { } reason
                    ? result with { Outcome = Outcome.Error, Failures = [new Failure(block.Step.At, reason)] }
                    : result with { Outcome = Outcome.Failed };
        }
        catch (ExpressionException e)
        {
            result = HostResult.NotBegun(e);
            Count(block, Outcome.Error, goesOn: false, inside);
        }
        // What lets it go on counts, whatever is made good around it.
        room.Verdict.Add(inside.Verdict, goesOn: block.OnFailure == OnFailure.Continue);
        result = result with { Duration = recorder.Elapsed - began };
        await recorder.Record(new RunEvent.HostFinished(new Address(room.Frame.Id, block.Key, ""), room.Block, result));
        await recorder.Record(new RunEvent.StepFinished(room.Frame.Id, block.Key, [new HostOutcome("", result.Outcome)], result.Duration, inside.Verdict.Held));
        return !result.IsFailure || block.OnFailure == OnFailure.Continue;
    }

    private async Task<bool> Inside(PlannedStep group, Room room, TimeSpan? within, TimeSpan every)
    {
        if (group.Step.Work is Block block)
            return await Run(
                inner => block.Batches is { } some ? Undoable(all => batches.Run(group, some, all), inner, group.Probes) : Again(group, attempt => block.Parallel ? SideBySide(group.Steps, attempt) : Sequence(group.Steps, attempt), inner, within, every),
                group.Always, room, group.Rescue.Count > 0 ? () => Rescue(group, room) : null);

        var frame = Frame.Of($"{room.Block}/", scopes.Inside(group, scopes.At(room, null), null), group.Steps.Concat(group.Always));
        var passed = await Run(group.Probes, group.Steps, group.Always, room with { Frame = frame });
        await recorder.Record(new RunEvent.FrameLeft(frame.Id, new Address(room.Frame.Id, group.Key, "")));
        return passed;
    }
}
