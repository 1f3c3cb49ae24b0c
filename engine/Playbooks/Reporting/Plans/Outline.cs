using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Templating;

namespace Playbooks.Reporting.Plans;

/// <summary>Walks a plan in the order of its run: each step with what is known there, once, and nothing of it kept.</summary>
internal sealed class Outline(Plan plan)
{
    private readonly Dictionary<string, IMembers> views = [];
    private readonly Dictionary<StepKey, string> numbers = [];
    private readonly IMembers hosts = Views.Hosts(plan.Inventory);
    private readonly IMembers groups = Views.Groups(plan.Inventory);

    /// <summary>What steps have given so far; each room of names has its own.</summary>
    private sealed class Flow(Foresight names)
    {
        public Foresight Names { get; set; } = names;

        public void Gives(PlannedStep step)
        {
            IReadOnlyList<string> giver = [step.Step.Id ?? step.Step.Title];
            foreach (var name in step.Gives) Names = Names with { Later = Names.Later.SetItem(name, giver) };
        }
    }

    /// <summary>All entries, those of `always` last.</summary>
    public IEnumerable<Entry> Entries()
    {
        var flow = new Flow(Foresight.Of(Shared(WithEnvironment.With(plan.Values))));
        return Probes(plan.Probes, "p", null, flow).Concat(Steps(plan.Steps, "", "steps", null, flow)).Concat(Steps(plan.Always, "a", "always", null, flow));
    }

    private Scope WithEnvironment => Scope.Empty.With("env", new DataMap(plan.Environment));

    private Scope Shared(Scope names) => names.With("hosts", hosts).With("groups", groups).With("play", new DataMap([new("name", plan.Playbook.Name)]));

    private IMembers View(Host host) => views.TryGetValue(host.Name, out var view) ? view : views[host.Name] = Views.Host(host);

    private IEnumerable<Entry> Steps(IReadOnlyList<PlannedStep> steps, string prefix, string part, Entry? parent, Flow flow) =>
        steps.SelectMany((step, place) => One(step, prefix, place, part, parent, flow));

    /// <summary>Each sees what is known before the steps beside it, and gives nothing that is known before the run.</summary>
    private IEnumerable<Entry> Probes(IReadOnlyList<PlannedStep> probes, string prefix, Entry? parent, Flow flow) =>
        probes.SelectMany((probe, place) => One(probe, prefix, place, "probes", parent, new Flow(flow.Names)));

    private IEnumerable<Entry> One(PlannedStep step, string prefix, int place, string part, Entry? parent, Flow flow)
    {
        var around = flow.Names.At(step, View).Looping(step.Step.Loop, Entry.Items(step.Step.Loop));
        var number = $"{prefix}{place + 1}";
        var entry = new Entry
        {
            Step = step,
            Number = number,
            Part = part,
            Parent = parent,
            IsFirst = place == 0,
            Around = around,
            Seen = around.Where(step.Step.When),
            PutsBack = step.PutsBack is { } target ? numbers.GetValueOrDefault(target) : null,
        };
        numbers[step.Key] = number;
        yield return entry;

        var inside = Inside(entry, flow);
        foreach (var probe in Probes(step.Probes, number + ".p", entry, inside)) yield return probe;
        foreach (var inner in step.Step.Work is Block { Parallel: true } ? SideBySide(entry, flow) : Steps(step.Steps, number + ".", "steps", entry, inside)) yield return inner;
        flow.Gives(step);
        // An undo sees its step's own item, and what has been captured by then.
        var undo = new Flow(entry.Seen with { Later = entry.Seen.Later.SetItems(flow.Names.Later), IsInside = true });
        foreach (var inner in Steps(step.Undo, number + ".u", "undo", entry, undo)) yield return inner;
        foreach (var inner in Steps(step.Rescue, number + ".r", "rescue", entry, flow)) yield return inner;
        // What an `always` captures is seen by nobody after it.
        foreach (var inner in Steps(step.Always, number + ".a", "always", entry, new Flow((step.Step.Work is Block ? flow : inside).Names))) yield return inner;
    }

    /// <summary>The names inside a step: those around it in a block, a room of their own in an action and a playbook.</summary>
    private Flow Inside(Entry entry, Flow flow)
    {
        switch (entry.Step.Step.Work)
        {
            case Include include: return new Flow(OfPlaybook(include, entry.Seen));
            case ActionCall call:
                var action = new Flow(entry.Seen.Inside(entry.Step.Action!.Params, call.Arguments, Shared(Scope.Empty)));
                // The action's own undo sees what its steps captured.
                if (entry.Part == "undo" && ReferenceEquals(call, entry.Parent?.Step.Step.Work)) foreach (var before in entry.Parent.Step.Steps) action.Gives(before);
                return action;
            case Block { Batches: not null }: return new Flow(flow.Names with { IsInBatch = true });
            default: return flow;
        }
    }

    /// <summary>None sees what another gives; what comes after sees all.</summary>
    private IEnumerable<Entry> SideBySide(Entry entry, Flow flow)
    {
        var (before, after) = (flow.Names, flow.Names.Later);
        foreach (var (place, step) in entry.Step.Steps.Index())
        {
            var own = new Flow(before);
            foreach (var inner in One(step, entry.Number + ".", place, "steps", entry, own)) yield return inner;
            after = after.SetItems(own.Names.Later.Except(before.Later));
        }
        flow.Names = before with { Later = after };
    }

    /// <summary>The room of names of a playbook that is included: its params, then its vars.</summary>
    private Foresight OfPlaybook(Include include, Foresight caller)
    {
        var inside = caller.Inside(include.Playbook.Params, include.Params, Shared(WithEnvironment));
        if (inside.Cases.Value is [var only, ..]) inside = inside with { Names = only.Names };
        foreach (var variable in include.Playbook.Vars)
        {
            var seen = inside.Names;
            var missing = inside.Missing([.. variable.Value.Templates.SelectMany(t => t.Names)]);
            inside = missing.Count > 0 ? inside with { Later = inside.Later.SetItem(variable.Name, missing) } : inside with { Names = seen.With(variable.Name, () => variable.Value.Evaluate(seen)) };
        }
        return inside with { IsInside = false, Varying = [], Cases = new([new Case(null, inside.Names)]) };
    }
}
