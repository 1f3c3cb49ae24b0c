using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>Plans the steps of a playbook one after the other: where each runs, what it needs and gives, what it would do.</summary>
internal sealed partial class StepPlanner(Playbook playbook, Inventory? inventory, NameCheck check, Scope known, Planner.Wishes wishes, ProblemList problems)
{
    /// <summary>Calls within calls multiply: past this many steps a playbook is a mistake.</summary>
    private const int MaxSteps = 100_000;

    private readonly LogWindows windows = new(problems);
    private readonly Stack<PlannedStep> calls = [];
    private readonly Stack<Dictionary<string, Position>> ids = new([[]]);
    private int count;

    /// <summary>Inside something that `-t` chose.</summary>
    private bool chosen = wishes.Tags is null;

    public IReadOnlyDictionary<StepKey, IReadOnlyList<PlannedMark>> Marks => windows.Marks;

    /// <summary>Inside an `always`.</summary>
    private bool isAlways;

    /// <summary>Steps in their order; what each gives is known to the ones after it.</summary>
    public IReadOnlyList<PlannedStep> Sequence(IReadOnlyList<Step> steps, StepKey key, StepDefaults outer, ref Names names, int first = 0)
    {
        var planned = new List<PlannedStep>();
        foreach (var (place, step) in steps.Index())
        {
            if (!chosen && !StepTags.IsChosen(step, wishes.Tags!) && !StepTags.HoldsChosen(step, wishes.Tags!)) continue;
            if (++count > MaxSteps)
            {
                problems.Add(step.At, $"more than {MaxSteps} steps: actions that call actions multiply");
                break;
            }
            TakeId(step);
            var around = chosen;
            chosen |= wishes.Tags is { } tags && StepTags.IsChosen(step, tags);
            var one = One(step, new StepKey($"{key.Path}/{first + place}"), outer, ref names, planned);
            chosen = around;
            planned.Add(one);
        }
        return planned;
    }

    private void TakeId(Step step)
    {
        if (step.Id is { } id && !ids.Peek().TryAdd(id, step.At)) problems.Add(step.At, $"the id `{id}` is there twice: here and at {ids.Peek()[id]}");
    }

    /// <summary>A `rescue` or an `always`: it goes with what it belongs to, and may ask what failed.</summary>
    public IReadOnlyList<PlannedStep> Aftermath(IReadOnlyList<Step> steps, StepKey key, StepDefaults outer, Names names)
    {
        var around = (chosen, isAlways);
        (chosen, isAlways, names) = (true, isAlways || key.IsAlways, names with { AfterFailure = true });
        var planned = Sequence(steps, key, outer, ref names);
        (chosen, isAlways) = around;
        return planned;
    }

    private PlannedStep One(Step step, StepKey key, StepDefaults outer, ref Names names, List<PlannedStep> before)
    {
        var defaults = step.Own.Within(outer);
        var hosts = Hosts(step, defaults, names);
        var there = names with { Hosts = hosts switch { PlannedHosts.None => null, PlannedHosts.Inherited => names.Hosts, _ => hosts.Widest } };
        var here = there with
        {
            LoopNames = step.Loop is { } loop ? names.LoopNames.Union([loop.As, "index"]) : names.LoopNames,
            Conditional = names.Conditional || step.When is not null,
            Hidden = step.Loop is { } over && ((over.Expression?.Names ?? []).Any(there.IsHidden) || there.IsHidden(over.Items?.Templates ?? [])) ? names.Hidden.Add(over.As) : names.Hidden,
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
            Env = defaults.Env,
            Timeout = step.Work is Block or Include ? null : defaults.Timeout,
            OnFailure = defaults.OnFailure ?? OnFailure.Stop,
            Needs = [.. Uses(step)],
        };
        planned = step.Work switch
        {
            Block block => BlockOf(planned, block, defaults, ref names),
            Include include => IncludeOf(planned, include, defaults, here),
            ActionCall call => CallOf(planned, call, defaults, here),
            PutBack putBack => PutBackOf(planned, putBack, before),
            _ => planned,
        };
        planned = planned with { Effect = EffectOf(planned, defaults), IsPlaceWritten = planned.Runs.Pattern is { } at && here.IsWritten(at.Template) };
        CheckPlace(planned, here);
        CheckHidden(planned, here);
        // A block's `rescue` and `always` run once, whatever its `within`.
        var again = step.Work is Block ? planned.Steps.Select(s => s.Effect).DefaultIfEmpty(Effect.None).Max() : planned.Effect;
        if (again == Effect.Once && step.Within is { } within)
            problems.Add(within.At, "`within` would run a step of effect `once` again and again", "say `effect: none` or `effect: repeatable` where that is true, or move `within` to a step that looks");

        var after = names.After(planned);
        if (step.Undo.Count > 0)
        {
            var undoNames = here with { Captured = after.Captured, Ids = after.Ids, Hidden = here.Hidden.Union(after.Hidden) };
            planned = planned with { Undo = UndoOf(step.Undo, key, defaults, undoNames, step.Runs) };
        }
        if (step.Work is LogWork log) windows.Plan(planned, log, here, [.. includes.Reverse(), .. calls.Reverse()]);
        names = step.Work is Block ? names : after;
        if (step.Work is Block && step.Id is { } id) names = names with { Ids = names.Ids.SetItem(id, planned) };
        return planned;
    }

    private PlannedHosts Hosts(Step step, StepDefaults defaults, Names names)
    {
        if (step.Work is PutBack or Block { Batches: null } or Include) return new PlannedHosts.None();
        if (calls.Count > 0 || insideUndo > 0) return names.Hosts is null ? new PlannedHosts.None() : new PlannedHosts.Inherited();
        if (defaults.Hosts is not { } pattern) return new PlannedHosts.None();
        check.Check(pattern.Template.Names, names with { Hosts = null });
        NoSecret(pattern.Template.Names, names, "a secret chooses no hosts: who they are is shown", "choose by a variable of the inventory");
        if (inventory is null) return new PlannedHosts.Known([]);
        try
        {
            var unknown = pattern.Template.Names.Select(n => n.Name).Where(n => !names.IsWritten(n) || !known.Has(n)).Concat(pattern.Among(inventory.Open)).Distinct().ToList();
            var hosts = unknown.Count == 0 ? pattern.Select(inventory, known) : pattern.Widest(inventory);
            if (hosts.Count == 0 && !wishes.AllowEmpty)
            {
                IReadOnlyList<Host> left = unknown.Count == 0 && !ReferenceEquals(inventory.Whole, inventory) ? pattern.Select(inventory.Whole, known) : [];
                if (left.Count > 0) problems.Add(pattern.At, $"-l leaves no host of `{pattern.Text}`", $"name with -l which of them are meant: {string.Join(", ", NameFolding.Fold(left.Select(host => host.Name)))}; with --allow-empty the step is for none");
                else problems.Add(pattern.At, $"`{pattern.Text}` selects no host", (unknown.Count == 0 ? pattern.Unmet(inventory, known) : null) ?? (inventory.Whole.Hosts.Count == 0 ? "the inventory is empty: name one with -i FILE" : "where that is meant, say --allow-empty"));
            }
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
        if (step.Work is Block or Include) check.Check(step.When?.Names ?? [], names with { Hosts = null });
        else check.Check(step.When?.Names ?? [], here);
        check.Check((step.Loop?.Expression?.Names ?? []).Concat(step.Loop?.Items?.Templates.SelectMany(t => t.Names) ?? []), here with { LoopNames = names.LoopNames });
        check.Check(step.Work.Names, here);
        foreach (var given in step.Work.OwnNames)
            if (here.Own.Contains(given.Name) || here.Captured.Contains(given.Name) || here.LoopNames.Contains(given.Name))
                problems.Add(given.At, $"`{given.Name}` is given a value here and is a name of the playbook's own", "a name may be only one thing: rename one");
        check.Check(Settings(step.Own).SelectMany(t => t.Names), here);
        CheckKnown(names, step.Within, step.Every, step.Own.Timeout);
        CheckKnown(names, step.MaxOutput);
        if (step.Work is Block { Batches: { } batches })
        {
            CheckKnown(names, batches.Sizes);
            CheckKnown(names, batches.Pause);
            CheckKnown(names, batches.MaxFailed);
        }
        if (step.Budget is { } budget)
        {
            CheckKnown(names, budget.Outage, budget.Downtime, budget.P99);
            CheckKnown(names, budget.Bad);
        }
        check.Check((step.Within?.Templates ?? []).Concat(step.Every?.Templates ?? []).Concat(step.MaxOutput?.Templates ?? []).SelectMany(t => t.Names), here);
        if (step.Runs?.Pattern is { } at) CheckAt(at, here);
    }

    /// <summary>A value that is known before the run is wrong before the run.</summary>
    private void CheckKnown<T>(Names names, params ReadOnlySpan<Setting<T>?> settings)
    {
        foreach (var setting in settings) CheckKnown(names, setting, _ => { });
    }

    /// <param name="names">What is known where it stands.</param>
    /// <param name="setting">It; null: there is none.</param>
    /// <param name="use">What is done with the value, and may find it wrong.</param>
    private void CheckKnown<T>(Names names, Setting<T>? setting, Action<T> use)
    {
        // Inside an action the names are its own: of those nothing is known here.
        if (setting is null || calls.Count > 0 || !setting.Templates.SelectMany(t => t.Names).All(n => names.IsWritten(n.Name) && known.Has(n.Name))) return;
        try
        {
            use(setting.Get(known));
        }
        catch (ExpressionException e)
        {
            problems.Add(e.At, e.Message, e.Mend);
        }
    }

    private void CheckAt(HostPattern at, Names here)
    {
        check.Check(at.Template.Names, here);
        NoSecret(at.Template.Names, here, "a secret chooses no hosts: who they are is shown", "choose by a variable of the inventory");
        if (inventory is null) return;
        try
        {
            if (at.Widest(inventory).Count == 0 && !wishes.AllowEmpty) problems.Add(at.At, $"`{at.Text}` selects no host");
        }
        catch (ExpressionException e)
        {
            problems.Add(e.At, e.Message, e.Mend);
        }
    }

    private void NoSecret(IEnumerable<NameUse> uses, Names names, string message, string mend)
    {
        foreach (var use in uses.Where(names.IsHidden)) problems.Add(use.At, message, mend);
    }

    /// <summary>What everybody on a host may read holds no secret; what keeps a host from being reached is a problem; and what a login and sudo may ask for there is wanted.</summary>
    private void CheckHidden(PlannedStep planned, Names here)
    {
        if (planned.Step.Work is not KindWork work) return;
        NoSecret(work.OnCommandLine.Concat(planned.Sudo?.Templates ?? []).SelectMany(template => template.Names), here, "a secret does not go on a command line: it would stand in the host's list of processes",
            work.Kind.IsUsersCommand ? "pass it with `env`, or with `stdin`" : "where a file is to hold it: the `content` of a `copy`, or a `template`; a program gets it by a `command` with `env` or `stdin`");
        if (inventory is null) return;
        var machines = Machines(planned, here, inventory);
        if (planned.Runs.Kind != PlaceKind.Localhost)
            foreach (var obstacle in machines.SelectMany(host => host.Obstacles)) problems.Add(obstacle);
        foreach (var password in machines.Concat(here.Hosts ?? []).SelectMany(host => host.WithWay).Select(host => host.Ssh.Password).OfType<Secret>().Distinct()) check.Want(password);
        if (!work.TakesSudo || planned.Sudo is not { } sudo || sudo.IsConstant && sudo.Get(Scope.Empty) is null) return;
        // What a kind of another place does through sudo, such as reading a file of `tls`, it does on the step's host.
        foreach (var password in (work.Kind.RunsAt == PlaceKind.Host ? machines : here.Hosts ?? []).Select(host => host.Ssh.SudoPassword).OfType<Secret>()) check.Want(password);
    }

    private static IReadOnlyList<Host> Machines(PlannedStep planned, Names here, Inventory inventory)
    {
        try
        {
            return planned.Runs.Pattern?.Widest(inventory) ?? here.Hosts ?? [];
        }
        catch (ExpressionException)
        {
            // Told where the pattern was checked.
            return [];
        }
    }

    private static IEnumerable<Template> Settings(StepDefaults own) => (own.Sudo?.Templates ?? []).Concat(own.Env?.Templates ?? []).Concat(own.Timeout?.Templates ?? []);

    private static IEnumerable<NameUse> Uses(Step step) =>
        (step.When?.Names ?? []).Concat(step.Loop?.Expression?.Names ?? [])
        .Concat(step.Work.Names)
        .Concat(Settings(step.Own).Concat(step.Within?.Templates ?? []).Concat(step.Every?.Templates ?? []).Concat(step.MaxOutput?.Templates ?? []).SelectMany(t => t.Names))
        .Concat(step.Runs?.Pattern?.Template.Names ?? [])
        .Concat(step.Assert.SelectMany(a => a.Names)).Concat(step.Capture.SelectMany(c => c.Value.Names));

    private Effect EffectOf(PlannedStep planned, StepDefaults defaults)
    {
        var inside = planned.Steps.Concat(planned.Rescue).Concat(planned.Always).Select(s => s.Effect).DefaultIfEmpty(Effect.None).Max();
        switch (planned.Step.Work)
        {
            case Block or Include: return inside;
            case ActionCall call: return EffectOf(call, planned, defaults, inside);
            case PutBack: return Effect.Repeatable;
            case KindWork { Effect: var effect, Kind.IsUsersCommand: true }: return defaults.Effect ?? effect;
            // A GET may change something, and only who wrote it knows.
            case KindWork { Effect: Effect.None }: return planned.Step.Own.Effect ?? Effect.None;
            case KindWork { Kind.CanCompare: true } when defaults.IsLook: return Effect.None;
            case KindWork { Effect: var effect, Kind.Name: var kind }:
                if (defaults.Effect == Effect.None)
                    problems.Add(planned.Step.At, $"this `{kind}` changes things and cannot only compare, so `effect: none` is not true of it", "take it out of what has `effect: none`, or give it an `effect` of its own: it is taken as written");
                return defaults.Effect ?? effect;
            default: return Effect.None;
        }
    }

    /// <summary>That an action only looks is said by itself, or by who calls it: not by a word around the call, which would then run what stops a server.</summary>
    private Effect EffectOf(ActionCall call, PlannedStep planned, StepDefaults defaults, Effect inside)
    {
        var said = planned.Step.Own.Effect ?? planned.Action?.Effect ?? inside;
        if (planned.Step.Own.Effect is null && defaults.IsLook && said != Effect.None)
            problems.Add(call.At, $"`effect: none` stands around this step, but `{call.Action}` may change things", $"where it only looks, say `effect: none` here or in the action; where it shall run all the same, `effect: {(said == Effect.Once ? "once" : "repeatable")}` here");
        if (planned.Step.Own.Effect == Effect.None && (planned.Action?.Effect ?? inside) != Effect.None)
            problems.Add(call.At, $"`{call.Action}` does not only look: {(planned.Action?.Effect is null ? "a step of it has" : "it says of itself")} `effect: {((planned.Action?.Effect ?? inside) == Effect.Once ? "once" : "repeatable")}`");
        return said;
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
        if (step.Work is KindWork { WrongOnMany: { } many } && !step.RunOnce && planned.Hosts is PlannedHosts.Known { Hosts.Count: > 1 }) problems.Add(many.At, many.Message, many.Mend);
        if (step.RunOnce && here.Hosts is null) problems.Add(step.At, "`run_once` chooses one of the step's hosts, but it has none");

        var fields = NameCheck.FieldsOf(planned);
        // What one assertion reads was captured before: the captures of this step come after.
        if (step.Work is not Broken) check.Check(step.Assert.SelectMany(a => a.Names).Concat(step.Capture.SelectMany(c => c.Value.Names)), here, fields);
        if (step.Work is AssertOnly && step.Loop is null && step.Assert.Count > 0 && step.Assert.All(a => a.Names.Count == 0))
            problems.Add(step.Assert[0].At, "this asserts nothing: it holds or fails whatever happens");
    }
}
