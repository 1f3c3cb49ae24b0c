using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>
/// Works out which variables each host has, in Ansible's order (docs.ansible.com, "How variables are merged", and VARIABLE_PRECEDENCE): all
/// of the sources, its groups there by depth, priority and name, then `group_vars` in the same order, the host's own, and `host_vars`.
/// </summary>
/// <param name="data">What the sources said.</param>
/// <param name="folders">Reads `group_vars` and `host_vars`.</param>
/// <param name="beside">The folders beside the sources, in their order, those of the later counting more.</param>
/// <param name="playbook">The folder of the playbook, whose files count more than those of the same name beside a source; null: there is none.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class AnsibleHosts(AnsibleData data, VarsFolders folders, IReadOnlyList<string> beside, string? playbook, ProblemList problems)
{
    /// <summary>Knows the address of a host by ssh's configuration; null: nobody does.</summary>
    public Func<Host, string>? AddressOf { get; init; }

    private sealed record Known(IReadOnlyDictionary<string, AnsibleVariable> Variables, IReadOnlyDictionary<string, Origin> Origins);

    private readonly Dictionary<string, Known> ofGroups = [];
    private readonly Dictionary<string, Host> alike = [];

    public Inventory Build()
    {
        var order = AnsibleData.Below(data.All).Prepend(data.All).SelectMany(g => g.Hosts.Values).DistinctBy(h => h.Name).ToList();
        // Ansible leaves a jump to ssh, which knows nothing of the inventory.
        var built = new JumpLoader([.. order.Select(Built)], problems) { OnlyAsSsh = true }.All().ToDictionary(h => h.Name);
        var groups = data.Groups.Where(g => g != data.All).ToDictionary(g => g.Name, g => (IReadOnlyList<Host>)[.. AnsibleData.Below(g).Prepend(g).SelectMany(inner => inner.Hosts.Keys).Distinct().Select(name => built[name])]);
        return new Inventory([.. order.Select(h => built[h.Name])], groups)
        {
            Tree = [.. data.Groups.Where(g => g != data.All && (g != data.Ungrouped || g.Hosts.Count > 0)).Select(g => new WrittenGroup(g.Name, [.. g.Children.Keys], [.. g.Hosts.Keys]))],
        };
    }

    private Host Built(AnsibleHost host)
    {
        var groups = Around(host);
        var names = groups.Select(g => g.Name).Order(StringComparer.Ordinal).ToList();
        var key = string.Join('\n', names);
        if (!ofGroups.TryGetValue(key, out var around)) ofGroups[key] = around = Together(groups);
        var own = beside.Append(playbook).OfType<string>().Select(folder => folders.Of(folder, "host_vars", host.Name)).Prepend(host.Variables).Where(v => v.Count > 0).ToList();
        if (own.Count == 0 && alike.TryGetValue(key, out var first) && first.Obstacles.Count == 0) return first with { Name = host.Name, Label = host.Name, At = host.At };

        var all = new Dictionary<string, AnsibleVariable>(around.Variables);
        var origins = new Dictionary<string, Origin>(around.Origins);
        foreach (var (name, variable) in own.SelectMany(v => v)) (all[name], origins[name]) = (variable, new Origin(variable.At));
        var way = new Reaching(host.Name, all).Find();
        foreach (var (part, name) in way.Variables) origins["ssh: " + part] = origins[name];
        var built = new Host
        {
            Name = host.Name,
            Label = host.Name,
            Ssh = way.Ssh,
            Local = way.Local,
            Obstacles = way.Obstacles,
            Groups = names,
            Variables = all.ToDictionary(v => v.Key, v => v.Value.Value),
            Hidden = all.Where(v => AnsibleVariable.HoldsSecret(v.Value.Value)).Select(v => v.Key).ToHashSet(),
            Origins = origins,
            AddressOf = AddressOf,
            At = host.At,
        };
        if (own.Count == 0) alike[key] = built;
        return built;
    }

    /// <summary>Those that the host is in, and those around them, but `all`: what comes later counts more.</summary>
    private List<AnsibleGroup> Around(AnsibleHost host)
    {
        var found = new HashSet<AnsibleGroup>();
        var open = new Stack<AnsibleGroup>(host.Groups);
        while (open.TryPop(out var group))
            if (group != data.All && found.Add(group))
                foreach (var parent in group.Parents) open.Push(parent);
        return [.. found.OrderBy(g => g.Depth).ThenBy(g => g.Priority).ThenBy(g => g.Name, StringComparer.Ordinal)];
    }

    private Known Together(List<AnsibleGroup> groups)
    {
        var (variables, origins) = (new Dictionary<string, AnsibleVariable>(), new Dictionary<string, Origin>());
        Add(data.All, data.All.Variables);
        foreach (var group in groups) Add(group, group.Variables);
        foreach (var some in (List<AnsibleGroup>[])[[data.All], groups])
            foreach (var folder in beside.Append(playbook).OfType<string>())
                foreach (var group in some) Add(group, folders.Of(folder, "group_vars", group.Name));
        return new Known(variables, origins);

        void Add(AnsibleGroup group, IReadOnlyDictionary<string, AnsibleVariable> more)
        {
            foreach (var (name, variable) in more) (variables[name], origins[name]) = (variable, new Origin(variable.At, group.Name));
        }
    }
}
