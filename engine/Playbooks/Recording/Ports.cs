using System.Net.Sockets;
using Playbooks.Model;
using Playbooks.Steps.Netstat;

namespace Playbooks.Recording;

/// <summary>Which ports are listened on and by whom, and that nothing else listens.</summary>
internal sealed class Ports(Notes notes) : Subject(notes)
{
    /// <summary>DHCP's clients, which wait for an answer and go (RFC 2131, RFC 8415).</summary>
    private static readonly int?[] Waiting = [68, 546];

    private static readonly string[] Protocols = ["tcp", "udp"];

    private const int MostNamed = 6;

    /// <summary>Something that listens.</summary>
    /// <param name="Address">Null: all of the host's.</param>
    /// <param name="Process">Null: it cannot be seen who.</param>
    internal sealed record Listener(string Protocol, System.Net.IPAddress? Address, int Port, string? Process)
    {
        /// <summary>As `netstat` and `tls` are told it.</summary>
        public string At(string wildcard) => Address is null ? $"{wildcard}:{Port}" : Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
    }

    private readonly Dictionary<Host, List<Listener>> found = [];

    public override string Name => "ports";

    public override IEnumerable<(string Id, LookWork Work)> Scripts => Protocols.Select(protocol => (protocol, new LookWork(SocketScript.Text, [protocol, SocketScript.Flags(protocol, onlyListening: true)])));

    /// <summary>What listens on a host.</summary>
    public IReadOnlyList<Listener> Of(Host host) => found.GetValueOrDefault(host) ?? [];

    public override void Read(Host host, string id, string stdout, string stderr)
    {
        var answer = SocketScript.Read(stdout);
        if (answer.Sockets(id, stderr, out var unreadable) is not { } sockets)
        {
            Notes.Fail(host, $"{id} ports: {unreadable!.Messages[0]}");
            return;
        }
        var listening = sockets.Where(s => s.Listens && s.LocalPort is > 0).ToList();
        var passing = listening.Where(s => answer.IsPassing(s) || id == "udp" && Waiting.Contains(s.LocalPort)).ToList();
        if (passing.Count > 0) Notes.Add(host, $"{id} {Listing(passing.Select(s => $"{s.LocalPort} ({Process(answer, s.Owners) ?? "?"})"))}: such ports come and go by themselves, so they are not recorded");
        var odd = listening.Except(passing).Where(s => s.Local is { IsWildcard: true, Device: not null }).ToList();
        if (odd.Count > 0) Notes.Add(host, $"{id} {Listing(odd.Select(s => $"{s.LocalPort}"))}: bound to one interface ({Listing(odd.Select(s => s.Local.Device!))}), which cannot be asserted; not recorded");
        var kept = listening.Except(passing).Except(odd).GroupBy(s => (s.Local.One, s.LocalPort)).Select(g => new Listener(id, g.Key.One, g.Key.LocalPort!.Value, Process(answer, [.. g.SelectMany(s => s.Owners)]))).OrderBy(l => l.Port).ThenBy(l => l.At("")).ToList();
        if (kept.Where(l => l.Process is null).ToList() is { Count: > 0 } hidden)
            Notes.Add(host, $"who owns {id} {Listing(hidden.Select(l => $"{l.Port}"))} cannot be seen {answer.Unseen.Why}{(answer.Unseen.NeedsSudo ? "; `--sudo` may show it" : "")}");
        if (!found.TryGetValue(host, out var list)) found[host] = list = [];
        list.AddRange(kept);
    }

    /// <summary>Of several, the one that stays: where systemd opened the socket, the service behind it may or may not run yet.</summary>
    private static string? Process(SocketScript answer, IReadOnlyList<Owner> owners)
    {
        // netstat shows titles, which begin with the program: `sshd: /usr/sbin/sshd`.
        var names = owners.Select(o => o.Name).Select(name => answer.Program == "netstat" && name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? name[..colon] : name).Where(name => name.Trim().Length > 0);
        return names.GroupBy(name => name).OrderByDescending(g => g.Key == "systemd").ThenByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
    }

    public override IEnumerable<WrittenStep> Steps =>
    [
        // What several hosts have is said once: a port with its owner has its hosts, and what has the same hosts stands together.
        .. found.SelectMany(f => f.Value.Select(l => (Host: f.Key, l.Protocol, l.Process, l.Port, Own: IsOwn(f.Key, l), Address: IsOwn(f.Key, l) ? null : l.Address)))
            .GroupBy(l => (l.Protocol, l.Process, l.Port, l.Own, l.Address), l => l.Host)
            .GroupBy(g => (g.Key.Protocol, g.Key.Process, Hosts: string.Join('\n', g.Select(h => h.Name))))
            .OrderBy(g => g.Key.Process is null).ThenBy(g => g.Key.Protocol, StringComparer.Ordinal).ThenBy(g => g.Key.Process, StringComparer.Ordinal)
            .Select(g => new WrittenStep(
                $"{g.Key.Process ?? "Something"} listens on {Listing(g.Select(l => Spoken(l.Key.Port, l.Key.Own, l.Key.Address)))}{(g.Key.Protocol == "udp" ? " (UDP)" : "")}",
                [.. g.First()],
                ("netstat", YamlTree.Map(Asked(g.Key.Protocol, g.Key.Process, g.Select(l => l.Key.Own ? YamlTree.Code($"{{{{ host.address }}}}:{l.Key.Port}") : YamlTree.Code(new Listener("", l.Key.Address, l.Key.Port, null).At("*")))))))),
        .. Rest,
    ];

    private IEnumerable<WrittenStep> Rest
    {
        get
        {
            var each = found.Select(f => (f.Key, Tcp: f.Value.Where(l => l.Protocol == "tcp").ToList())).Where(f => f.Tcp.Count > 0).ToDictionary(f => f.Key, f => YamlTree.List(f.Tcp.Select(l => l.At("*")).Distinct().Select(YamlTree.Code)));
            if (each.Count > 0) yield return new WrittenStep("Nothing else listens", each.Keys, ("netstat", YamlTree.Map(("listening", WrittenStep.Listed), ("only", YamlTree.Truth(true))))) { Table = ("ports", each), Comment = "A port of the range that the system gives to connections (ip_local_port_range) does not count." };
        }
    }

    private static IEnumerable<(string, YamlTree)> Asked(string protocol, string? process, IEnumerable<YamlTree> endpoints)
    {
        yield return ("listening", YamlTree.List(endpoints));
        if (process is not null) yield return ("process", YamlTree.Data(process));
        if (protocol != "tcp") yield return ("protocol", YamlTree.Code(protocol));
    }

    /// <summary>It is bound to the address that the inventory has for its host, so that hosts that differ only in this are alike.</summary>
    private static bool IsOwn(Host host, Listener listener) => listener.Address is { } one && !System.Net.IPAddress.IsLoopback(one) && one.AddressFamily == AddressFamily.InterNetwork && one.ToString() == host.Address;

    private static string Spoken(int port, bool own, System.Net.IPAddress? address) => own ? $"{port} of its own address" : address is null ? $"{port}" : $"{port} of {(System.Net.IPAddress.IsLoopback(address) ? "loopback" : address)}";

    internal static string Listing(IEnumerable<string> items)
    {
        var all = items.Distinct().ToList();
        if (all.Count > MostNamed) all = [.. all.Take(MostNamed - 1), $"{all.Count - MostNamed + 1} more"];
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
