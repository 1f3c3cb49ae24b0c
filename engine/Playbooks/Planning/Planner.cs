using System.Collections.Immutable;
using System.Diagnostics;
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

    /// <summary>Of a step and a host: each step keeps the hosts that it may be about.</summary>
    private const int MostPairs = 20_000_000;

    /// <summary>For all params and vars together; one expression has limits of its own.</summary>
    private static readonly TimeSpan LongestValues = TimeSpan.FromSeconds(1);

    private const long MostValueBytes = 1L << 30;

    private bool leavingOut;

    private readonly NameCheck check = new(inventory, environment, problems);

    /// <summary>The plan; null where there are problems, or no inventory.</summary>
    public Plan? Plan(Playbook playbook, Wishes wishes)
    {
        try
        {
            return Planned(playbook, wishes);
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    /// <summary>Looks for problems in actions that no playbook uses here: as if a step called each of them, on a host.</summary>
    public void Check(IReadOnlyList<ActionDefinition> actions)
    {
        const string given = "given";
        var at = Position.In("a caller");
        var value = DataTemplate.Of(Template.Parse(PlacedText.At(at, $"{{{{ {given} }}}}"), problems)!);
        Plan(new Playbook
        {
            Source = at.Source,
            Name = at.Source.Name,
            Params = [new Parameter { Name = given, At = at }],
            Actions = actions.ToDictionary(action => action.Name),
            Defaults = new StepDefaults { Hosts = HostPattern.Parse(PlacedText.At(at, "all"), problems) },
            Steps =
            [
                .. actions.Select(action => new Step
                {
                    At = action.At,
                    Title = action.Name,
                    Work = new ActionCall(action.Name, action.At, action.Params.Where(parameter => parameter.Default is null).ToDictionary(parameter => parameter.Name, _ => value)),
                }),
            ],
        }, new Wishes());
    }

    private Plan? Planned(Playbook playbook, Wishes wishes)
    {
        if (wishes.Limit is { } limit && Limited(limit) is { } some)
            return new Planner(some, environment, problems).Plan(playbook, wishes with { Limit = null });

        if (inventory is not null && Count(playbook) * inventory.Hosts.Count > MostPairs)
            throw problems.TooMuch(playbook.Steps[0].At, $"these steps and these {inventory.Hosts.Count} hosts make more than {MostPairs} pairs", "let fewer hosts take part with -l, or split the playbook");
        // All of it is checked first, so that what a tag leaves out has no problems unseen; what then is missing, the tags left out.
        if (wishes.Tags is { } tags && !leavingOut)
        {
            if (Plan(playbook, wishes with { Tags = null }) is null && inventory is not null || !HasTags(playbook, tags)) return null;
            var missing = new ProblemList();
            var plan = new Planner(inventory, environment, missing) { leavingOut = true }.Plan(playbook, wishes);
            foreach (var problem in missing) problems.Add(problem with { Mend = "in the whole playbook it is there, but `-t` leaves it out" });
            return plan;
        }

        check.CheckPlaybook(playbook);
        var late = LateValues.Of(playbook, wishes.Params);
        check.WantOnly(LateValues.Secrets(playbook, late));
        var hidden = late.Select(value => value.Name).ToImmutableHashSet();
        var scope = Scope.Empty.With("env", new DataMap(environment));
        if (inventory is not null) scope = scope.With("hosts", Views.Hosts(inventory)).With("groups", Views.Groups(inventory));
        new ParamValues(problems).CheckConstants([.. inventory is null ? playbook.Params : [], .. playbook.Actions.Values.SelectMany(action => action.Params)]);
        var values = inventory is null || problems.Count > 0 ? [] : EvaluateValues(playbook, wishes, scope, hidden);
        foreach (var (name, value) in values) scope = scope.With(name, value);

        var steps = new StepPlanner(playbook, inventory, check, scope, wishes, problems);
        var own = playbook.Params.Select(p => p.Name).Concat(playbook.Vars.Select(v => v.Name)).ToImmutableHashSet();
        var names = new Names { Own = own, Written = own.Except(hidden), Hidden = hidden, Secrets = playbook.Secrets };
        var probes = steps.Probes(playbook.Probes, new StepKey("probes"), playbook.Defaults, ref names);
        var planned = steps.Sequence(playbook.Steps, new StepKey("steps"), playbook.Defaults, ref names);
        var always = steps.Aftermath(playbook.Always, new StepKey("always"), playbook.Defaults, names);
        check.CheckNotify(playbook.Notify, names with { AfterRun = true, Captured = [], Hosts = null }, inventory is null ? null : scope);
        if (problems.Count > 0 || inventory is null) return null;
        return new Plan
        {
            Playbook = playbook,
            Inventory = inventory,
            Values = values,
            Late = late,
            Secrets = [.. check.Secrets],
            Environment = environment,
            Probes = probes,
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
            if (hosts.Count == 0) problems.Add(limit.At, "the limit leaves no host", "say with -l which hosts take part: `play hosts` lists them");
            var taking = hosts.ToHashSet<Host>(ReferenceEqualityComparer.Instance);
            return new Inventory(hosts, inventory.Groups.ToDictionary(g => g.Key, g => (IReadOnlyList<Host>)[.. g.Value.Where(taking.Contains)])) { Whole = inventory.Whole };
        }
        catch (ExpressionException e)
        {
            problems.Add(e.At, e.Message, e.Mend);
            return null;
        }
    }

    private long Count(IEnumerable<Step> steps) => steps.Sum(step => 1 + Count(step.Undo) + step.Work switch
    {
        Block block => Count(block.All),
        Include include => Count(include.Playbook),
        _ => 0,
    });

    private readonly Dictionary<Playbook, long> counts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Once for each playbook: those that include others twice multiply.</summary>
    private long Count(Playbook playbook)
    {
        if (!counts.TryGetValue(playbook, out var count)) counts[playbook] = count = Math.Min(Count(playbook.Probes.Concat(playbook.Steps).Concat(playbook.Always)), MostPairs + 1L);
        return count;
    }

    private Dictionary<string, object?> EvaluateValues(Playbook playbook, Wishes wishes, Scope scope, ImmutableHashSet<string> hidden)
    {
        var values = new ParamValues(problems).Evaluate(playbook.Params, wishes.Params, scope, "the playbook", hidden);
        foreach (var (name, value) in values) scope = scope.With(name, value);
        var (began, bytes) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        foreach (var variable in playbook.Vars.Where(v => !hidden.Contains(v.Name)))
            try
            {
                if (Stopwatch.GetElapsedTime(began) > LongestValues || GC.GetAllocatedBytesForCurrentThread() - bytes > MostValueBytes)
                    throw problems.TooMuch(variable.At, $"the vars up to here took more than {Literals.Print(LongestValues)} or {MostValueBytes >> 20} MiB");
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
