using System.Globalization;
using System.Text.RegularExpressions;

namespace Playbooks.Steps.Netstat;

/// <summary>Reads what `ss` (iproute2) and `netstat` (net-tools, busybox; the addresses of BSD too) print; what cannot be read is refused, never passed over.</summary>
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
    /// <param name="program">ss or netstat.</param>
    public static IReadOnlyList<Socket>? Read(string program, string protocol, string text, out string? unreadable)
    {
        var sockets = new List<Socket>();
        var line = program == "ss" ? SsLine(protocol) : NetstatLine(protocol);
        unreadable = null;
        var understood = false;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var raw = text[range].TrimEnd();
            if (raw.Length == 0) continue;
            if (raw.StartsWith("Active UNIX", StringComparison.Ordinal)) break;
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
                ? Of(protocol, words[skip.Value + 3], words[skip.Value + 4], state, SsOwners(rest))
                : Line.Wrong;
        };
    }

    /// <summary>Proto Recv-Q Send-Q Local Foreign [State] [PID/Program]; UDP has a state only where it is connected.</summary>
    private static Func<string, Line> NetstatLine(string protocol) => raw =>
    {
        if (raw.StartsWith("Active ", StringComparison.Ordinal) || raw.StartsWith("Proto ", StringComparison.Ordinal) || raw[0] is '(' or ' ') return Line.Other;
        var name = raw.AsSpan(0, raw.AsSpan().IndexOf(' ') is var blank and >= 0 ? blank : raw.Length);
        if (name is "unix" or "raw" or "raw6" or "udplite" or "udplite6" or "sctp") return Line.Other;
        var own = name.TrimEnd("46");
        if (own is not ("tcp" or "udp")) return Line.Wrong;
        if (!own.SequenceEqual(protocol)) return Line.Other;
        if (Words(raw, 5, out var rest) is not { } words) return Line.Wrong;
        var end = rest.IndexOf(' ', StringComparison.Ordinal);
        var state = State(end < 0 ? rest : rest[..end]);
        if (state is not null) rest = end < 0 ? "" : rest[end..].TrimStart();
        else if (own is "udp") state = Socket.Unconnected;
        else return Line.Wrong;
        return Of(protocol, words[3], words[4], state, NetstatOwners(rest));
    };

    private static Line Of(string protocol, string local, string remote, string state, IReadOnlyList<Owner>? owners) =>
        owners is not null && Split(local, out var localAddress, out var localPort) && Split(remote, out var remoteAddress, out var remotePort)
            ? new Line(new Socket(protocol, localAddress, localPort, remoteAddress, remotePort, state, owners), false)
            : Line.Wrong;

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

    private static List<Owner>? SsOwners(string rest)
    {
        var owners = new List<Owner>();
        if (rest.Length == 0 || !rest.StartsWith("users:(", StringComparison.Ordinal)) return owners;
        foreach (Match match in SsOwner().Matches(rest))
        {
            var name = match.Groups["name"].Value;
            if (!int.TryParse(match.Groups["pid"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) return null;
            owners.Add(new Owner(name, pid, Cut: name.Length == LongestComm));
        }
        return owners.Count > 0 ? owners : null;
    }

    private static IReadOnlyList<Owner>? NetstatOwners(string rest)
    {
        if (rest is "" or "-") return [];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && int.TryParse(rest.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? [new Owner(rest[(slash + 1)..], pid, Cut: rest.Length >= LongestProgram)]
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

    /// <summary>`("java",pid=9089,fd=54)`, and without the names of the numbers before iproute2 3.18.</summary>
    [GeneratedRegex("""\("(?<name>.*?)",(?:pid=)?(?<pid>\d+),(?:fd=)?\d+""")]
    private static partial Regex SsOwner();
}
