using System.Globalization;
using System.Net;

namespace Playbooks.Steps.Netstat;

/// <summary>Reads /proc/net/tcp, tcp6, udp and udp6 (proc(5)) of a machine whose numbers begin with their lowest byte: for where there is neither ss nor netstat. Processes are not in it.</summary>
internal static class KernelTable
{
    private static readonly string[] States = ["ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECV", "BOUND"];

    /// <summary>The socket of a line `sl local_address rem_address st …`; null where it cannot be read.</summary>
    public static Socket? Line(string protocol, string[] words)
    {
        if (Split(words[1]) is not var (local, localPort) || Split(words[2]) is not var (remote, remotePort)) return null;
        if (!int.TryParse(words[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var state) || state < 1 || state > States.Length) return null;
        var name = protocol == "udp" && States[state - 1] == "CLOSE" ? Socket.Unconnected : States[state - 1];
        // It does not say whether an IPv6 wildcard takes IPv4 too.
        if (local.IsWildcard && words[1].Length > "00000000:0000".Length) local = local with { Only = null };
        return new Socket(protocol, local, localPort, remote, remotePort == 0 ? null : remotePort, name, []);
    }

    private static (Address, int)? Split(string text)
    {
        if (text.Split(':') is not [{ Length: 8 or 32 } hex, { Length: 4 } end] || !hex.All(char.IsAsciiHexDigit)) return null;
        if (!int.TryParse(end, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port)) return null;
        var bytes = Convert.FromHexString(hex);
        for (var i = 0; i < bytes.Length; i += 4) Array.Reverse(bytes, i, 4);
        return (Address.Of(new IPAddress(bytes)), port);
    }
}
