using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>One attempt of a step on one host: the work, all its assertions, then what it captures.</summary>
internal sealed class AttemptRunner(Recorder recorder, RunTools tools, Scopes scopes, BlockRunner blocks)
{
    public async Task<HostResult> Run(PlannedStep step, Room room, Host? host, Address at, Scope scope, TimeSpan limit) => step.Step.Work switch
    {
        KindWork work => await AtPlaces(step, work, room, host, at, scope, limit),
        ActionCall => Judgement.Of(step, await Call(step, room, host, at, scope, limit), scope),
        AssertOnly => Judgement.Of(step, new HostResult { Outcome = Outcome.Passed }, scope),
        _ => throw new UnreachableException(),
    };

    /// <summary>At several places it must hold at each; what is captured is the first one's.</summary>
    private async Task<HostResult> AtPlaces(PlannedStep step, KindWork work, Room room, Host? host, Address at, Scope scope, TimeSpan limit)
    {
        HostResult? first = null;
        var read = new List<RunEvent.WindowRead>();
        var machines = Machines(step, room, host, scope);
        foreach (var machine in machines)
        {
            var done = await Work(step, work, room, host, machine, at, scope, limit);
            var result = Judgement.Of(step, done, scope);
            // Where the user's assertion could not be judged, the lines are the next run's.
            if (done.Outcome != Outcome.Passed || result.Outcome != Outcome.Error) read.AddRange(done.Read);
            if (result.Outcome != Outcome.Passed)
                return result with
                {
                    Began = result.Began || first is not null,
                    Read = read,
                    Failures = [.. result.Failures.Select(f => step.Runs.Kind == PlaceKind.Pattern ? f with { Step = $"at {machine.Label}" } : f)],
                };
            first ??= result;
        }
        if (first is not null) return first with { Read = read };
        return new HostResult { Outcome = Outcome.Error, Began = false, Failures = [new Failure(step.Step.At, "there is no machine to run it on")] };
    }

    private static IReadOnlyList<Host> Machines(PlannedStep step, Room room, Host? host, Scope scope) => step.Runs.Kind switch
    {
        PlaceKind.Localhost => [Host.Control],
        PlaceKind.Pattern => step.Runs.Pattern!.Select(room.Inventory, scope, valuesAreHosts: !step.IsPlaceWritten),
        _ => [host ?? throw new UnreachableException()],
    };

    private async Task<HostResult> Work(PlannedStep step, KindWork work, Room room, Host? host, Host machine, Address at, Scope scope, TimeSpan limit)
    {
        // Beside the connection that steps use, so that neither waits for the other.
        if (room.IsProbe && !machine.Local) machine = machine.Beside(step.Key.Path);
        if (room.Receipts == Receipts.Asked && !work.LeavesReceipts)
            return HostResult.Doubtful(step.Step.At, "nobody can be asked");
        RunEvent.WindowOpened? window = null;
        if (work is LogWork { Since: not "beginning" } log)
        {
            window = log.Since == "last_run" ? await SinceLastRun(new WindowKey(room.Frame.Id, step.Key, host?.Name ?? "", machine.Name) { Path = log.PathIn(scope) }, machine) : Window(log, room.Frame, step.Key, host, machine);
            if (window is null)
                return new HostResult { Outcome = Outcome.Error, Began = false, Failures = [new Failure(step.Step.At, $"`{log.Since}` has not run, so there is no place to read from")] };
        }
        var did = room.IsProbe ? null : work.Tell(scope, recorder.Masker.Mask);
        var context = tools.Context(step, room, machine, scope, limit, new Claim(recorder.State.Run, $"{at}", room.Number), window, room.IsProbe ? RunTools.Unwatched(recorder) : tools.Watching(recorder, at, machine)) with { Host = host };
        try
        {
            if (window?.Reason is { } reason)
            {
                // Where its host cannot be reached still, that says more.
                await context.Connect(room.Cancel);
                return new HostResult { Outcome = Outcome.Error, Began = false, Failures = [new Failure(step.Step.At, $"it is not known from where on to read: {reason}")] };
            }
            var result = await LostLink.Run(work, step.Effect, context, room.Cancel);
            // A sample has no cookies that last.
            foreach (var (client, cookies) in room.IsProbe ? [] : tools.Jars.TakeChanged()) await recorder.Record(new RunEvent.CookiesKept(client, cookies));
            return From(step, result) with { Did = did, Read = window?.Window.Path is not null && result.ReadTo is { } marks ? [new RunEvent.WindowRead(window.Window, Planning.Machines.Name(machine), marks)] : [] };
        }
        catch (Exception e) when (room.Receipts == Receipts.Asked && (e is ExpressionException or HostUnreachableException || e is OperationCanceledException && room.Cancel.IsCancellationRequested))
        {
            return HostResult.Doubtful(step.Step.At, e is OperationCanceledException ? "the run was stopped before its host had answered" : e.Message);
        }
        catch (ExpressionException e)
        {
            return HostResult.NotBegun(e) with { Began = context.Began, Did = did };
        }
        catch (HostUnreachableException e)
        {
            return new HostResult { Outcome = e.IsLocked ? Outcome.Error : Outcome.Unreachable, Began = false, Did = did, Failures = [new Failure(step.Step.At, e.Message, e.Mend)] };
        }
        catch (OperationCanceledException) when (room.Cancel.IsCancellationRequested && !context.Began && work.Kind.RunsAt == PlaceKind.Host)
        {
            return new HostResult { Outcome = Outcome.Error, Interrupted = true, Began = false, Failures = [new Failure(step.Step.At, "the run was stopped before it began")] };
        }
    }

    /// <summary>Where the run before ended. A run that goes on keeps the one that it had begun with.</summary>
    private async Task<RunEvent.WindowOpened> SinceLastRun(WindowKey window, Host machine)
    {
        if (recorder.State.Window(window) is { Reason: null } known) return known;
        var opened = new RunEvent.WindowOpened(window, [], tools.LastRead is null ? "nobody knows where the last run ended, because this one keeps no journal" : null);
        try
        {
            if (tools.LastRead?.Invoke(recorder.Masker.Mask(window), Planning.Machines.Name(machine)) is { } last) opened = opened with { Marks = last.Marks, After = last.Run };
        }
        catch (LogFailedException e)
        {
            opened = opened with { Reason = e.Message };
        }
        await recorder.Record(opened);
        return opened;
    }

    /// <summary>The window of the run, or of the step it names: in this room, or the one that an undo stands in.</summary>
    private RunEvent.WindowOpened? Window(LogWork log, Frame frame, StepKey step, Host? host, Host machine)
    {
        if (log.Since == "play") return recorder.State.Window(new WindowKey("", step, host?.Name ?? "", machine.Name));
        for (var room = frame; room is not null; room = room.Outer)
            if (recorder.State.Window(new WindowKey(room.Id, step, host?.Name ?? "", machine.Name)) is { } window) return window;
        return null;
    }

    private static HostResult From(PlannedStep step, StepResult result)
    {
        // Who only looks leaves nothing behind, so nothing is in doubt: it may be done again.
        var outcome = result.Outcome == Outcome.Unknown && step.Effect == Effect.None ? result.LinkLost ? Outcome.Unreachable : Outcome.Error : result.Outcome;
        var mend = outcome == Outcome.Unknown ? result.Mend ?? HostResult.Find : result.Mend;
        return new()
        {
            Outcome = outcome,
            Began = result.Began,
            Fields = result.Fields,
            Notes = result.Notes,
            Failures = [.. result.Messages.Select((message, i) => new Failure(step.Step.At, message, i == 0 ? mend : null))],
        };
    }

    /// <summary>An action runs as one step: its steps in a room of names of its own, with undos of its own.</summary>
    private async Task<HostResult> Call(PlannedStep step, Room room, Host? host, Address at, Scope scope, TimeSpan limit)
    {
        var frame = Frame.Of($"{at}/", scopes.Inside(step, scope, host), step.Steps);
        if (room.Undoes is { } done) frame = (done with { Names = frame.Names }).Inside(frame.Id, step.Steps);
        using var timer = new CancellationTokenSource(limit, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, room.Cancel);
        var inside = new Room { Frame = frame, Block = frame.Id, Inventory = room.Inventory, Groups = room.Groups, Host = host, Inside = true, InUndo = room.InUndo, OwesUndo = room.OwesUndo || step.Undo.Count > 0 && !room.InUndo, Verdict = new Verdict(), Cancel = either.Token, Ended = room.Ended, PuttingBack = room.PuttingBack };
        var passed = await blocks.Run([], step.Steps, [], inside);
        var state = recorder.State.Frame(frame.Id);
        try
        {
            if (passed) return new HostResult { Outcome = Outcome.Passed, Fields = ResultOf(step, inside, host, state) };
            var (title, failed) = state.FirstFailure ?? ("", new HostResult { Outcome = Outcome.Error, Interrupted = true, Failures = [new Failure(step.Step.At, "it was ended because the run was stopped")] });
            // Only what the limit ended is told as that: a step may have failed by itself before, and its undo outlasted the limit.
            if (failed.Interrupted && failed.Outcome != Outcome.Unknown && !room.Cancel.IsCancellationRequested)
                failed = failed with { Outcome = Outcome.Error, Failures = [new Failure(step.Step.At, $"it took longer than {Literals.Print(limit)} and was ended")] };
            return failed with
            {
                Fields = DataMap.Empty,
                Captured = new Dictionary<string, object?>(),
                Items = null,
                Read = [],
                Interrupted = room.Cancel.IsCancellationRequested && failed.Interrupted,
                Began = state.AnyBegan,
                Failures = [.. failed.Failures.Select(f => f with { Step = title.Length == 0 ? null : f.Step is null ? title : $"{title} › {f.Step}" })],
            };
        }
        catch (ExpressionException e)
        {
            // Its `result` has no value: the steps ran all the same.
            return HostResult.NotBegun(e) with { Began = state.AnyBegan };
        }
        finally
        {
            await recorder.Record(new RunEvent.FrameLeft(frame.Id, at));
        }
    }

    private DataMap ResultOf(PlannedStep step, Room inside, Host? host, FrameState state)
    {
        var last = state.LastPassed?.Fields ?? DataMap.Empty;
        if (step.Action is not { Result: { Count: > 0 } result }) return last;
        var scope = Judgement.WithFields(scopes.At(inside, host), last);
        return new DataMap(result.Select(r => KeyValuePair.Create(r.Name, r.Value.Evaluate(scope))));
    }
}
