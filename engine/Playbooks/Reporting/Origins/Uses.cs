using Playbooks.Templating;

namespace Playbooks.Reporting.Origins;

/// <summary>Finds what has changed of the params, vars and hosts that steps use in their expressions.</summary>
internal sealed class Uses((KeptPlan Before, KeptPlan Now) plans, (KeptInventory Before, KeptInventory Now) inventories, IEnumerable<KeptStep> steps)
{
    private readonly Dictionary<string, KeptStep> byKey = steps.ToDictionary(step => step.Key);

    /// <summary>How the value differs; null: it does not.</summary>
    public static Change? Changed(string what, string name, DataMap before, DataMap now)
    {
        var (old, one) = (Value(before, name), Value(now, name));
        return old == one ? null : Change.Of(old.Length == 0 ? $"the {what} `{name}` is new" : one.Length == 0 ? $"the {what} `{name}` is not there any more" : $"the {what} `{name}` has changed", old, one);
    }

    /// <summary>The first thing that the step uses and that is not as it was; null: there is none.</summary>
    public Change? Changed(KeptStep step) => step.Uses.Select(use => Changed(step, use)).FirstOrDefault(change => change is not null) is { } change
        ? change with { What = $"{step.Title} uses something else: {change.What}" }
        : null;

    private Change? Changed(KeptStep step, IReadOnlyList<string> use) => use switch
    {
        ["host"] => First(HostsOf(step), host => Host(host)),
        ["host", var variable, ..] => First(HostsOf(step), host => Host(host, variable)),
        ["hosts", var host] => Host(host),
        ["hosts", var host, var variable, ..] => Host(host, variable),
        ["groups", var group, ..] => Group(group),
        ["hosts"] or ["groups"] => All(),
        [var name, ..] => Changed("param", name, plans.Before.Params, plans.Now.Params) ?? Changed("var", name, plans.Before.Vars, plans.Now.Vars),
        _ => null,
    };

    /// <summary>Its own, else those of the step around it: an undo and an action have their caller's.</summary>
    private IReadOnlyList<string> HostsOf(KeptStep? step)
    {
        for (; step is not null; step = byKey.GetValueOrDefault(step.Parent))
            if (step.Hosts is { } hosts) return hosts;
        return [];
    }

    private static Change? First(IEnumerable<string> names, Func<string, Change?> changed) => names.Select(changed).FirstOrDefault(change => change is not null);

    private Change? Host(string name) => Differ($"the host {name} has changed", inventories.Before.OfHost(name), inventories.Now.OfHost(name));

    private Change? Host(string name, string variable) => Differ($"the host {name} has changed", inventories.Before.OfHost(name, variable), inventories.Now.OfHost(name, variable));

    private Change? Group(string name) => Differ($"the group {name} has changed", inventories.Before.OfGroup(name), inventories.Now.OfGroup(name)) ?? First(inventories.Now.HostsOf(name), Host);

    private Change? All() =>
        First(inventories.Before.Hosts.Keys.Union(inventories.Now.Hosts.Keys), name => Differ($"the {name} has changed", KeptInventory.Text(inventories.Before.Hosts.GetValueOrDefault(name)), KeptInventory.Text(inventories.Now.Hosts.GetValueOrDefault(name))))
        ?? First(inventories.Before.Groups.Keys.Union(inventories.Now.Groups.Keys), name => Differ($"the {name} has changed", KeptInventory.Text(inventories.Before.Groups.GetValueOrDefault(name)), KeptInventory.Text(inventories.Now.Groups.GetValueOrDefault(name))));

    private static Change? Differ(string what, string before, string now) => before == now ? null : Change.Of(what, before, now);

    private static string Value(DataMap values, string name) => values.TryGetValue(name, out var value) ? ShownValue.Text(name, value) : "";
}
