using Playbooks.Connections.Receipts;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Runs one step on one host: its loop, and for each item `when` and as many attempts as `within` allows.</summary>
internal sealed class HostRunner(Recorder recorder, Scopes scopes, AttemptRunner attempts, RunTools tools, Stop stop)
{
    private readonly TimeProvider time = tools.Time;

    /// <summary>No timer runs longer; who says more means never.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public async Task<HostResult> Run(PlannedStep step, Room room, Host? host)
    {
        var at = new Address(room.Frame.Id, step.Key, host?.Name ?? "");
        var (began, startedAt) = (time.GetTimestamp(), time.GetUtcNow());
        HostResult result;
        try
        {
            result = await Items(step, room, host, at);
        }
        catch (ExpressionException e)
        {
            result = HostResult.NotBegun(e);
        }
        // What came of its items is told by these.
        if (step.Step.Loop is not null && result.Items is null) result = result with { Items = [] };
        result = result with { IsWarning = step.Step.Severity == Severity.Warning, Duration = time.GetElapsedTime(began), StartedAt = startedAt, Interrupted = result.Interrupted || result.Outcome is Outcome.Error && room.Cancel.IsCancellationRequested };
        if (result.Interrupted && room.Ended() is { } why) result = result with { Interrupted = false, Failures = [new Failure(step.Step.At, why)] };
        await recorder.Record(new RunEvent.HostFinished(at, room.Block, result));
        foreach (var read in result.Read) await recorder.Record(read);
        return result;
    }

    /// <summary>Ends there what was under way when the program ended, for a run that only puts back.</summary>
    public async Task<HostResult> End(PlannedStep step, Room room, FrameState.Underway attempt)
    {
        var ended = step.Effect == Effect.None ? new EndOfDoubt(null, HadBegun: true) : await tools.Connections.End(RunState.AttemptsOf(attempt.At), stop.PuttingBack);
        var began = ended.HadBegun || attempt.At.Attempt > 1;
        var result = ended.Why is not { } why
            ? Stopped(step, began, ended.WereOver ? "it had ended by then, and what came of it was not looked at: the run only puts back" : began ? "it was ended there: the run only puts back" : "it had not begun: the run only puts back")
            : HostResult.Doubtful(step.Step.At, why);
        if (step.Step.Loop is not null) await recorder.Record(new RunEvent.ItemFinished(attempt.At, room.Block, result));
        await recorder.Record(new RunEvent.HostFinished(attempt.At with { Item = 0, Attempt = 1 }, room.Block, step.Step.Loop is null ? result : result with { Items = [] }));
        return result;
    }

    private async Task<HostResult> Items(PlannedStep step, Room room, Host? host, Address at)
    {
        var scope = scopes.At(room, host);
        if (step.Step.Loop is not { } loop) return Known(at) ?? await Item(step, room, host, at, scope, null);

        var items = ItemsOf(loop, scope);
        var results = new List<HostResult>();
        // A run that only puts back goes straight to where it is to be done.
        var first = room.Cancel.IsCancellationRequested ? recorder.State.Frame(at.Frame).Attempt(at.Step, at.Host)?.At.Item ?? 0 : 0;
        for (var index = first; index < items.Count; index++)
        {
            var inside = room with { Loop = Scope.Empty.With(loop.As, items[index]).With("index", (long)index).Over(room.Loop) };
            var result = Known(at with { Item = index }) ?? await Item(step, inside, host, at with { Item = index }, scopes.At(inside, host), items[index]);
            results.Add(result.IsBad ? result with { Notes = [.. result.Notes, At(index)] } : result);
            // Who goes on whatever fails wants to know of each item; a host that is gone is gone for all.
            if (result.IsFailure && (step.OnFailure != OnFailure.Continue || result.Outcome is Outcome.Unreachable or Outcome.Unknown || room.Cancel.IsCancellationRequested)) break;
        }
        if (results.Count == 0) return new HostResult { Outcome = Outcome.Skipped, Items = [], Notes = ["its loop has no items"] };
        var bad = results.Index().Where(r => r.Item.IsBad).ToList();
        var whole = bad.Count > 0 ? bad.MaxBy(r => r.Item.Outcome).Item : results.LastOrDefault(r => r.Outcome != Outcome.Skipped) ?? results[^1];
        if (bad.Count > 1) whole = whole with { Failures = [.. bad.SelectMany(r => r.Item.Failures.Select(f => f with { Step = f.Step is null ? At(first + r.Index) : $"{At(first + r.Index)} › {f.Step}" }))] };
        return whole with { Items = [.. results.Select(r => r.Fields)], Attempts = results.Sum(r => r.Attempts), Read = [.. results.SelectMany(r => r.Read)], Notes = [.. results.SelectMany(r => r.Notes).Distinct().Where(note => bad.Count < 2 || !bad.Exists(r => note == At(first + r.Index)))] };

        string At(int index) => $"at item {index + 1} of {items.Count}: {Data.Show(items[index], 60)}";
    }

    /// <summary>What came of the item before the program ended, or what the user says of it.</summary>
    private HostResult? Known(Address item) => recorder.State.Frame(item.Frame).Item(item.Step, item.Host, item.Item);

    private static IReadOnlyList<object?> ItemsOf(Loop loop, Scope scope)
    {
        var value = loop.Items is { } data ? data.Evaluate(scope) : loop.Expression!.Evaluate(scope);
        return value as IReadOnlyList<object?> ?? throw new ExpressionException(loop.Expression?.At ?? loop.Items!.At, $"`loop` wants a list, but this is {Data.TypeName(value)} {Data.Show(value)}");
    }

    private async Task<HostResult> Item(PlannedStep step, Room room, Host? host, Address at, Scope scope, object? item)
    {
        var known = recorder.State.Frame(at.Frame).Attempt(step.Key, at.Host);
        if (known?.At.Item != at.Item) known = null;
        if (known is not null) CheckItem(step, at, item, known.Item);
        else if (step.Step.When is { } when && !Condition.Evaluate(when, scope)) return new HostResult { Outcome = Outcome.Skipped };

        room = room with { Memory = new AttemptMemory() };
        var timeout = step.Timeout?.Get(scope) ?? step.DefaultTimeout;
        var within = step.Step.Within?.Get(scope);
        var every = Limit(step.Step.Every?.Get(scope) ?? Step.DefaultEvery);
        var result = await Attempts();
        if (step.Step.Loop is not null) await recorder.Record(new RunEvent.ItemFinished(at, room.Block, result));
        return result;

        async Task<HostResult> Attempts()
        {
            var start = time.GetTimestamp();
            HostResult? whole = null;
            for (var attempt = known is null ? 1 : known.HasFailed ? known.At.Attempt + 1 : known.At.Attempt; ; attempt++)
            {
                var left = within - time.GetElapsedTime(start);
                var address = at with { Attempt = attempt };
                var begun = await Begin(address);
                var now = await Attempt(step, room with { Left = left, Number = begun.Number, Receipts = begun.Receipts }, host, address, scope, Limit(left < timeout ? left.Value : timeout));
                now = now with { Attempts = attempt, Began = now.Began || whole?.Began == true };
                if (now.Outcome is Outcome.Passed or Outcome.Unknown || within is null || room.Cancel.IsCancellationRequested) return now;

                // An attempt that `within` cut short says less than the last whole one.
                var waited = time.GetElapsedTime(start);
                whole = waited < within || whole is null ? now : whole with { Began = now.Began, Attempts = attempt };
                if (waited + every >= within) return whole with { Notes = [.. whole.Notes, $"tried {attempt} {(attempt == 1 ? "time" : "times")} within {Literals.Print(within.Value)}"] };
                await recorder.Record(new RunEvent.AttemptFailed(address, now.Error ?? "", waited, within.Value));
                try
                {
                    await Task.Delay(every, time, room.Cancel);
                }
                catch (OperationCanceledException)
                {
                    return Stopped(step, whole.Began);
                }
            }
        }

        // The intent is on the disk before anything is sent that must not be sent twice.
        async Task<(long Number, Receipts Receipts)> Begin(Address address)
        {
            var goesOn = known is { HasFailed: false } && address == known.At && (step.Step.Work is ActionCall || step.Effect == Effect.Once);
            if (goesOn) return (known!.Number, Receipts.Asked);
            var hasUndo = step.Undo.Count > 0 && !step.Compares && !room.InUndo;
            // Whoever puts it back has to be sure that it has ended.
            var leaves = step.Effect == Effect.Once || hasUndo || room.OwesUndo && step.Effect != Effect.None;
            var number = await recorder.Record(new RunEvent.HostStarted(address, room.Block, item, hasUndo && address.Attempt == 1) { LeavesReceipts = leaves }, durable: step.Effect == Effect.Once || hasUndo);
            return (number, leaves ? Receipts.Left : Receipts.None);
        }
    }

    /// <summary>A loop that is worked out anew must be the same, as far as it had come.</summary>
    private void CheckItem(PlannedStep step, Address at, object? item, object? known)
    {
        if (step.Step.Loop is not { } loop || known is null or Absent || Data.Show(recorder.Masker.Mask(item), 1000) == Data.Show(known, 1000)) return;
        throw new ExpressionException(loop.Expression?.At ?? loop.Items!.At, $"its loop has other items than before the run was cut off: item {at.Item + 1} was {Data.Show(known, 60)}, and is {Data.Show(recorder.Masker.Mask(item), 60)}");
    }

    /// <summary>A timer takes no negative time, and none past some weeks.</summary>
    public static TimeSpan Limit(TimeSpan wanted) => wanted < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wanted > Longest ? Longest : wanted;

    /// <summary>Whatever an attempt throws is a result: no defect and no stop may keep an undo from running.</summary>
    private async Task<HostResult> Attempt(PlannedStep step, Room room, Host? host, Address at, Scope scope, TimeSpan limit)
    {
        try
        {
            return await attempts.Run(step, room, host, at, scope, limit);
        }
        catch (ExpressionException e)
        {
            return HostResult.NotBegun(e);
        }
        catch (OperationCanceledException) when (room.Cancel.IsCancellationRequested)
        {
            return Stopped(step, began: true);
        }
        catch (Exception e) when (e is not LogFailedException)
        {
            return HostResult.Defect(step.Step.At, e);
        }
    }

    private static HostResult Stopped(PlannedStep step, bool began, string? why = null) =>
        new() { Outcome = Outcome.Error, Interrupted = true, Began = began, Failures = [new Failure(step.Step.At, why ?? (began ? "it was ended because the run was stopped" : "it was not begun, because the run was stopped"))] };
}
