using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>What expressions see of the inventory.</summary>
public static class Views
{
    /// <summary>`host`: its name, address, label, groups, and its variables.</summary>
    /// <param name="host">It.</param>
    /// <param name="secrets">What a run read of those among its variables; null: none is seen.</param>
    public static IMembers Host(Host host, Func<Secret, string?>? secrets = null) => new DataMap(
        host.Variables.Select(v => host.Hidden.Contains(v.Key) ? KeyValuePair.Create(v.Key, HostSecrets.Filled(host, v.Key, v.Value, secrets)) : v).Concat(new Dictionary<string, object?>
        {
            ["name"] = host.Name,
            ["address"] = new Later(() => host.Address),
            ["label"] = host.Label,
            ["groups"] = host.Groups.Cast<object?>().ToList(),
        }));

    /// <summary>`hosts.was1`.</summary>
    public static IMembers Hosts(Inventory inventory) => new DataMap(inventory.Whole.Hosts.Select(h => KeyValuePair.Create(h.Name, (object?)Host(h))));

    /// <summary>The same groups, and one more.</summary>
    public static IMembers With(IMembers groups, string group, IReadOnlyList<Host> hosts) => new OneMore(groups, group, [.. hosts.Select(object? (h) => Host(h))]);

    private sealed class OneMore(IMembers groups, string group, IReadOnlyList<object?> hosts) : IMembers
    {
        public IEnumerable<string> Names => groups.Names.Append(group);

        public bool TryGet(string name, out object? value)
        {
            value = hosts;
            return name == group || groups.TryGet(name, out value);
        }
    }

    /// <summary>`groups.was`: a list in inventory order.</summary>
    public static IMembers Groups(Inventory inventory) => new DataMap(inventory.Whole.Groups.Select(g => KeyValuePair.Create(g.Key, (object?)g.Value.Select(object? (h) => Host(h)).ToList())));
}
