using System.Collections.Immutable;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <remarks>Here what is no kind: blocks, playbooks that are included, calls of actions, and what puts things back.</remarks>
internal sealed partial class StepPlanner
{
    private PlannedStep BlockOf(PlannedStep planned, Block block, StepDefaults defaults, ref Names names)
    {
        // What a block captures is known after it too, as in any other place of the playbook.
        var inner = names with { Conditional = names.Conditional || planned.Step.When is not null };
        var probes = Probes(block.Probes, new StepKey($"{planned.Key.Path}/probes"), defaults, ref inner);
        var key = new StepKey($"{planned.Key.Path}/{(block.Parallel ? "parallel" : "block")}");
        var steps = block switch
        {
            { Batches: { } batches } => InBatches(planned, block, batches, key, defaults, inner),
            { Parallel: true } => SideBySide(block.Steps, key, defaults, ref inner),
            _ => Sequence(block.Steps, key, defaults, ref inner),
        };
        var rescue = Aftermath(block.Rescue, new StepKey($"{planned.Key.Path}/rescue"), defaults, inner);
        // What a rescue captures is known after the block too; whether it ran, only the run can tell.
        foreach (var step in rescue) inner = inner.After(step);
        var always = Aftermath(block.Always, new StepKey($"{planned.Key.Path}/always"), defaults, inner);
        names = inner with { Conditional = names.Conditional };
        return planned with { Probes = probes, Steps = steps, Rescue = rescue, Always = always };
    }

    /// <summary>What each batch captures is its own: nothing after the block knows it.</summary>
    private IReadOnlyList<PlannedStep> InBatches(PlannedStep planned, Block block, Batches batches, StepKey key, StepDefaults defaults, Names names)
    {
        var around = inventory;
        var hosts = planned.Hosts;
        if (hosts is PlannedHosts.None) problems.Add(batches.At, "`batch` needs `hosts`: they go through the block some at a time", "hosts: GROUP");
        if (names.InBatch) problems.Add(batches.At, "a block in batches inside another is not there yet in this version");
        else if (inventory?.Groups.ContainsKey(Batches.Group) == true) problems.Add(batches.At, "inside a block in batches `batch` names the hosts of the batch, and the inventory has a group of that name", "rename the group");
        else inventory = inventory?.With(Batches.Group, hosts.Widest, isOpen: true);
        if (around is not null && hosts is PlannedHosts.Known known) CheckKnown(names, batches.Order, order => order.Of(known.Hosts, batches.Order!.At));
        names = names with { InBatch = true };
        ids.Push([]);
        var steps = Sequence(block.Steps, key, defaults with { Hosts = batches.Pattern, OnFailure = planned.Step.Own.OnFailure ?? OnFailure.Drop }, ref names);
        ids.Pop();
        inventory = around;
        return steps;
    }

    /// <summary>Steps of a `parallel`: none knows what another gives, and what comes after knows all.</summary>
    private List<PlannedStep> SideBySide(IReadOnlyList<Step> steps, StepKey key, StepDefaults outer, ref Names names)
    {
        var planned = new List<PlannedStep>();
        var (before, after) = (names, names);
        foreach (var (place, step) in steps.Index())
        {
            var own = before;
            planned.AddRange(Sequence([step], key, outer, ref own, place));
            foreach (var name in own.Captured.Except(before.Captured).Intersect(after.Captured))
                problems.Add(step.At, $"`{name}` is captured by two steps that run side by side", "which of them would be last is chance: give them two names");
            after = after with { Captured = after.Captured.Union(own.Captured), Ids = after.Ids.SetItems(own.Ids), Hidden = after.Hidden.Union(own.Hidden), Probes = after.Probes.SetItems(own.Probes) };
        }
        names = after;
        return planned;
    }

    private readonly Stack<PlannedStep> includes = [];

    /// <summary>Another playbook in a room of names of its own: it sees its params, and nothing of what is around it.</summary>
    private PlannedStep IncludeOf(PlannedStep planned, Include include, StepDefaults defaults, Names here)
    {
        var inside = include.Playbook;
        CheckArguments($"the playbook `{inside.Name}`", include.At, inside.Params, include.Params);
        check.CheckPlaybook(inside);
        var own = inside.Params.Select(p => p.Name).Concat(inside.Vars.Select(v => v.Name)).ToImmutableHashSet();
        var written = Written(inside.Params, include.Params, here);
        foreach (var variable in inside.Vars.Where(v => v.Value.Templates.All(new Names { Own = own, Written = written }.IsWritten))) written = written.Add(variable.Name);
        // A param that only the run can tell is like a capture: known after what is before the include, and not when the run begins.
        var hidden = Hidden(inside.Params, include.Params, here);
        foreach (var variable in inside.Vars.Where(v => new Names { Own = own, Hidden = hidden }.IsHidden(v.Value.Templates))) hidden = hidden.Add(variable.Name);
        var names = new Names { Own = own, Written = written, Captured = own.Except(written), Hidden = hidden, Secrets = inside.Secrets, Conditional = here.Conditional || planned.Step.When is not null };
        var outer = (playbook, known);
        (playbook, known) = (inside, KnownIn(inside, include.Params, written));
        includes.Push(planned);
        ids.Push([]);
        var around = inside.Defaults with { Effect = inside.Defaults.Effect ?? defaults.Effect };
        var probes = Probes(inside.Probes, new StepKey($"{planned.Key.Path}/probes"), around, ref names);
        var steps = Sequence(inside.Steps, new StepKey($"{planned.Key.Path}/include"), around, ref names);
        var always = Aftermath(inside.Always, new StepKey($"{planned.Key.Path}/always"), around, names);
        ids.Pop();
        includes.Pop();
        (playbook, known) = outer;
        return planned with { Probes = probes, Steps = steps, Always = always };
    }

    /// <summary>The params whose values come from the user's own words.</summary>
    private static ImmutableHashSet<string> Written(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, DataTemplate> arguments, Names caller)
    {
        var names = new Names { Own = [] };
        foreach (var parameter in parameters)
            if ((arguments.TryGetValue(parameter.Name, out var given) ? given.Templates.All(caller.IsWritten) : parameter.Default?.Templates.All(names.IsWritten)) == true)
                names = names with { Written = names.Written.Add(parameter.Name) };
        return names.Written;
    }

    /// <summary>The params whose values hold a secret.</summary>
    private static ImmutableHashSet<string> Hidden(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, DataTemplate> arguments, Names caller)
    {
        var names = new Names { Own = [], Hosts = caller.Hosts };
        foreach (var parameter in parameters)
            if (parameter.IsSecret || (arguments.TryGetValue(parameter.Name, out var given) ? caller.IsHidden(given.Templates) : names.IsHidden(parameter.Default?.Templates ?? [])))
                names = names with { Hidden = names.Hidden.Add(parameter.Name) };
        return names.Hidden;
    }

    /// <summary>The values that are known before the run, for patterns; a value that cannot be worked out is a problem now.</summary>
    private Scope KnownIn(Playbook inside, IReadOnlyDictionary<string, DataTemplate> arguments, ImmutableHashSet<string> written)
    {
        var scope = known;
        if (inventory is null || problems.Count > 0) return scope;
        try
        {
            foreach (var parameter in inside.Params.Where(p => written.Contains(p.Name)))
            {
                var given = arguments.GetValueOrDefault(parameter.Name);
                scope = scope.With(parameter.Name, new ParamValues(problems).Typed((given ?? parameter.Default!).Evaluate(given is null ? scope : known), parameter, (given ?? parameter.Default!).At));
            }
            foreach (var variable in inside.Vars.Where(v => written.Contains(v.Name))) scope = scope.With(variable.Name, variable.Value.Evaluate(scope));
        }
        catch (ExpressionException e)
        {
            problems.Add(e.At, e.Message, e.Mend);
        }
        return scope;
    }

    /// <summary>What is given to an action or a playbook, held against the params it has.</summary>
    private void CheckArguments(string what, Position at, IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, DataTemplate> arguments)
    {
        foreach (var argument in arguments.Where(a => parameters.All(p => p.Name != a.Key)))
            problems.Add(argument.Value.At, $"{what} has no parameter `{argument.Key}`",
                Suggest.DidYouMean(argument.Key, parameters.Select(p => p.Name)) ?? (parameters.Count == 0 ? "it has none" : "it has " + string.Join(", ", parameters.Select(p => p.Name))));
        foreach (var parameter in parameters)
            if (arguments.TryGetValue(parameter.Name, out var argument) && argument.IsConstant) new ParamValues(problems).Typed(argument.Evaluate(Scope.Empty), parameter, argument.At);
        foreach (var missing in parameters.Where(p => p.Default is null && !arguments.ContainsKey(p.Name)))
            problems.Add(at, $"{what} needs `{missing.Name}`", missing.Description);
    }

    private PlannedStep CallOf(PlannedStep planned, ActionCall call, StepDefaults defaults, Names here)
    {
        var action = playbook.Actions[call.Action];
        if (calls.Any(c => c.Action == action))
        {
            problems.Add(call.At, $"the action `{call.Action}` calls itself", string.Join(" → ", calls.Reverse().Select(c => c.Action!.Name).Append(call.Action)));
            return planned with { Action = action };
        }
        CheckArguments($"the action `{call.Action}`", call.At, action.Params, call.Arguments);
        var written = Written(action.Params, call.Arguments, here);

        planned = planned with { Action = action };
        calls.Push(planned);
        ids.Push([]);
        var names = new Names { Own = [.. action.Params.Select(p => p.Name)], Written = written, Hidden = Hidden(action.Params, call.Arguments, here), Hosts = here.Hosts, InAction = true, Conditional = here.Conditional };
        check.CheckDefaults(action.Params, names, call.Arguments);
        var isLook = planned.Step.Own.Effect is null && action.Effect is null && defaults.IsLook;
        var inside = new StepDefaults { Sudo = defaults.Sudo, Env = defaults.Env, Effect = action.Effect == Effect.None ? Effect.None : isLook ? null : defaults.Effect, Compares = isLook };
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
                    Key = planned.Key.OfUndo,
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
        var planned = Sequence(steps, key.OfUndo, defaults with { Hosts = null, OnFailure = null, Effect = defaults.IsLook ? null : defaults.Effect, Compares = false }, ref names);
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
}
