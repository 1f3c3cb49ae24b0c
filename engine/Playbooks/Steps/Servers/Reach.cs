using System.Net.Sockets;
using Playbooks.Connections;

namespace Playbooks.Steps.Servers;

/// <summary>The way to a server, and in plain words why there is none.</summary>
internal static class Reach
{
    /// <exception cref="NoAnswerException">There is no way to it.</exception>
    public static async Task<Stream> Open(IConnection from, string host, int port, CancellationToken cancel)
    {
        try
        {
            return await from.Open(host, port, cancel);
        }
        catch (SocketException e)
        {
            cancel.ThrowIfCancellationRequested();
            throw Broken(e, host);
        }
    }

    /// <exception cref="HostUnreachableException">The machine that connects for us was lost: it says nothing about the server.</exception>
    public static void Lost(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            if (e is HostUnreachableException lost) throw lost;
    }

    /// <summary>The words for a connection that broke, at any time of its life.</summary>
    public static NoAnswerException Broken(SocketException e, string host) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new NoAnswerException("connection refused"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => new NoAnswerException("the connection was reset"),
        SocketError.HostNotFound or SocketError.NoData => new NoAnswerException($"the name {host} is not known"),
        SocketError.TryAgain => new NoAnswerException($"the name {host} could not be looked up: no name server answered"),
        SocketError.HostUnreachable or SocketError.HostDown => new NoAnswerException("there is no way to that host"),
        SocketError.NetworkUnreachable or SocketError.NetworkDown => new NoAnswerException("there is no way to that network"),
        SocketError.TimedOut => new NoAnswerException("the system gave up waiting for it"),
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressNotAvailable or SocketError.AccessDenied => new NoAnswerException(e.Message) { IsOurs = true },
        _ => new NoAnswerException(e.Message),
    };

    /// <summary>OpenSSL's own words (`error:0A00010B:SSL routines::wrong version number`) are the only ones that tell what happened.</summary>
    public static string Reason(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.LastIndexOf("::", StringComparison.Ordinal) is >= 0 and var at ? e.Message[(at + 2)..] : e is IOException ? "the connection ended in the middle" : e.Message.TrimEnd('.');
    }
}
