using System.Collections.Immutable;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>Puts a playbook and an inventory together into a plan. Pure: it touches no host and reads no clock.</summary>
/// <remarks>Without an inventory, as `lint` works, it only looks for problems: of hosts and values nothing is known.</remarks>
public sealed class Planner(Inventory? inventory, IReadOnlyDictionary<string, object?> environment, ProblemList problems)
{
    /// <summary>What the caller says beside the playbook.</summary>
    public sealed record Wishes
    {
        public IReadOnlyDictionary<string, GivenValue> Params { get; init; } = new Dictionary<string, GivenValue>();

        /// <summary>Only hosts of this pattern take part.</summary>
        public HostPattern? Limit { get; init; }

        public int? Forks { get; init; }

        public bool AllowEmpty { get; init; }

        /// <summary>Only steps with one of these tags, or inside something that has one; null: all.</summary>
        public IReadOnlyCollection<string>? Tags { get; init; }
    }

    private readonly NameCheck check = new(inventory, environment, problems);

    /// <summary>The plan; null where there are problems, or no inventory.</summary>
    public Plan? Plan(Playbook playbook, Wishes wishes)
    {
        if (wishes.Limit is { } limit && Limited(limit) is { } some)
            return new Planner(some, environment, problems).Plan(playbook, wishes with { Limit = null });

        // All of it is checked first, so that what a tag leaves out has no problems unseen.
        if (wishes.Tags is { } tags && (Plan(playbook, wishes with { Tags = null }) is null && inventory is not null || !HasTags(playbook, tags))) return null;

        check.CheckPlaybook(playbook);
        var scope = Scope.Empty.With("env", new DataMap(environment));
        if (inventory is not null) scope = scope.With("hosts", Views.Hosts(inventory)).With("groups", Views.Groups(inventory));
        var values = inventory is null || problems.Count > 0 ? [] : EvaluateValues(playbook, wishes, scope);
        foreach (var (name, value) in values) scope = scope.With(name, value);

        var steps = new StepPlanner(playbook, inventory, check, scope, wishes, problems);
        var own = playbook.Params.Select(p => p.Name).Concat(playbook.Vars.Select(v => v.Name)).ToImmutableHashSet();
        var names = new Names { Own = own, Written = own };
        var planned = steps.Sequence(playbook.Steps, new StepKey("steps"), playbook.Defaults, ref names);
        var always = steps.Aftermath(playbook.Always, new StepKey("always"), playbook.Defaults, names);
        if (problems.Count > 0 || inventory is null) return null;
        return new Plan
        {
            Playbook = playbook,
            Inventory = inventory,
            Values = values,
            Environment = environment,
            Steps = planned,
            Always = always,
            Marks = steps.Marks,
            Forks = wishes.Forks ?? playbook.Forks ?? 50,
            AllowEmpty = wishes.AllowEmpty,
        };
    }

    private bool HasTags(Playbook playbook, IReadOnlyCollection<string> tags)
    {
        var there = StepTags.Of(playbook.Steps);
        if (tags.Count == 0) problems.Add(Position.In("-t"), "`-t` names no tag", "-t quick,was");
        foreach (var tag in tags.Where(t => !there.Contains(t)))
            problems.Add(Position.In("-t", tag), $"no step has the tag `{tag}`", Suggest.DidYouMean(tag, there) ?? (there.Count > 0 ? "there are " + string.Join(", ", there.Order(StringComparer.Ordinal)) : "give steps `tags: [...]`"));
        return tags.Count > 0 && tags.All(there.Contains);
    }

    private Inventory? Limited(HostPattern limit)
    {
        try
        {
            if (inventory is null) return null;
            var hosts = limit.Select(inventory, Scope.Empty);
            if (hosts.Count == 0) problems.Add(limit.At, "the limit leaves no host");
            return new Inventory(hosts, inventory.Groups.ToDictionary(g => g.Key, g => (IReadOnlyList<Host>)[.. g.Value.Where(hosts.Contains)]));
        }
        catch (ExpressionException e)
        {
            problems.Add(e.At, e.Message, e.Mend);
            return null;
        }
    }

    private Dictionary<string, object?> EvaluateValues(Playbook playbook, Wishes wishes, Scope scope)
    {
        var values = new ParamValues(problems).Evaluate(playbook.Params, wishes.Params, scope, "the playbook");
        foreach (var (name, value) in values) scope = scope.With(name, value);
        foreach (var variable in playbook.Vars)
            try
            {
                values[variable.Name] = variable.Value.Evaluate(scope);
                scope = scope.With(variable.Name, values[variable.Name]);
            }
            catch (ExpressionException e)
            {
                problems.Add(e.At, e.Message, e.Mend);
            }
        return values;
    }
}
