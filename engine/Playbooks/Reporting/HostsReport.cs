using System.Globalization;
using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>Shows an inventory: its groups as a tree with their hosts, or some hosts with their variables and where each comes from.</summary>
/// <param name="inventory">What is shown.</param>
/// <param name="width">Columns.</param>
/// <param name="configs">What ssh's configuration says; null: it says nothing.</param>
public sealed class HostsReport(Inventory inventory, int width, SshConfigs? configs = null)
{
    /// <summary>Of a group: more of them are written short.</summary>
    private const int MostHosts = 20;

    /// <summary>Who names so few wants to know all about them.</summary>
    private const int Few = 3;

    private static readonly string[] OwnNames = ["name", "address", "groups", "label"];

    private readonly Dictionary<string, WrittenGroup> groups = inventory.Tree.ToDictionary(g => g.Name);
    private readonly HashSet<string> shown = [];

    /// <param name="hosts">That were asked for.</param>
    /// <param name="all">Nobody named any: the tree is shown.</param>
    /// <param name="verbose">With variables.</param>
    public IEnumerable<ReportLine> Lines(IReadOnlyList<Host> hosts, bool all, bool verbose)
    {
        var lines = all && !verbose ? Tree() : verbose || hosts.Count <= Few ? hosts.SelectMany(Whole) : Short(hosts, 0);
        return [.. lines, new(Tone.Quiet, string.Create(CultureInfo.InvariantCulture, $"{hosts.Count} {(hosts.Count == 1 ? "host" : "hosts")}"))];
    }

    private IEnumerable<ReportLine> Tree()
    {
        var inside = inventory.Tree.SelectMany(g => g.Children).ToHashSet();
        return inventory.Tree.Where(g => !inside.Contains(g.Name)).SelectMany(g => Group(g, 0));
    }

    /// <summary>What is inside a group is shown where it stands first.</summary>
    private IEnumerable<ReportLine> Group(WrittenGroup group, int depth)
    {
        var indent = new string(' ', Math.Min(depth, 8) * 2);
        var isFirst = shown.Add(group.Name);
        yield return new(Tone.Title, $"{indent}{DisplayText.Safe(group.Name)}{(isFirst ? "" : " (see above)")}");
        if (!isFirst) yield break;
        foreach (var line in group.Children.SelectMany(child => Group(groups[child], depth + 1))) yield return line;
        foreach (var line in Short([.. group.Hosts.Select(inventory.Find).OfType<Host>()], indent.Length + 2)) yield return line;
    }

    private IEnumerable<ReportLine> Short(IReadOnlyList<Host> hosts, int indent) => hosts.Count > MostHosts
        ? Wrapped($"{string.Join(", ", NameFolding.Fold(hosts.Select(h => h.Label)))} ({hosts.Count})", indent, Tone.Plain)
        : hosts.SelectMany(host => Wrapped(Named(host), indent, Tone.Plain));

    private string Named(Host host) => $"{host.Label}{(host.Label == host.Name ? "" : $" ({host.Name})")} · {Reached(host)}";

    private string Reached(Host host)
    {
        if (host.Local) return "this machine";
        try
        {
            var target = new ConnectTarget(host, configs?.Now(host) ?? SshConfig.Silent, "");
            return $"{target.User}@{target.Server}{(target.Via is { } via ? $" through {string.Join(", ", via.WithWay.Reverse().Select(h => h.Label))}" : "")}";
        }
        catch (RefusedException e)
        {
            return e.Message;
        }
    }

    private IEnumerable<ReportLine> Whole(Host host)
    {
        foreach (var line in Wrapped(Named(host), 0, Tone.Title)) yield return line;
        if (host.Groups.Count > 0) foreach (var line in Wrapped($"groups: {string.Join(", ", host.Groups)}", 2, Tone.Plain)) yield return line;
        foreach (var (name, value) in host.Variables)
            foreach (var line in Wrapped($"{name}: {Shown(host, name, value)}{From(host, name)}", 2, Tone.Plain)) yield return line;
        foreach (var obstacle in host.Obstacles)
            foreach (var line in Wrapped($"not reached: {obstacle.Message} · {obstacle.At.Source.Name}:{obstacle.At.Line}", 2, Tone.Warning)) yield return line;
        foreach (var (name, read) in SshSettings.Parts)
            if (!host.Local && read(host.Ssh) is { } value)
                foreach (var line in Wrapped($"ssh {name}: {Shown(name, value)}{From(host, $"ssh: {name}")}", 2, Tone.Quiet)) yield return line;
        foreach (var line in Configured(host).SelectMany(text => Wrapped(text, 2, Tone.Quiet))) yield return line;
    }

    /// <summary>What ssh's configuration adds, where the inventory has not said it.</summary>
    private IEnumerable<string> Configured(Host host)
    {
        if (host.Local || configs is null) return [];
        try
        {
            var config = configs.Now(host);
            (string Key, string Name, object? Value, bool Overruled)[] all =
            [
                ("hostname", "host", config.HostName, false), ("port", "port", config.Port, host.Ssh.Port is not null), ("user", "user", config.User, host.Ssh.User is not null),
                ("identityfile", "key", string.Join(", ", config.IdentityFiles), host.Ssh.Key is not null), ("proxyjump", "jump", config.ProxyJump, host.Ssh.Jump is not null),
                ("proxycommand", "ProxyCommand", config.ProxyCommand, host.Ssh.Jump is not null), ("userknownhostsfile", "known_hosts", string.Join(", ", config.UserKnownHostsFiles), host.Ssh.KnownHosts is not null),
                ("stricthostkeychecking", "StrictHostKeyChecking", config.StrictHostKeyChecking, false), ("hostkeyalias", "HostKeyAlias", config.HostKeyAlias, false),
                ("connecttimeout", "timeout", config.ConnectTimeout, host.Ssh.Timeout is not null),
            ];
            return all.Where(one => one.Value is not (null or "") && !one.Overruled).Select(one => $"ssh {one.Name}: {Shown(one.Name, one.Value!)} · from {config.Places.GetValueOrDefault(one.Key, "ssh's configuration")}");
        }
        catch (RefusedException)
        {
            // Told in the line above.
            return [];
        }
    }

    private static string Shown(Host host, string name, object? value) => value switch
    {
        _ when OwnNames.Contains(name) => $"not seen: every host has a `host.{name}` of its own",
        string text => text,
        Absent absent => $"not usable: {absent.Message}",
        Secret => "***",
        _ when host.Hidden.Contains(name) => Data.Show(HostSecrets.Filled(host, name, value, _ => "***"), 200),
        _ => Data.Show(value, 200),
    };

    private static string Shown(string name, object value) => name.Contains("password", StringComparison.Ordinal) ? "***"
        : value is TimeSpan time ? Literals.Print(time) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string From(Host host, string what) => host.Origins.GetValueOrDefault(what) is not { } from ? ""
        : $" · {(from.Group is { } group ? $"from group {group}, " : "")}{from.At.Source.Name}:{from.At.Line}";

    private IEnumerable<ReportLine> Wrapped(string text, int indent, Tone tone) =>
        Layout.Lines(text, width, indent, 4, tone);
}
