using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads a YAML inventory, groups with `hosts`, `children` and `vars` (docs.ansible.com, the plugin ansible.builtin.yaml).</summary>
internal sealed class GroupsFile(AnsibleData data, ProblemList problems)
{
    private static readonly string[] Sections = ["hosts", "children", "vars"];

    /// <summary>Whether a group may be written so.</summary>
    public static bool IsGroup(Node node) => node is MapNode map && map.Entries.Any(e => Sections.Contains(e.Name));

    public void Read(MapNode root)
    {
        if (root["plugin"] is ScalarNode { Value: not null } plugin)
            problems.Add(plugin.At, $"this configures the plugin `{plugin.Text.Value}` of Ansible, and play runs no plugins", "let Ansible say what it finds, in an executable file of its own: #!/bin/sh\nexec ansible-inventory -i THIS_FILE --list");
        else foreach (var entry in root.Entries) Group(entry);
    }

    private AnsibleGroup? Group(MapEntry entry)
    {
        if (Name(entry.Key, "group") is not { } name) return null;
        var group = data.AddGroup(name, entry.Key.At);
        if (entry.Value is ScalarNode { Value: null }) return group;
        if (entry.Value is not MapNode map)
        {
            problems.Add(entry.Value.At, $"a group must be a map with `hosts`, `children` or `vars`, but is {entry.Value.Kind}", "Ansible would skip it with a warning");
            return group;
        }
        foreach (var section in map.Entries)
            switch (section.Name)
            {
                case "vars":
                    foreach (var variable in Entries(section)) data.SetVariable(name, AnsibleValue.KeyOf(variable.Key), AnsibleValue.Of(AnsibleValue.KeyOf(variable.Key), variable.Value));
                    break;
                case "children":
                    foreach (var child in Entries(section))
                        if (Group(child) is { } inner) data.AddChild(group, inner, child.Key.At);
                    break;
                case "hosts":
                    foreach (var host in Entries(section)) Host(host, group);
                    break;
                default:
                    problems.Add(section.Key.At, $"a group of Ansible has no key `{section.Name}`", Suggest.DidYouMean(section.Name, Sections) ?? "it may have hosts, children and vars; Ansible would skip it with a warning");
                    break;
            }
        return group;
    }

    /// <summary>A single text stands for a map with that key.</summary>
    private IReadOnlyList<MapEntry> Entries(MapEntry section)
    {
        switch (section.Value)
        {
            case MapNode map: return map.Entries;
            case ScalarNode { Value: null }: return [];
            case ScalarNode { Value: string } name: return [new MapEntry(name, new ScalarNode(PlacedText.At(name.At, ""), true))];
            default:
                problems.Add(section.Value.At, $"`{section.Name}` must be a map from names, but is {section.Value.Kind}", $"in YAML inventories a colon stands behind each name: {section.Name}: {{ NAME: }}");
                return [];
        }
    }

    private void Host(MapEntry entry, AnsibleGroup group)
    {
        if (Name(entry.Key, "host") is not { } name || HostNames.Expand(name, entry.Key.At, problems) is not { } hosts) return;
        if (entry.Value is not (MapNode or ScalarNode { Value: null or false } or ScalarNode { Text.Value: "" }))
        {
            problems.Add(entry.Value.At, $"a host must be a map of its variables, but is {entry.Value.Kind}", $"{name}: {{ ansible_host: 192.0.2.10 }}");
            return;
        }
        var variables = (entry.Value as MapNode)?.Entries.Select(e => (Name: AnsibleValue.KeyOf(e.Key), Value: AnsibleValue.Of(AnsibleValue.KeyOf(e.Key), e.Value))).ToList() ?? [];
        foreach (var one in hosts.Names)
        {
            data.AddHost(one, group, entry.Key.At, hosts.Port);
            foreach (var (variable, value) in variables) data.SetVariable(one, variable, value);
        }
    }

    private string? Name(ScalarNode key, string what)
    {
        if (!key.Plain || AnsibleScalar.Read(key.Text.Value) is string) return key.Text.Value;
        problems.Add(key.At, $"`{key.Text.Value}` is no text to YAML 1.1, as Ansible reads it, and so no {what}'s name", $"quote it: \"{key.Text.Value}\"");
        return null;
    }
}
