using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Playbooks.Steps.Netstat;

/// <summary>Reads what `ss` (iproute2), `netstat` (net-tools, busybox, FreeBSD, macOS) and the kernel itself print; what cannot be read is refused, never passed over.</summary>
internal static partial class SocketTable
{
    /// <summary>TASK_COMM_LEN of Linux, without the NUL: what ss shows of a name.</summary>
    private const int LongestComm = 15;

    /// <summary>PROGNAME_WIDTH of net-tools, without the NUL: what netstat shows of "pid/name".</summary>
    private const int LongestProgram = 19;

    /// <summary>Words of net-tools, of BSD, and of ss with its dashes replaced.</summary>
    private static string? State(string word) => word.Replace('-', '_') switch
    {
        "ESTAB" or "ESTABLISHED" => "ESTABLISHED",
        "LISTEN" => "LISTEN",
        "UNCONN" => Socket.Unconnected,
        "SYN_SENT" => "SYN_SENT",
        "SYN_RECV" or "SYN_RCVD" or "SYN_RECEIVED" or "NEW_SYN_RECV" => "SYN_RECV",
        "FIN_WAIT_1" or "FIN_WAIT1" => "FIN_WAIT1",
        "FIN_WAIT_2" or "FIN_WAIT2" => "FIN_WAIT2",
        "TIME_WAIT" => "TIME_WAIT",
        "CLOSE_WAIT" => "CLOSE_WAIT",
        "LAST_ACK" => "LAST_ACK",
        "CLOSING" => "CLOSING",
        "CLOSE" or "CLOSED" => "CLOSE",
        "BOUND" or "BOUND_INACTIVE" => "BOUND",
        "UNKNOWN" => "UNKNOWN",
        _ => null,
    };

    /// <summary>The sockets of that protocol; null and a reason where the text cannot be read.</summary>
    /// <param name="program">ss or netstat; else it is the kernel's own list.</param>
    public static IReadOnlyList<Socket>? Read(string program, string protocol, ReadOnlySpan<char> text, out string? unreadable)
    {
        var sockets = new List<Socket>();
        var line = program switch { "ss" => SsLine(protocol), "netstat" => NetstatLine(protocol), _ => KernelLine(protocol) };
        unreadable = null;
        var understood = false;
        foreach (var range in text.Split('\n'))
        {
            var raw = text[range].TrimEnd().ToString();
            if (raw.Length == 0) continue;
            if (raw.StartsWith("Active UNIX", StringComparison.Ordinal) || raw.StartsWith("Active LOCAL", StringComparison.Ordinal)) break;
            switch (line(raw))
            {
                case { Unreadable: true }:
                    unreadable = $"this line of {program} cannot be read: {Look.Cut(raw, 160)}";
                    return null;
                case { Socket: { } socket }:
                    sockets.Add(socket);
                    break;
            }
            understood = true;
        }
        if (understood) return sockets;
        unreadable = $"{program} printed nothing that can be read";
        return null;
    }

    /// <summary>What a line is: a socket, something to pass over, or neither.</summary>
    private readonly record struct Line(Socket? Socket, bool Unreadable)
    {
        public static readonly Line Other = new(null, false);
        public static readonly Line Wrong = new(null, true);
    }

    /// <summary>[Netid] State Recv-Q Send-Q Local:Port Peer:Port [users:…]; the header says whether there is a Netid.</summary>
    private static Func<string, Line> SsLine(string protocol)
    {
        int? skip = null;
        return raw =>
        {
            if (skip is null)
            {
                skip = raw.StartsWith("Netid", StringComparison.Ordinal) ? 1 : raw.StartsWith("State", StringComparison.Ordinal) ? 0 : null;
                return skip is null ? Line.Wrong : Line.Other;
            }
            var words = Words(raw, skip.Value + 5, out var rest);
            if (words is null) return Line.Wrong;
            if (skip == 1 && words[0] != protocol) return Line.Other;
            return State(words[skip.Value]) is { } state
                ? Of(protocol, null, words[skip.Value + 3], words[skip.Value + 4], state, SsOwners(rest))
                : Line.Wrong;
        };
    }

    /// <summary>Proto Recv-Q Send-Q Local Foreign [State] [PID/Program]; UDP has a state only where it is connected.</summary>
    private static Func<string, Line> NetstatLine(string protocol) => raw =>
    {
        if (raw.StartsWith("Active ", StringComparison.Ordinal) || raw.StartsWith("Proto ", StringComparison.Ordinal) || raw[0] is '(' or ' ') return Line.Other;
        var name = raw.AsSpan(0, raw.AsSpan().IndexOf(' ') is var blank and >= 0 ? blank : raw.Length);
        if (name is "unix" or "raw" or "raw6" or "udplite" or "udplite6" or "sctp" or "icm4" or "icm6") return Line.Other;
        var own = name.TrimEnd("46");
        if (own is not ("tcp" or "udp")) return Line.Wrong;
        if (!own.SequenceEqual(protocol)) return Line.Other;
        if (Words(raw, 5, out var rest) is not { } words) return Line.Wrong;
        var end = rest.IndexOf(' ', StringComparison.Ordinal);
        var state = State(end < 0 ? rest : rest[..end]);
        if (state is not null) rest = end < 0 ? "" : rest[end..].TrimStart();
        else if (own is "udp") state = Socket.Unconnected;
        else return Line.Wrong;
        // tcp4, tcp6 and tcp46 are BSD's, where `*` alone does not tell; on Linux tcp6 takes IPv4 too, unless that was turned off.
        AddressFamily? family = name.EndsWith("46") ? null : name.EndsWith("4") ? AddressFamily.InterNetwork : name.EndsWith("6") && words[3].StartsWith('*') ? AddressFamily.InterNetworkV6 : null;
        return Of(protocol, family, words[3], words[4], state, NetstatOwners(rest));
    };

    private static Func<string, Line> KernelLine(string protocol) => raw =>
        Words(raw, 4, out _) is not { } words ? Line.Wrong
        : words[0] == "sl" ? Line.Other
        : KernelTable.Line(protocol, words) is { } socket ? new Line(socket, false)
        : Line.Wrong;

    private static Line Of(string protocol, AddressFamily? family, string local, string remote, string state, IReadOnlyList<Owner>? owners)
    {
        if (owners is null || !Split(local, out var localAddress, out var localPort) || !Split(remote, out var remoteAddress, out var remotePort)) return Line.Wrong;
        // Only ss tells: `[::]` takes no IPv4, `*` does.
        if (localAddress.IsWildcard && local.StartsWith(':')) localAddress = localAddress with { Only = null };
        else if (localAddress is { IsWildcard: true, Only: null }) localAddress = localAddress with { Only = family };
        return new Line(new Socket(protocol, localAddress, localPort, remoteAddress, remotePort, state, owners), false);
    }

    /// <summary>`0.0.0.0:22`, `:::22`, `[::]:22`, `*:22`, `*:*`, and BSD's `*.22`, `192.0.2.1.22`: the port is behind the last colon or dot.</summary>
    private static bool Split(string text, out Address address, out int? port)
    {
        (address, port) = (null!, null);
        var at = text.AsSpan().LastIndexOfAny(':', '.');
        if (at < 0 || Address.Parse(text[..at]) is not { } found) return false;
        address = found;
        if (text.AsSpan(at + 1) is "*") return true;
        var ok = int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535;
        port = number;
        return ok;
    }

    /// <summary>A process chooses its name, and ss prints it as it is: what ends one must be all that ends an owner, in the one form that the rest has.</summary>
    private static List<Owner>? SsOwners(string rest)
    {
        const string Begin = "users:(";
        var owners = new List<Owner>();
        if (!rest.StartsWith(Begin, StringComparison.Ordinal)) return owners;
        var end = rest.Contains(",pid=", StringComparison.Ordinal) ? OwnerEnd() : OldOwnerEnd();
        for (var at = Begin.Length; at < rest.Length && rest[at] != ')';)
        {
            if (rest[at] == ',') at++;
            if (!rest.AsSpan(at).StartsWith("(\"") || end.Match(rest, at + 2) is not { Success: true } match) return null;
            if (!int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) return null;
            var name = rest[(at + 2)..match.Index];
            owners.Add(new Owner(name, pid, Cut: Encoding.UTF8.GetByteCount(name) >= LongestComm));
            at = match.Index + match.Length;
        }
        return owners.Count > 0 ? owners : null;
    }

    private static IReadOnlyList<Owner>? NetstatOwners(string rest)
    {
        if (rest is "" or "-") return [];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && int.TryParse(rest.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? [new Owner(rest[(slash + 1)..], pid, Cut: Encoding.UTF8.GetByteCount(rest) >= LongestProgram)]
            : null;
    }

    /// <summary>The first words, and what is behind them.</summary>
    private static string[]? Words(string line, int count, out string rest)
    {
        var words = new string[count];
        rest = "";
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            while (at < line.Length && line[at] == ' ') at++;
            var from = at;
            while (at < line.Length && line[at] != ' ') at++;
            if (at == from) return null;
            words[i] = line[from..at];
        }
        rest = line[at..].Trim();
        return words;
    }

    /// <summary>The end of `("java",pid=9089,fd=54)`.</summary>
    [GeneratedRegex(@""",pid=(\d+),fd=\d+\)(?=\)|,\("")")]
    private static partial Regex OwnerEnd();

    /// <summary>The end of `("java",9089,54)`, as iproute2 before 3.18 has it.</summary>
    [GeneratedRegex(@""",(\d+),\d+\)(?=\)|,\("")")]
    private static partial Regex OldOwnerEnd();
}
