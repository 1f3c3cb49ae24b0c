using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Runs one step on one host: its loop, and for each item `when` and as many attempts as `within` allows.</summary>
internal sealed class HostRunner(Recorder recorder, Scopes scopes, AttemptRunner attempts, TimeProvider time)
{
    private static readonly TimeSpan DefaultEvery = TimeSpan.FromSeconds(1);

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
            result = Error(e);
        }
        catch (OperationCanceledException) when (room.Cancel.IsCancellationRequested)
        {
            result = new HostResult { Outcome = Outcome.Error, Interrupted = true, Failures = [new Failure(step.Step.At, "it was ended because the run was stopped")] };
        }
        result = result with { Duration = time.GetElapsedTime(began), StartedAt = startedAt, Interrupted = result.Interrupted || result.Outcome is Outcome.Error && room.Cancel.IsCancellationRequested };
        await recorder.Record(new RunEvent.HostFinished(at with { Item = Math.Max(0, (result.Items?.Count ?? 0) - 1) }, step, result));
        return result;
    }

    private async Task<HostResult> Items(PlannedStep step, Room room, Host? host, Address at)
    {
        var scope = scopes.At(room, host);
        if (step.Step.Loop is not { } loop) return await Item(step, room, host, at, scope, null);

        var items = ItemsOf(loop, scope);
        var results = new List<HostResult>();
        for (var index = 0; index < items.Count; index++)
        {
            var inside = Scope.Empty.With(loop.As, items[index]).With("index", (long)index);
            var room2 = room with { Loop = inside.Over(room.Loop) };
            results.Add(await Item(step, room2, host, at with { Item = index }, scopes.At(room2, host), items[index]));
            if (results[^1].Outcome is not (Outcome.Passed or Outcome.Skipped)) break;
        }
        if (results.Count == 0) return new HostResult { Outcome = Outcome.Skipped, Items = [], Notes = ["its loop has no items"] };
        var last = results.LastOrDefault(r => r.Outcome != Outcome.Skipped) ?? results[^1];
        return last with { Items = [.. results.Select(r => r.Fields)], Attempts = results.Sum(r => r.Attempts), Notes = [.. results.SelectMany(r => r.Notes).Distinct()] };
    }

    private static IReadOnlyList<object?> ItemsOf(Loop loop, Scope scope)
    {
        var value = loop.Items is { } data ? data.Evaluate(scope) : loop.Expression!.Evaluate(scope);
        return value as IReadOnlyList<object?> ?? throw new ExpressionException(loop.Expression?.At ?? loop.Items!.At, $"`loop` wants a list, but this is {Data.TypeName(value)} {Data.Show(value)}");
    }

    private async Task<HostResult> Item(PlannedStep step, Room room, Host? host, Address at, Scope scope, object? item)
    {
        if (step.Step.When is { } when && !Condition.Evaluate(when, scope)) return new HostResult { Outcome = Outcome.Skipped };

        var timeout = step.Timeout?.Get(scope) ?? step.DefaultTimeout;
        var within = step.Step.Within?.Get(scope);
        var every = step.Step.Every?.Get(scope) ?? DefaultEvery;
        var began = time.GetTimestamp();
        HostResult? whole = null;
        for (var attempt = 1; ; attempt++)
        {
            room.Cancel.ThrowIfCancellationRequested();
            var left = within - time.GetElapsedTime(began);
            var limit = left < timeout ? left.Value : timeout;
            at = at with { Attempt = attempt };
            await recorder.Record(new RunEvent.HostStarted(at, step, room.Block, item, attempt == 1 && step.Undo.Count > 0), durable: step.Effect == Effect.Once);
            var result = await Attempt(step, room, host, at, scope, limit);
            result = result with { Attempts = attempt };
            if (result.Outcome == Outcome.Passed || within is null || room.Cancel.IsCancellationRequested) return result;

            // An attempt that `within` cut short says less than the last whole one.
            var waited = time.GetElapsedTime(began);
            if (waited < within || whole is null) whole = result;
            if (waited + every >= within) return WaitedFor(whole with { Attempts = attempt }, within.Value);
            await recorder.Record(new RunEvent.AttemptFailed(at, step, result.Error ?? "", waited, within.Value));
            await Task.Delay(every, time, room.Cancel);
        }
    }

    private async Task<HostResult> Attempt(PlannedStep step, Room room, Host? host, Address at, Scope scope, TimeSpan limit)
    {
        try
        {
            return await attempts.Run(step, room, host, at, scope, limit);
        }
        catch (ExpressionException e)
        {
            return Error(e);
        }
    }

    private static HostResult WaitedFor(HostResult result, TimeSpan within) =>
        result with { Notes = [.. result.Notes, $"tried {result.Attempts} {(result.Attempts == 1 ? "time" : "times")} within {Literals.Print(within)}"] };

    private static HostResult Error(ExpressionException e) => new() { Outcome = Outcome.Error, Failures = [new Failure(e.At, e.Message, e.Mend)] };
}
