namespace Playbooks.Model;

/// <summary>The machines a play may speak of, in groups, in the order of the file.</summary>
public sealed class Inventory(IReadOnlyList<Host> hosts, IReadOnlyDictionary<string, IReadOnlyList<Host>> groups)
{
    private readonly Dictionary<string, Host> byName = hosts.ToDictionary(h => h.Name);

    public static Inventory Empty { get; } = new([], new Dictionary<string, IReadOnlyList<Host>>());

    public IReadOnlyList<Host> Hosts { get; } = hosts;

    public IReadOnlyDictionary<string, IReadOnlyList<Host>> Groups { get; } = groups;

    /// <summary>The inventory that this is a part of; itself where it is no part. `groups` and `hosts` of an expression mean the whole one: a limit says who takes part, not what there is.</summary>
    public Inventory Whole { get => field ?? this; init; }

    /// <summary>The groups as they were written, in the order of the file.</summary>
    public IReadOnlyList<WrittenGroup> Tree { get; init; } = [];

    /// <summary>The host of that name; `localhost` is always there.</summary>
    public Host? Find(string name) => byName.GetValueOrDefault(name) ?? (name == "localhost" ? Host.Control : null);
}

/// <summary>A group as it was written: the groups inside it, and the hosts that it names itself.</summary>
public sealed record WrittenGroup(string Name, IReadOnlyList<string> Children, IReadOnlyList<string> Hosts);
