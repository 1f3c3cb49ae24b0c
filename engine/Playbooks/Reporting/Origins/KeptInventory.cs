using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Reporting.Origins;

/// <summary>An inventory as it was kept, group by group and host by host.</summary>
internal sealed class KeptInventory
{
    private const string Group = "group ", Host = "host ";

    /// <param name="text">As <see cref="InventoryText"/> wrote it.</param>
    public KeptInventory(string text)
    {
        List<string>? lines = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.StartsWith(Group, StringComparison.Ordinal)) Groups[line] = lines = [];
            else if (line.StartsWith(Host, StringComparison.Ordinal)) Hosts[line] = lines = [];
            else lines?.Add(line);
    }

    /// <summary>The lines of each group by its heading.</summary>
    public OrderedDictionary<string, List<string>> Groups { get; } = [];

    /// <summary>The lines of each host by its heading.</summary>
    public OrderedDictionary<string, List<string>> Hosts { get; } = [];

    /// <summary>All of a group.</summary>
    public string OfGroup(string name) => Text(Groups.GetValueOrDefault(Group + InventoryText.Name(name)));

    /// <summary>All of a host.</summary>
    public string OfHost(string name) => Text(Hosts.GetValueOrDefault(Host + InventoryText.Name(name)));

    /// <summary>One variable of a host, or its label or groups.</summary>
    public string OfHost(string name, string variable) =>
        Text([.. (Hosts.GetValueOrDefault(Host + InventoryText.Name(name)) ?? []).Where(line => line.StartsWith($"  {InventoryText.Name(variable)}: ", StringComparison.Ordinal))]);

    /// <summary>The hosts of a group, by their names.</summary>
    public IEnumerable<string> HostsOf(string group) => (Groups.GetValueOrDefault(Group + InventoryText.Name(group)) ?? []).Select(line => line.Trim()).Select(name => name.StartsWith('"') ? (string)Data.FromJson(name)! : name);

    public static string Text(IReadOnlyList<string>? lines) => lines is null ? "" : string.Concat(lines.Select(line => line.TrimStart() + "\n"));
}
