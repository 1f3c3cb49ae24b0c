using Playbooks.Model;
using Playbooks.Steps;

namespace Playbooks.Linting;

/// <summary>What is known of steps without an inventory: the actions they call, and whether they change anything.</summary>
internal sealed class Known
{
    private readonly Dictionary<string, ActionDefinition> actions;
    private readonly Dictionary<string, bool> changing = [];

    /// <summary>Each once for all: those that include others twice multiply.</summary>
    private readonly Dictionary<Playbook, bool> included;

    private Known(IEnumerable<ActionDefinition> actions, Dictionary<Playbook, bool> included) => (this.actions, this.included) = (actions.ToDictionary(action => action.Name), included);

    public Known(IEnumerable<ActionDefinition> actions) : this(actions, new(ReferenceEqualityComparer.Instance)) { }

    public ActionDefinition? Action(string name) => actions.GetValueOrDefault(name);

    /// <summary>It may change something on a machine.</summary>
    public bool Changes(Step step, StepDefaults defaults) => step.Work switch
    {
        KindWork { Kind.IsUsersCommand: true } => defaults.Effect != Effect.None,
        KindWork { Effect: Effect.None } => false,
        KindWork { Kind.CanCompare: true } => !defaults.IsLook,
        KindWork => step.Own.Effect != Effect.None,
        PutBack => true,
        ActionCall call => (step.Own.Effect ?? Action(call.Action)?.Effect) is { } said ? said != Effect.None : ActionChanges(call.Action),
        Block block => block.Steps.Concat(block.Rescue).Concat(block.Always).Any(inside => Changes(inside, inside.Own.Within(defaults))),
        // Around it `effect: none` is taken as said inside too, or is a problem.
        Include include => defaults.Effect != Effect.None && Changes(include.Playbook),
        _ => false,
    };

    /// <summary>One of its steps may.</summary>
    public bool Changes(Playbook playbook)
    {
        if (included.TryGetValue(playbook, out var changes)) return changes;
        var inside = new Known(playbook.Actions.Values, included);
        return included[playbook] = playbook.Steps.Concat(playbook.Always).Any(step => inside.Changes(step, step.Own.Within(playbook.Defaults)));
    }

    private bool ActionChanges(string name)
    {
        if (changing.TryGetValue(name, out var known)) return known;
        // An action that calls itself is a problem, and asks no second time here.
        changing[name] = false;
        return changing[name] = Action(name) is { } action && action.Steps.Any(step => Changes(step, step.Own.Within(new StepDefaults { Effect = action.Effect })));
    }
}
