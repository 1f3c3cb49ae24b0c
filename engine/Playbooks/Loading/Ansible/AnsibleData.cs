using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>A host as Ansible's sources name it.</summary>
internal sealed class AnsibleHost(string name, Position at)
{
    public string Name { get; } = name;

    /// <summary>Where it was named first.</summary>
    public Position At { get; } = at;

    public Dictionary<string, AnsibleVariable> Variables { get; } = [];

    /// <summary>Those that name it themselves.</summary>
    public List<AnsibleGroup> Groups { get; } = [];
}

/// <summary>A group as Ansible's sources name it: its hosts, children and variables in the order in which they came.</summary>
internal sealed class AnsibleGroup(string name, Position at)
{
    public string Name { get; } = name;

    /// <summary>Where it was named first.</summary>
    public Position At { get; } = at;

    public OrderedDictionary<string, AnsibleHost> Hosts { get; } = [];

    public OrderedDictionary<string, (AnsibleGroup Group, Position At)> Children { get; } = [];

    public List<AnsibleGroup> Parents { get; } = [];

    public Dictionary<string, AnsibleVariable> Variables { get; } = [];

    /// <summary>`ansible_group_priority`: of groups at the same depth the greatest counts.</summary>
    public long Priority { get; set; } = 1;

    /// <summary>The longest way down from `all`.</summary>
    public int Depth { get; set; }
}

/// <summary>
/// What all of Ansible's sources say together (docs.ansible.com, "How to build your inventory"): every host is in `all`, one that is in
/// no other group in `ungrouped`.
/// </summary>
internal sealed class AnsibleData
{
    private const int MostGroups = 2_000, MostChildren = 50_000, MostHosts = 100_000;

    private readonly ProblemList problems;
    private readonly OrderedDictionary<string, AnsibleGroup> groups = [];
    private readonly OrderedDictionary<string, AnsibleHost> hosts = [];
    private int children;

    public AnsibleData(ProblemList problems)
    {
        this.problems = problems;
        var at = Position.In("inventory");
        AddChild(All = AddGroup("all", at), Ungrouped = AddGroup("ungrouped", at), at);
    }

    public AnsibleGroup All { get; }

    public AnsibleGroup Ungrouped { get; }

    public IEnumerable<AnsibleGroup> Groups => groups.Values;

    public bool HasGroup(string name) => groups.ContainsKey(name);

    public bool HasHost(string name) => hosts.ContainsKey(name);

    public AnsibleGroup AddGroup(string name, Position at)
    {
        if (groups.TryGetValue(name, out var known)) return known;
        if (name is "and" or "not" or "batch") problems.Add(at, $"`{name}` is a word of patterns and cannot be a group's name");
        if (groups.Count > MostGroups) throw problems.TooMuch(at, $"more than {MostGroups} groups");
        return groups[name] = new AnsibleGroup(name, at);
    }

    /// <param name="name">The host's.</param>
    /// <param name="group">It is in that one.</param>
    /// <param name="at">The place of the name.</param>
    /// <param name="port">As `name:port` says it: it counts where the host is new.</param>
    public AnsibleHost AddHost(string name, AnsibleGroup group, Position at, long? port = null)
    {
        if (!hosts.TryGetValue(name, out var host))
        {
            hosts[name] = host = new AnsibleHost(name, at);
            if (port is { } number) host.Variables["ansible_port"] = new AnsibleVariable(number, at);
            if (hosts.Count > MostHosts) throw problems.TooMuch(at, $"up to here these are more than {MostHosts} hosts");
        }
        if (group.Hosts.TryAdd(name, host)) host.Groups.Add(group);
        return host;
    }

    public void AddChild(AnsibleGroup group, AnsibleGroup child, Position at)
    {
        if (!group.Children.TryAdd(child.Name, (child, at))) return;
        child.Parents.Add(group);
        if (++children > MostChildren) throw problems.TooMuch(at, $"more than {MostChildren} groups inside groups");
    }

    /// <summary>As Ansible: where a group and a host have the same name it is the group's.</summary>
    public void SetVariable(string owner, string name, AnsibleVariable variable)
    {
        if (!groups.TryGetValue(owner, out var group)) hosts[owner].Variables[name] = variable;
        else if (name != "ansible_group_priority") group.Variables[name] = variable;
        else if (variable.Value is long number || variable.Value is string text && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out number)) group.Priority = number;
        else problems.Add(variable.At, "`ansible_group_priority` must be a whole number");
    }

    /// <summary>When all sources were read: everything is below `all`, and each group knows how deep. False where a group is inside itself.</summary>
    public bool Settle()
    {
        foreach (var group in groups.Values.Where(g => g != All && g.Parents.Count == 0)) AddChild(All, group, group.At);
        foreach (var host in hosts.Values)
            if (host.Groups.Any(g => g != All && g != Ungrouped)) Leave(host);
            else AddHost(host.Name, Ungrouped, host.At);
        return Order() is { } order && Deepen(order);
    }

    private void Leave(AnsibleHost host)
    {
        if (Ungrouped.Hosts.Remove(host.Name)) host.Groups.Remove(Ungrouped);
    }

    private static bool Deepen(IEnumerable<AnsibleGroup> order)
    {
        foreach (var group in order)
            foreach (var (child, _) in group.Children.Values) child.Depth = Math.Max(child.Depth, group.Depth + 1);
        return true;
    }

    /// <summary>Parents before children; null where there is no such order.</summary>
    private List<AnsibleGroup>? Order()
    {
        var order = new List<AnsibleGroup>();
        var open = groups.Values.ToDictionary(g => g, g => g.Parents.Count);
        var ready = new Queue<AnsibleGroup>(groups.Values.Where(g => g.Parents.Count == 0));
        while (ready.TryDequeue(out var group))
        {
            order.Add(group);
            foreach (var (child, _) in group.Children.Values)
                if (--open[child] == 0) ready.Enqueue(child);
        }
        if (order.Count == groups.Count) return order;
        var (inside, at) = groups.Values.Where(g => Below(g).Contains(g)).Select(g => (g, g.Children.Values.First(c => c.Group == g || Below(c.Group).Contains(g)).At)).First();
        problems.Add(at, $"the group `{inside.Name}` is inside itself", "take it out of the `children` of what is inside it");
        return null;
    }

    /// <summary>The groups inside a group, at any depth, those nearer first.</summary>
    public static IReadOnlyCollection<AnsibleGroup> Below(AnsibleGroup group)
    {
        var found = new OrderedDictionary<string, AnsibleGroup>();
        var open = new Queue<AnsibleGroup>([group]);
        while (open.TryDequeue(out var next))
            foreach (var (child, _) in next.Children.Values)
                if (found.TryAdd(child.Name, child)) open.Enqueue(child);
        return found.Values;
    }
}
