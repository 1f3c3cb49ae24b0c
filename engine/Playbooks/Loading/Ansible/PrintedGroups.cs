using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads what an executable inventory prints (docs.ansible.com, "Developing dynamic inventory"): groups, and under `_meta` the variables of hosts.</summary>
internal sealed class PrintedGroups(AnsibleData data, ProblemList problems)
{
    private readonly OrderedDictionary<string, AnsibleHost> hosts = [];

    /// <summary>The variables of each host; null: they are to be asked for host by host.</summary>
    public MapNode? HostVariables { get; private set; }

    public IEnumerable<AnsibleHost> Hosts => hosts.Values;

    public void Read(MapNode root)
    {
        foreach (var entry in root.Entries)
            if (entry.Name != "_meta") Group(entry);
            else if (entry.Value is MapNode meta && meta["hostvars"] is { } found)
            {
                HostVariables = found as MapNode;
                if (HostVariables is null) problems.Add(found.At, $"`hostvars` must be an object from host to variables, but is {found.Kind}");
            }
        if (HostVariables is not { } all) return;
        // Once, because a map is searched from its beginning.
        var said = all.Entries.ToDictionary(e => e.Name, e => e.Value);
        foreach (var host in hosts.Values)
            if (said.TryGetValue(host.Name, out var variables)) Set(host, variables);
    }

    public void Set(AnsibleHost host, Node said)
    {
        if (said is MapNode map)
            foreach (var variable in map.Entries) data.SetVariable(host.Name, variable.Name, AnsibleValue.Of(variable.Name, variable.Value));
        else problems.Add(said.At, $"the variables of {host.Name} must be an object, but are {said.Kind}");
    }

    private void Group(MapEntry entry)
    {
        if (entry.Name.Length == 0)
        {
            problems.Add(entry.Key.At, "a group has no name");
            return;
        }
        var group = data.AddGroup(entry.Name, entry.Key.At);
        // A list alone is that of its hosts; an object without any of the three words is a host of the group's name, and its variables.
        if (entry.Value is not MapNode map) Members(entry.Value, group);
        else if (!GroupsFile.IsGroup(map))
        {
            Host(entry.Name, group, entry.Key.At);
            Variables(map, group);
        }
        else
        {
            if (map["hosts"] is { } members) Members(members, group);
            if (map["vars"] is { } variables) Variables(variables, group);
            foreach (var child in map["children"] switch { ListNode list => list.Items, MapNode names => names.Entries.Select(e => (Node)e.Key), null => [], var other => [other] })
                if (child is ScalarNode { Text.Value: { Length: > 0 } name, Plain: false }) data.AddChild(group, data.AddGroup(name, child.At), child.At);
                else problems.Add(child.At, $"`children` must be a list of groups' names, but here is {child.Kind}");
        }
    }

    private void Members(Node node, AnsibleGroup group)
    {
        if (node is not ListNode list)
        {
            problems.Add(node.At, $"the hosts of the group `{group.Name}` must be a list, but are {node.Kind}");
            return;
        }
        foreach (var item in list.Items)
            if (item is ScalarNode { Text.Value: { Length: > 0 } name, Plain: false }) Host(name, group, item.At);
            else problems.Add(item.At, $"a host must be a name, but is {item.Kind}");
    }

    private void Host(string name, AnsibleGroup group, Position at) => hosts.TryAdd(name, data.AddHost(name, group, at));

    private void Variables(Node node, AnsibleGroup group)
    {
        if (node is MapNode map)
            foreach (var variable in map.Entries) data.SetVariable(group.Name, variable.Name, AnsibleValue.Of(variable.Name, variable.Value));
        else problems.Add(node.At, $"the variables of the group `{group.Name}` must be an object, but are {node.Kind}");
    }
}
