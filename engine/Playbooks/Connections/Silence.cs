using System.Net.Sockets;

namespace Playbooks.Connections;

/// <summary>
/// Lets the system notice that the other end of a TCP connection is gone without a word, as a cut cable leaves it: what waits on the
/// connection then fails with <see cref="SocketError.TimedOut"/>. The other system answers for a server that is merely slow.
/// </summary>
internal static class Silence
{
    /// <summary>Longest time without a sign of life, as for two missed ones over SSH; an idle connection is given up at the next probe after it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(27);

    private const int ProbeAfterSeconds = 10;
    private const int ProbeEverySeconds = 9;

    /// <summary>TCP_USER_TIMEOUT of Linux, tcp(7): how long what was sent may stay unacknowledged, in milliseconds. .NET has no name for it.</summary>
    private const int UserTimeout = 18;
    private const int Tcp = 6;

    /// <summary>For a connected socket only: .NET tries a name's further addresses on no socket that had raw options set.</summary>
    public static void Notice(Socket connected)
    {
        connected.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        connected.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbeAfterSeconds);
        connected.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeEverySeconds);
        connected.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 2);
        if (OperatingSystem.IsLinux()) connected.SetRawSocketOption(Tcp, UserTimeout, BitConverter.GetBytes((int)Longest.TotalMilliseconds));
    }
}
