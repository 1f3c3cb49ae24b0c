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
    }

    /// <summary>Of a step and a host: each step keeps the hosts that it may be about.</summary>
    private const int MostPairs = 20_000_000;

    /// <summary>For all params and vars together; one expression has limits of its own.</summary>
    private static readonly TimeSpan LongestValues = TimeSpan.FromSeconds(1);

    private const long MostValueBytes = 1L << 30;

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

    private Plan? Planned(Playbook playbook, Wishes wishes)
    {
        if (wishes.Limit is { } limit && Limited(limit) is { } some)
            return new Planner(some, environment, problems).Plan(playbook, wishes with { Limit = null });

        if (inventory is not null && (long)Count(playbook.Steps.Concat(playbook.Always)) * inventory.Hosts.Count > MostPairs)
            throw problems.TooMuch(playbook.Steps[0].At, $"these steps and these {inventory.Hosts.Count} hosts make more than {MostPairs} pairs", "let fewer hosts take part with -l, or split the playbook");
        CheckNames(playbook);
        var scope = Scope.Empty.With("env", new DataMap(environment));
        if (inventory is not null) scope = scope.With("hosts", Views.Hosts(inventory)).With("groups", Views.Groups(inventory));
        var values = inventory is null || problems.Count > 0 ? [] : EvaluateValues(playbook, wishes, scope);
        foreach (var (name, value) in values) scope = scope.With(name, value);

        var steps = new StepPlanner(playbook, inventory, check, scope, wishes.AllowEmpty, problems);
        var own = playbook.Params.Select(p => p.Name).Concat(playbook.Vars.Select(v => v.Name)).ToImmutableHashSet();
        var names = new Names { Own = own };
        var planned = steps.Sequence(playbook.Steps, new StepKey("steps"), playbook.Defaults, ref names);
        var always = steps.Always(playbook.Always, new StepKey("always"), playbook.Defaults, names);
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

    /// <summary>A name may be only one thing.</summary>
    private void CheckNames(Playbook playbook)
    {
        var given = new Dictionary<string, (string What, Position At)>();
        foreach (var (name, what, at) in playbook.Params.Select(p => (p.Name, "a parameter", p.At)).Concat(playbook.Vars.Select(v => (v.Name, "a variable", v.At))).Concat(CapturesOf(playbook.Steps)).Concat(CapturesOf(playbook.Always)))
            if (!given.TryAdd(name, (what, at)) && given[name].What != what)
                problems.Add(at, $"`{name}` is {what} here and {given[name].What} at {given[name].At}", "a name may be only one thing: rename one");

        check.CheckDefaults(playbook.Params, new Names { Own = [] });
        var before = playbook.Params.Select(p => p.Name).ToImmutableHashSet();
        foreach (var variable in playbook.Vars)
        {
            check.Check(variable.Value.Templates.SelectMany(t => t.Names), new Names { Own = before });
            before = before.Add(variable.Name);
        }
    }

    private static int Count(IEnumerable<Step> steps) => steps.Sum(step => 1 + Count(step.Undo) + (step.Work is Block block ? Count(block.Steps.Concat(block.Always)) : 0));

    private static IEnumerable<(string, string, Position)> CapturesOf(IEnumerable<Step> steps) => steps.SelectMany(step =>
        step.Capture.Select(c => (c.Name, "a capture", c.At))
            .Concat(step.Work is Block block ? CapturesOf(block.Steps.Concat(block.Always)) : [])
            .Concat(CapturesOf(step.Undo)));

    private Dictionary<string, object?> EvaluateValues(Playbook playbook, Wishes wishes, Scope scope)
    {
        var values = new ParamValues(problems).Evaluate(playbook.Params, wishes.Params, scope, "the playbook");
        foreach (var (name, value) in values) scope = scope.With(name, value);
        var (began, bytes) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        foreach (var variable in playbook.Vars)
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
