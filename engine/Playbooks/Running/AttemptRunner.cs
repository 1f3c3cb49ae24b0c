using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>One attempt of a step on one host: the work, all its assertions, then what it captures.</summary>
internal sealed class AttemptRunner(Plan plan, Recorder recorder, RunTools tools, Scopes scopes, BlockRunner blocks)
{
    public async Task<HostResult> Run(PlannedStep step, Room room, Host? host, Address at, Scope scope, TimeSpan limit)
    {
        var result = step.Step.Work switch
        {
            KindWork work => await AtPlaces(step, work, room, host, at, scope, limit),
            ActionCall => await Call(step, room, host, at, scope, limit),
            AssertOnly => new HostResult { Outcome = Outcome.Passed },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return Judge(step, result, scope);
    }

    private async Task<HostResult> AtPlaces(PlannedStep step, KindWork work, Room room, Host? host, Address at, Scope scope, TimeSpan limit)
    {
        HostResult? first = null;
        foreach (var machine in Machines(step, host, scope))
        {
            var marks = Array.Empty<LogMark>() as IReadOnlyList<LogMark>;
            if (work is LogWork { Since: not "beginning" } log)
            {
                var window = recorder.State.Window(log.Since == "play" ? "" : room.Frame.Id, step.Key, machine.Name);
                if (window is not { Reason: null }) return Failed(step, StepResult.Error($"its window could not be opened: {window?.Reason ?? $"the step `{log.Since}` has not run"}"));
                marks = window.Marks;
            }
            var result = await Work(work, new StepContext
            {
                Scope = scope,
                Machine = machine,
                Connections = tools.Connections,
                Jars = tools.Jars,
                Time = tools.Time,
                Timeout = limit,
                Sudo = step.Sudo?.Get(scope),
                Claim = $"{recorder.State.Run}/{at}",
                Marks = marks,
            }, room.Cancel);
            if (result.Outcome != Outcome.Passed) return Failed(step, result);
            first ??= new HostResult { Outcome = Outcome.Passed, Fields = result.Fields, Notes = result.Notes };
        }
        return first ?? Failed(step, StepResult.Error("there is no machine to run it on"));
    }

    private IReadOnlyList<Host> Machines(PlannedStep step, Host? host, Scope scope) => step.Runs.Kind switch
    {
        PlaceKind.Localhost => [Host.Control],
        PlaceKind.Pattern => step.Runs.Pattern!.Select(plan.Inventory, scope),
        _ => [host ?? throw new System.Diagnostics.UnreachableException()],
    };

    /// <summary>What a kind throws becomes a result here, once for all kinds, so that a defect in one never keeps an undo from running; only a stop passes through.</summary>
    private static async Task<StepResult> Work(KindWork work, StepContext context, CancellationToken cancel)
    {
        try
        {
            return await work.Run(context, cancel);
        }
        catch (HostUnreachableException e)
        {
            return new StepResult { Outcome = Outcome.Unreachable, Messages = [e.Message], Mend = e.Mend };
        }
        catch (Exception e) when (e is not ExpressionException && !(e is OperationCanceledException && cancel.IsCancellationRequested))
        {
            return StepResult.Error($"`{work.Kind.Name}` broke: {e.Message} ({e.GetType().Name})", "this is a defect of play itself: please report it");
        }
    }

    private static HostResult Failed(PlannedStep step, StepResult result) => new()
    {
        Outcome = result.Outcome,
        Fields = result.Fields,
        Notes = result.Notes,
        Failures = [.. result.Messages.Select((message, i) => new Failure(step.Step.At, message, i == 0 ? result.Mend : null))],
    };

    /// <summary>The kind's own assertions (unless the user's name the field), then the user's: every one that does not hold is told.</summary>
    private static HostResult Judge(PlannedStep step, HostResult result, Scope scope)
    {
        var own = step.Step.Work is KindWork work ? work.Kind.OwnAssertions : [];
        if (result.Outcome == Outcome.Failed && step.Step.AnyResult) result = result with { Outcome = Outcome.Passed, Failures = [] };
        if (result.Outcome != Outcome.Passed) return result;

        var fields = scope.With("result", result.Fields);
        foreach (var name in result.Fields.Names) fields = fields.With(name, () => result.Fields.TryGet(name, out var value) ? value : null);
        var named = step.Step.Assert.SelectMany(a => a.Names).SelectMany(n => n is { Name: "result", Members: [var member, ..] } ? [n.Name, member] : new[] { n.Name }).ToHashSet();
        var assertions = own.Where(o => !step.Step.AnyResult && !named.Contains(o.Field)).Select(o => (OwnExpressions.Of(o), IsOwn: true)).Concat(step.Step.Assert.Select(a => (a, IsOwn: false)));
        var failures = new List<Failure>();
        var outcome = Outcome.Passed;
        foreach (var (assertion, isOwn) in assertions)
        {
            var at = isOwn ? step.Step.At : assertion.At;
            try
            {
                var evaluation = assertion.Explain(fields);
                if (evaluation.Value is true) continue;
                if (evaluation.Value is false) failures.Add(new Failure(at, $"{assertion.Text.Trim()} does not hold", null, evaluation.Explanation));
                else
                {
                    outcome = Outcome.Error;
                    failures.Add(new Failure(at, $"an assertion must be true or false, but this is {Data.TypeName(evaluation.Value)} {Data.Show(evaluation.Value)}"));
                }
            }
            catch (ExpressionException e)
            {
                outcome = Outcome.Error;
                failures.Add(new Failure(isOwn ? at : e.At, e.Message, e.Mend));
            }
        }
        if (failures.Count > 0) return result with { Outcome = outcome == Outcome.Error ? Outcome.Error : Outcome.Failed, Failures = failures };
        return result with { Captured = step.Step.Capture.ToDictionary(c => c.Name, c => c.Value.Evaluate(fields)) };
    }

    /// <summary>An action runs as one step: its steps in a room of names of its own, with undos of its own.</summary>
    private async Task<HostResult> Call(PlannedStep step, Room room, Host? host, Address at, Scope scope, TimeSpan limit)
    {
        using var timer = new CancellationTokenSource(limit, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, room.Cancel);
        var frame = Frame.Of($"{at}/", scopes.OfAction(step, scope, host), step.Steps);
        var inside = new Room { Frame = frame, Block = $"{room.Prefix}{at}", Host = host, Inside = true, Cancel = either.Token, PuttingBack = room.PuttingBack };
        var passed = await blocks.Run(step.Steps, [], inside);

        var state = recorder.State.Frame(frame.Id);
        if (passed) return new HostResult { Outcome = Outcome.Passed, Fields = ResultOf(step, inside, host, state) };
        if (timer.IsCancellationRequested && !room.Cancel.IsCancellationRequested)
            return Failed(step, StepResult.Error($"it took longer than {Literals.Print(limit)} and was ended"));
        var (title, failed) = state.FirstFailure ?? ("", new HostResult { Outcome = Outcome.Error, Interrupted = true, Failures = [new Failure(step.Step.At, "it was ended because the run was stopped")] });
        return failed with { Fields = DataMap.Empty, Captured = new Dictionary<string, object?>(), Items = null, Failures = [.. failed.Failures.Select(f => f with { Step = f.Step is null ? title : $"{title} › {f.Step}" })] };
    }

    private DataMap ResultOf(PlannedStep step, Room inside, Host? host, FrameState state)
    {
        var last = state.LastPassed?.Fields ?? DataMap.Empty;
        if (step.Action is not { Result: { Count: > 0 } result }) return last;
        var scope = scopes.At(inside, host).With("result", last);
        foreach (var name in last.Names) scope = scope.With(name, () => last.TryGet(name, out var value) ? value : null);
        return new DataMap(result.Select(r => KeyValuePair.Create(r.Name, r.Value.Evaluate(scope))));
    }
}
