namespace Playbooks.Model;

/// <summary>The machines a play may speak of, in groups, in the order of the file.</summary>
public sealed class Inventory(IReadOnlyList<Host> hosts, IReadOnlyDictionary<string, IReadOnlyList<Host>> groups)
{
    /// <summary>Made when first asked for: of a batch's inventory nobody asks.</summary>
    private Dictionary<string, Host> ByName => field ??= Hosts.ToDictionary(h => h.Name);

    public static Inventory Empty { get; } = new([], new Dictionary<string, IReadOnlyList<Host>>());

    public IReadOnlyList<Host> Hosts { get; } = hosts;

    public IReadOnlyDictionary<string, IReadOnlyList<Host>> Groups { get; } = groups;

    /// <summary>The inventory that this is a part of; itself where it is no part. `groups` and `hosts` of an expression mean the whole one: a limit says who takes part, not what there is.</summary>
    public Inventory Whole { get => field ?? this; init; }

    /// <summary>Groups whose hosts only the run can tell: here they have all that they might have.</summary>
    public IReadOnlyCollection<string> Open { get; init; } = [];

    /// <summary>The same with one more group, for patterns: as a whole it stays as it is.</summary>
    public Inventory With(string group, IReadOnlyList<Host> members, bool isOpen) =>
        new(Hosts, Groups.Append(new(group, members)).ToDictionary()) { Tree = Tree, Whole = Whole, Open = isOpen ? [.. Open, group] : Open };

    /// <summary>The groups as they were written, in the order of the file.</summary>
    public IReadOnlyList<WrittenGroup> Tree { get; init; } = [];

    /// <summary>The same hosts and variables, each host at an address that tells only whose it is: what is worked out from it says nothing of how hosts are reached.</summary>
    public Inventory WithoutAddresses()
    {
        var changed = Whole.Hosts.ToDictionary(host => host, Unreached, (IEqualityComparer<Host>)ReferenceEqualityComparer.Instance);
        var whole = Of(Whole);
        return ReferenceEquals(Whole, this) ? whole : Of(this, whole);

        Inventory Of(Inventory some, Inventory? around = null) =>
            new([.. some.Hosts.Select(host => changed[host])], some.Groups.ToDictionary(g => g.Key, g => (IReadOnlyList<Host>)[.. g.Value.Select(host => changed[host])])) { Tree = some.Tree, Whole = around! };
    }

    private static Host Unreached(Host host)
    {
        // A name that a URL and a program may hold, because values are worked out from it.
        var address = $"address.of.{host.Name}";
        return host with
        {
            AddressOf = _ => address,
            Local = false,
            Variables = host.Variables.Keys.Any(IsAnsibleAddress) ? host.Variables.ToDictionary(v => v.Key, v => IsAnsibleAddress(v.Key) ? address : v.Value) : host.Variables,
        };
    }

    private static bool IsAnsibleAddress(string variable) => variable is "ansible_host" or "ansible_ssh_host";

    /// <summary>The host of that name; `localhost` is always there.</summary>
    public Host? Find(string name) => ByName.GetValueOrDefault(name) ?? (name == "localhost" ? Host.Control : null);
}

/// <summary>A group as it was written: the groups inside it, and the hosts that it names itself.</summary>
public sealed record WrittenGroup(string Name, IReadOnlyList<string> Children, IReadOnlyList<string> Hosts);
