using System.Collections.Immutable;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting.Plans;

/// <summary>What is known before the run at a place of the plan: the names with values, and for the others the steps that give them.</summary>
internal sealed record Foresight
{
    /// <summary>More cases of hosts and items than this are not worked out one by one.</summary>
    private const int MostCases = 2_000;

    private static readonly ImmutableHashSet<string> OfHosts = ["host"];

    /// <summary>What is seen wherever the host and the item do not matter.</summary>
    public required Scope Names { get; init; }

    /// <summary>The names without a value yet, with what gives it.</summary>
    public ImmutableDictionary<string, IReadOnlyList<string>> Later { get; init; } = ImmutableDictionary<string, IReadOnlyList<string>>.Empty;

    /// <summary>The names whose values differ from case to case.</summary>
    public ImmutableHashSet<string> Varying { get; init; } = [];

    /// <summary>The hosts it may be about, and the items; worked out when something asks for them.</summary>
    public required Lazy<IReadOnlyList<Case>> Cases { get; init; }

    /// <summary>Inside a block in batches.</summary>
    public bool IsInBatch { get; init; }

    /// <summary>Inside an action or an undo the host is that of the step around it.</summary>
    public bool IsInside { get; init; }

    public static Foresight Of(Scope names) => new() { Names = names, Cases = new([new Case(null, names)]) };

    /// <summary>The names at a step, which has hosts of its own or those around it.</summary>
    public Foresight At(PlannedStep step, Func<Host, IMembers> view) => step.Hosts switch
    {
        PlannedHosts.Known or PlannedHosts.After => this with
        {
            Varying = OfHosts,
            Cases = new(() => [.. step.Hosts.Widest.Select(host => new Case(host, Names.With("host", view(host))))]),
        },
        _ when IsInside => this,
        _ => this with { Varying = [], Cases = new([new Case(null, Names)]) },
    };

    /// <summary>Inside the loop of a step, if it has one: each item where they are known.</summary>
    public Foresight Looping(Loop? loop, ShownParameter? items)
    {
        if (loop is null || items is null) return this;
        string[] names = [loop.As, "index"];
        Foresight After(IReadOnlyList<string> givers) => this with { Later = Later.SetItems(names.Select(name => KeyValuePair.Create(name, givers))) };
        var missing = Missing(items.Names);
        if (missing.Count > 0) return After(missing);
        var cases = new List<Case>();
        foreach (var around in Cases.Value)
        {
            if (Fill(items, around) is not Foreseen.Known { Value: IReadOnlyList<object?> list } || cases.Count + list.Count > MostCases) return After(["each item"]);
            cases.AddRange(list.Select((item, index) => new Case(around.Host, around.Names.With([new(loop.As, item), new("index", (long)index)]), index, item)));
        }
        return this with { Varying = Varying.Union(names), Cases = new(cases) };
    }

    /// <summary>Only the cases for which its `when` is not known to be false; all where it is for each.</summary>
    public Foresight Where(Expression? when) =>
        when is null || Missing(when.Names).Count > 0 ? this : this with { Cases = new(() => Cases.Value.Where(@case => !IsFalse(when, @case)).ToList() is { Count: > 0 } some ? some : Cases.Value) };

    /// <summary>Its `when` is known to be false for each case.</summary>
    public bool IsNowhere(Expression? when) => when is not null && Missing(when.Names).Count == 0 && Cases.Value.Count > 0 && Cases.Value.All(@case => IsFalse(when, @case));

    private static bool IsFalse(Expression when, Case @case)
    {
        try
        {
            return !Condition.Evaluate(when, @case.Names);
        }
        catch (ExpressionException)
        {
            return false;
        }
    }

    /// <summary>In the room of names of an action or a playbook: its params only, filled in where they are known.</summary>
    /// <param name="parameters">What it takes.</param>
    /// <param name="arguments">What it is given here.</param>
    /// <param name="names">What is seen there beside them; what it holds of a host comes from each case.</param>
    public Foresight Inside(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, DataTemplate> arguments, Scope names)
    {
        var inside = this with { Names = names, Later = ImmutableDictionary<string, IReadOnlyList<string>>.Empty, Varying = Varying.Intersect(OfHosts), IsInside = true };
        var known = new List<(Parameter Parameter, DataTemplate Value, bool IsGiven)>();
        foreach (var parameter in parameters)
        {
            if ((arguments.GetValueOrDefault(parameter.Name) ?? parameter.Default) is not { } value) continue;
            var (isGiven, uses) = (arguments.ContainsKey(parameter.Name), value.Templates.SelectMany(t => t.Names).ToList());
            var around = isGiven ? this : inside;
            var missing = around.Missing(uses);
            if (missing.Count > 0)
            {
                inside = inside with { Later = inside.Later.SetItem(parameter.Name, missing) };
                continue;
            }
            known.Add((parameter, value, isGiven));
            // Its value is worked out case by case below; here the name only has to be there.
            inside = uses.Any(n => around.Varying.Contains(n.Name)) ? inside with { Varying = inside.Varying.Add(parameter.Name) } : inside with { Names = inside.Names.With(parameter.Name, (object?)null) };
        }
        return inside with { Cases = new(() => [.. Cases.Value.Select(@case => new Case(@case.Host, Filled(@case, known, names)))]) };
    }

    private static Scope Filled(Case caller, IReadOnlyList<(Parameter Parameter, DataTemplate Value, bool IsGiven)> known, Scope names)
    {
        if (caller.Host is not null && caller.Names.TryGet("host", out var host)) names = names.With("host", host);
        foreach (var (parameter, value, isGiven) in known)
        {
            var seen = isGiven ? caller.Names : names;
            names = names.With(parameter.Name, () => Scopes.Typed(value.Evaluate(seen), parameter, value.At));
        }
        return names;
    }

    /// <summary>What a parameter will be; equal values stand together, in the order of the cases.</summary>
    public IReadOnlyList<ForeseenFor> See(ShownParameter parameter)
    {
        var missing = Missing(parameter.Names);
        if (missing.Count > 0) return [new([], new Foreseen.After(parameter.Written, missing))];
        if (Cases.Value.Count == 0) return [new([], parameter.Names.Count > 0 ? new Foreseen.After(parameter.Written, ["its hosts"]) : Fill(parameter, new Case(null, Names)))];
        if (!parameter.Names.Any(n => Varying.Contains(n.Name))) return [new([], Fill(parameter, Cases.Value[0]))];
        var groups = Cases.Value.Select(@case => (Case: @case, Value: Fill(parameter, @case))).GroupBy(seen => Key(seen.Value)).ToList();
        return [.. groups.Select(group => new ForeseenFor(groups.Count == 1 ? [] : [.. group.Select(seen => seen.Case)], group.First().Value))];
    }

    private static (Type, string) Key(Foreseen value) => (value.GetType(), value switch
    {
        Foreseen.Known { Value: string text } => "\"" + text,
        Foreseen.Known known => Data.ToJson(known.Value),
        Foreseen.Wrong wrong => wrong.Why,
        _ => "",
    });

    private static Foreseen Fill(ShownParameter parameter, Case @case)
    {
        try
        {
            var value = parameter.Fill(@case.Names);
            // What is absent for a reason says so when it is read.
            _ = value is IMembers or IReadOnlyList<object?> ? Data.ToJson(value) : null;
            return new Foreseen.Known(value);
        }
        catch (Exception e) when (e is ExpressionException or MissingValueException)
        {
            return new Foreseen.Wrong(parameter.Written, e.Message);
        }
    }

    /// <summary>What gives the names among these that have no value yet.</summary>
    public IReadOnlyList<string> Missing(IReadOnlyList<NameUse> names) => names.Count == 0 ? [] : [.. names.SelectMany(Givers).Distinct()];

    private IReadOnlyList<string> Givers(NameUse use) => use.Name switch
    {
        _ when Later.TryGetValue(use.Name, out var givers) => givers,
        "host" when Cases.Value.Any(@case => @case.Host is { } host && HostSecrets.In(host, use.Members).Any()) => ["the run begins (secret)"],
        _ when Varying.Contains(use.Name) => [],
        "groups" when use.Members is [Batches.Group, ..] && IsInBatch => [PlanWords.EachBatch],
        "steps" => [use.Members is [var id, ..] ? id : "the steps before it"],
        "all" => use.Members is [var name, ..] && Later.TryGetValue(name, out var givers) ? givers : ["the steps before it"],
        "probes" => [use.Members is [var id, ..] ? id : "the probes"],
        "play" => use.Members is ["name", ..] ? [] : ["the run begins"],
        "failed" => ["something fails"],
        "secret" => ["the run begins (secret)"],
        _ => Names.Has(use.Name) ? [] : ["the run begins"],
    };
}
