using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>Finds the secrets, and what cannot be used, in the variables of hosts that Ansible's inventories give.</summary>
public static class HostSecrets
{
    /// <param name="host">Whose variables.</param>
    /// <param name="members">What an expression names behind `host`; what stands behind that is told only by a run, and all of it counts.</param>
    public static IEnumerable<Secret> In(Host host, IReadOnlyList<string> members) =>
        host.Hidden.Count == 0 ? [] : members.Count == 0 ? host.Hidden.SelectMany(name => In(host.Variables[name])) : host.Hidden.Contains(members[0]) ? In(At(host, members)) : [];

    /// <summary>Why that value cannot be used; null: it can.</summary>
    public static Absent? Absence(Host host, IReadOnlyList<string> members) => members.Count > 0 && host.Variables.ContainsKey(members[0]) ? At(host, members) as Absent : null;

    /// <summary>The value with its secrets in their places.</summary>
    /// <param name="host">Whose variable it is.</param>
    /// <param name="name">The variable's name.</param>
    /// <param name="value">It.</param>
    /// <param name="read">What a run read; null from it, or no such way: it is absent.</param>
    public static object? Filled(Host host, string name, object? value, Func<Secret, string?>? read) => value switch
    {
        Secret secret => read?.Invoke(secret) ?? (object)new Absent($"`{name}` of {host.Name} is a secret, which only a run reads, for a step on that host that names it", $"say `host.{name}` in a step with `hosts`, or pass it from there with `env`"),
        DataMap map => new DataMap(map.Select(entry => KeyValuePair.Create(entry.Key, Filled(host, name, entry.Value, read)))),
        _ => value,
    };

    private static object? At(Host host, IReadOnlyList<string> members)
    {
        var value = host.Variables[members[0]];
        foreach (var member in members.Skip(1))
            if (value is DataMap map && map.TryGetValue(member, out var inner)) value = inner;
            else break;
        return value;
    }

    private static IEnumerable<Secret> In(object? value) => value switch
    {
        Secret secret => [secret],
        DataMap map => map.Values.SelectMany(In),
        _ => [],
    };
}
