using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>Plans the steps of a playbook one after the other: where each runs, what it needs and gives, what it would do.</summary>
internal sealed class StepPlanner(Playbook playbook, Inventory? inventory, NameCheck check, Scope known, bool allowEmpty, ProblemList problems)
{
    /// <summary>Calls within calls multiply: past this many steps a playbook is a mistake.</summary>
    private const int MaxSteps = 100_000;

    private readonly LogWindows windows = new(problems);
    private readonly Stack<PlannedStep> calls = [];
    private readonly Stack<Dictionary<string, Position>> ids = new([[]]);
    private int count;

    public IReadOnlyDictionary<StepKey, IReadOnlyList<PlannedMark>> Marks => windows.Marks;

    /// <summary>Steps in their order; what each gives is known to the ones after it.</summary>
    public IReadOnlyList<PlannedStep> Sequence(IReadOnlyList<Step> steps, StepKey key, StepDefaults outer, ref Names names)
    {
        var planned = new List<PlannedStep>();
        foreach (var step in steps)
        {
            if (++count > MaxSteps)
            {
                problems.Add(step.At, $"more than {MaxSteps} steps: actions that call actions multiply");
                break;
            }
            if (step.Id is { } id && !ids.Peek().TryAdd(id, step.At)) problems.Add(step.At, $"the id `{id}` is there twice: here and at {ids.Peek()[id]}");
            var one = One(step, new StepKey($"{key.Path}/{planned.Count}"), outer, ref names, planned);
            planned.Add(one);
        }
        return planned;
    }

    public IReadOnlyList<PlannedStep> Always(IReadOnlyList<Step> steps, StepKey key, StepDefaults outer, Names names)
    {
        names = names with { InAlways = true };
        return Sequence(steps, key, outer, ref names);
    }

    private PlannedStep One(Step step, StepKey key, StepDefaults outer, ref Names names, List<PlannedStep> before)
    {
        var defaults = step.Own.Within(outer);
        var hosts = Hosts(step, defaults, names);
        var here = names with
        {
            Hosts = hosts switch { PlannedHosts.None => null, PlannedHosts.Inherited => names.Hosts, _ => hosts.Widest },
            LoopNames = step.Loop is { } loop ? names.LoopNames.Union([loop.As, "index"]) : names.LoopNames,
            Conditional = names.Conditional || step.When is not null,
        };
        CheckExpressions(step, names, here);
        if (step.Loop is { } hiding && (names.Own.Contains(hiding.As) || names.Captured.Contains(hiding.As)))
            problems.Add(step.At, $"the loop's `{hiding.As}` would hide another `{hiding.As}`", "a name may be only one thing: rename one");
        var own = names.Own;
        foreach (var capture in step.Capture.Where(c => calls.Count > 0 && own.Contains(c.Name)))
            problems.Add(capture.At, $"`{capture.Name}` is a capture here and a parameter of the action", "a name may be only one thing: rename one");

        var planned = new PlannedStep
        {
            Key = key,
            Step = step,
            Hosts = hosts,
            Runs = step.Runs ?? RunsBySelf(step.Work),
            Effect = Effect.None,
            Sudo = defaults.Sudo,
            Timeout = step.Work is Block ? null : defaults.Timeout,
            OnFailure = defaults.OnFailure ?? OnFailure.Stop,
            Needs = [.. Uses(step)],
        };
        planned = step.Work switch
        {
            Block block => BlockOf(planned, block, defaults, ref names),
            ActionCall call => CallOf(planned, call, defaults, here),
            PutBack putBack => PutBackOf(planned, putBack, before),
            _ => planned,
        };
        planned = planned with { Effect = EffectOf(planned, defaults) };
        CheckPlace(planned, here);
        if (planned.Effect == Effect.Once && step.Within is { } within)
            problems.Add(within.At, "`within` would run a step of effect `once` again and again", "say `effect: none` or `effect: repeatable` where that is true, or move `within` to a step that looks");

        var after = names.After(planned);
        if (step.Undo.Count > 0)
        {
            var undoNames = here with { Captured = after.Captured, Ids = after.Ids };
            planned = planned with { Undo = UndoOf(step.Undo, key, defaults, undoNames, step.Runs) };
        }
        if (step.Work is LogWork log) windows.Plan(planned, log, here, [.. calls.Reverse()]);
        names = step.Work is Block ? names : after;
        if (step.Work is Block && step.Id is { } id) names = names with { Ids = names.Ids.SetItem(id, planned) };
        return planned;
    }

    private PlannedHosts Hosts(Step step, StepDefaults defaults, Names names)
    {
        if (step.Work is PutBack or Block) return new PlannedHosts.None();
        if (calls.Count > 0 || insideUndo > 0) return names.Hosts is null ? new PlannedHosts.None() : new PlannedHosts.Inherited();
        if (defaults.Hosts is not { } pattern) return new PlannedHosts.None();
        check.Check(pattern.Template.Names, names with { Hosts = null });
        if (inventory is null) return new PlannedHosts.Known([]);
        try
        {
            var unknown = pattern.Template.Names.Select(n => n.Name).Where(n => !known.Has(n)).Distinct().ToList();
            var hosts = unknown.Count == 0 ? pattern.Select(inventory, known) : pattern.Widest(inventory);
            if (hosts.Count == 0 && !allowEmpty) problems.Add(pattern.At, $"`{pattern.Text}` selects no host", "where that is meant, say --allow-empty");
            return unknown.Count == 0 ? new PlannedHosts.Known(hosts) : new PlannedHosts.After(pattern, unknown, hosts);
        }
        catch (ExpressionException e)
        {
            problems.Add(e.At, e.Message, e.Mend);
            return new PlannedHosts.Known([]);
        }
    }

    private void CheckExpressions(Step step, Names names, Names here)
    {
        if (step.Work is Block) check.Check(step.When?.Names ?? [], names with { Hosts = null });
        else check.Check(step.When?.Names ?? [], here);
        check.Check((step.Loop?.Expression?.Names ?? []).Concat(step.Loop?.Items?.Templates.SelectMany(t => t.Names) ?? []), here with { LoopNames = names.LoopNames });
        check.Check(step.Work.Templates.SelectMany(t => t.Names), here);
        check.Check(Settings(step.Own).SelectMany(t => t.Names), here);
        check.Check((step.Within?.Templates ?? []).Concat(step.Every?.Templates ?? []).SelectMany(t => t.Names), here);
        if (step.Runs?.Pattern is { } at) CheckAt(at, here);
    }

    private void CheckAt(HostPattern at, Names here)
    {
        check.Check(at.Template.Names, here);
        if (inventory is null) return;
        try
        {
            if (at.Widest(inventory).Count == 0 && !allowEmpty) problems.Add(at.At, $"`{at.Text}` selects no host");
        }
        catch (ExpressionException e)
        {
            problems.Add(e.At, e.Message, e.Mend);
        }
    }

    private static IEnumerable<Template> Settings(StepDefaults own) => (own.Sudo?.Templates ?? []).Concat(own.Timeout?.Templates ?? []);

    private static IEnumerable<NameUse> Uses(Step step) =>
        (step.When?.Names ?? []).Concat(step.Loop?.Expression?.Names ?? [])
        .Concat(step.Work.Templates.SelectMany(t => t.Names))
        .Concat(step.Assert.SelectMany(a => a.Names)).Concat(step.Capture.SelectMany(c => c.Value.Names));

    private PlannedStep BlockOf(PlannedStep planned, Block block, StepDefaults defaults, ref Names names)
    {
        // What a block captures is known after it too, as in any other place of the playbook.
        var inner = names with { Conditional = names.Conditional || planned.Step.When is not null };
        var steps = Sequence(block.Steps, new StepKey($"{planned.Key.Path}/block"), defaults, ref inner);
        var always = Always(block.Always, new StepKey($"{planned.Key.Path}/always"), defaults, inner);
        names = inner with { Conditional = names.Conditional };
        return planned with { Steps = steps, Always = always };
    }

    private PlannedStep CallOf(PlannedStep planned, ActionCall call, StepDefaults defaults, Names here)
    {
        var action = playbook.Actions[call.Action];
        if (calls.Any(c => c.Action == action))
        {
            problems.Add(call.At, $"the action `{call.Action}` calls itself", string.Join(" → ", calls.Reverse().Select(c => c.Action!.Name).Append(call.Action)));
            return planned with { Action = action };
        }
        foreach (var argument in call.Arguments.Where(a => action.Params.All(p => p.Name != a.Key)))
            problems.Add(argument.Value.At, $"the action `{call.Action}` has no parameter `{argument.Key}`",
                Suggest.DidYouMean(argument.Key, action.Params.Select(p => p.Name)) ?? (action.Params.Count == 0 ? "it has none" : "it has " + string.Join(", ", action.Params.Select(p => p.Name))));
        foreach (var parameter in action.Params)
            if (call.Arguments.TryGetValue(parameter.Name, out var argument) && argument.IsConstant) new ParamValues(problems).Typed(argument.Evaluate(Scope.Empty), parameter, argument.At);
        foreach (var missing in action.Params.Where(p => p.Default is null && !call.Arguments.ContainsKey(p.Name)))
            problems.Add(call.At, $"the action `{call.Action}` needs `{missing.Name}`", missing.Description);

        planned = planned with { Action = action };
        calls.Push(planned);
        ids.Push([]);
        var names = new Names { Own = [.. action.Params.Select(p => p.Name)], Hosts = here.Hosts, InAction = true, Conditional = here.Conditional };
        check.CheckDefaults(action.Params, names, call.Arguments);
        var inside = new StepDefaults { Sudo = defaults.Sudo, Effect = defaults.Effect };
        var steps = Sequence(action.Steps, new StepKey($"{planned.Key.Path}/{call.Action}"), inside, ref names);
        check.Check(action.Result.SelectMany(r => r.Value.Names), names, steps.Count > 0 ? NameCheck.FieldsOf(steps[^1]) : null);
        // Nothing is owed for what an undo does.
        var undo = action.Undo.Count > 0 && planned.Step.Undo.Count == 0 && insideUndo == 0 ? UndoOf(action.Undo, planned.Key, inside, names) : [];
        ids.Pop();
        calls.Pop();
        // The action's own undo sees its params: it is planned as one more call of it.
        if (undo.Count > 0)
            undo =
            [
                new PlannedStep
                {
                    Key = new StepKey($"{planned.Key.Path}/undo"),
                    Step = UndoCall(planned.Step),
                    Hosts = here.Hosts is null ? new PlannedHosts.None() : new PlannedHosts.Inherited(),
                    Runs = Place.Host,
                    Effect = undo.Max(s => s.Effect),
                    Action = action with { Result = [] },
                    Steps = undo,
                },
            ];
        return planned with { Steps = steps, Undo = undo };
    }

    /// <summary>The call without what only the first time is for.</summary>
    private static Step UndoCall(Step step) => new() { At = step.At, Title = $"undo of {step.Title}", Work = step.Work };

    private int insideUndo;
    private int callsAroundUndo;
    private Place? undoPlace;

    private Place RunsBySelf(Work work) =>
        calls.Count == callsAroundUndo && undoPlace is { } place && work is not KindWork { Kind.AllowsAt: false } ? place
        : work is KindWork { Kind.RunsAt: PlaceKind.Localhost } ? Place.Localhost
        : Place.Host;

    /// <summary>An undo runs where its step ran: what was drained at the balancer is put back at the balancer.</summary>
    private IReadOnlyList<PlannedStep> UndoOf(IReadOnlyList<Step> steps, StepKey key, StepDefaults defaults, Names names, Place? place = null)
    {
        var outer = (callsAroundUndo, undoPlace);
        (callsAroundUndo, undoPlace) = (calls.Count, place);
        insideUndo++;
        var planned = Sequence(steps, new StepKey($"{key.Path}/undo"), defaults with { Hosts = null, OnFailure = null }, ref names);
        insideUndo--;
        (callsAroundUndo, undoPlace) = outer;
        return planned;
    }

    private PlannedStep PutBackOf(PlannedStep planned, PutBack putBack, List<PlannedStep> before)
    {
        if (insideUndo > 0 && calls.Count > 0) problems.Add(putBack.At, "`put_back` in an action that an undo uses is not there yet in this version", "write the steps of that undo out");
        var target = before.LastOrDefault(s => s.Step.Id == putBack.Id);
        if (target is null)
            problems.Add(putBack.At, $"no step before this one, in this block, has the id `{putBack.Id}`", Suggest.DidYouMean(putBack.Id, before.Select(s => s.Step.Id).OfType<string>()));
        else if (target.Undo.Count == 0)
            problems.Add(putBack.At, $"the step `{putBack.Id}` has no undo", "give it one with `undo:`");
        return planned with { PutsBack = target?.Key };
    }

    private Effect EffectOf(PlannedStep planned, StepDefaults defaults)
    {
        var inside = planned.Steps.Concat(planned.Always).Select(s => s.Effect).DefaultIfEmpty(Effect.None).Max();
        switch (planned.Step.Work)
        {
            case Block: return inside;
            case ActionCall: return planned.Step.Own.Effect ?? planned.Action?.Effect ?? inside;
            case PutBack: return Effect.Repeatable;
            case KindWork { Effect: var effect, Kind.UserSaysEffect: true }: return defaults.Effect ?? effect;
            case KindWork { Effect: var effect, Kind.Name: var kind }:
                if (effect != Effect.None && defaults.Effect == Effect.None)
                    problems.Add(planned.Step.At, $"`effect: none` on a `{kind}` that changes things is not there yet in this version");
                return effect == Effect.None ? effect : defaults.Effect ?? effect;
            default: return Effect.None;
        }
    }

    /// <summary>What touches a machine must know which, and the names of its own result are known now.</summary>
    private void CheckPlace(PlannedStep planned, Names here)
    {
        var step = planned.Step;
        if (step.Work is KindWork work && planned.Runs.Kind == PlaceKind.Host)
        {
            var where = here.Hosts;
            if (where is null) problems.Add(step.At, calls.Count > 0 ? $"`{work.Kind.Name}` runs on a host, and the step that uses this action has none" : $"`{work.Kind.Name}` needs `hosts`",
                calls.Count > 0 ? "give that step `hosts`" : "hosts: GROUP, or hosts: localhost for this machine");
        }
        if (planned.Runs.Kind != PlaceKind.Localhost && step.Work is KindWork { Kind: { AllowsAt: false, Name: var kind } })
            problems.Add(step.At, $"`{kind}` runs on this machine only: `at` says nothing here", "leave it out");
        if (step.RunOnce && here.Hosts is null) problems.Add(step.At, "`run_once` chooses one of the step's hosts, but it has none");

        var fields = NameCheck.FieldsOf(planned);
        // What one assertion reads was captured before: the captures of this step come after.
        if (step.Work is not Broken) check.Check(step.Assert.SelectMany(a => a.Names).Concat(step.Capture.SelectMany(c => c.Value.Names)), here, fields);
        if (step.Work is AssertOnly && step.Loop is null && step.Assert.Count > 0 && step.Assert.All(a => a.Names.Count == 0))
            problems.Add(step.Assert[0].At, "this asserts nothing: it holds or fails whatever happens");
    }
}
