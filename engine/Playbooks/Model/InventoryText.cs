using System.Text;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>
/// An inventory as one text that is the same however it was written: groups with their hosts, then hosts by their names, with their
/// variables by their names. How a host is reached is not in it, nor is a secret.
/// </summary>
public static class InventoryText
{
    /// <summary>What Ansible reaches a host by: names that it keeps to itself.</summary>
    private const string OfAnsible = "ansible_";

    public static string Of(Inventory inventory)
    {
        var text = new StringBuilder();
        foreach (var (name, hosts) in inventory.Groups.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append("group ").Append(Name(name)).Append('\n');
            foreach (var host in hosts) text.Append("  ").Append(Name(host.Name)).Append('\n');
        }
        foreach (var host in inventory.Hosts.OrderBy(h => h.Name, StringComparer.Ordinal))
        {
            text.Append("host ").Append(Name(host.Name)).Append('\n');
            text.Append("  label: ").Append(Data.ToJson(host.Label)).Append('\n');
            text.Append("  groups: ").Append(Data.ToJson(host.Groups.Cast<object?>().ToList())).Append('\n');
            foreach (var (variable, value) in host.Variables.Where(v => !v.Key.StartsWith(OfAnsible, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
                text.Append("  ").Append(Name(variable)).Append(": ").Append(Data.ToJson(Written(value))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>As it is where it is one word that says where it ends.</summary>
    internal static string Name(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? name : Data.ToJson(name);

    private static object? Written(object? value) => value switch
    {
        Secret => "(secret)",
        Absent absent => $"(cannot be used: {absent.Message})",
        Later later => Written(later.Value),
        DataMap map => new DataMap(map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Written(entry.Value)))),
        IReadOnlyList<object?> list => list.Select(Written).ToList(),
        _ => value,
    };
}
