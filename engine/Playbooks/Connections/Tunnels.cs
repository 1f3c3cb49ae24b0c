using System.Collections.Concurrent;
using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Messages.Connection;

namespace Playbooks.Connections;

/// <summary>The connections that a host makes for us over one SSH session: its direct-tcpip channels (RFC 4254, section 7.2).</summary>
internal sealed class Tunnels
{
    /// <summary>The library numbers its own channels from 0.</summary>
    private const uint Base = 1u << 30;

    private const uint Prohibited = 1, ConnectFailed = 2;

    private readonly ConcurrentDictionary<uint, Tunnel> _open = new();
    private readonly MessageSender _sender;
    private readonly string _name;
    private uint _last = Base;

    public Tunnels(Session session, string name, Task lost)
    {
        (_sender, _name) = (new MessageSender(session), name);
        session.ChannelOpenConfirmationReceived += (_, e) => Find(e.Message)?.Confirm(e.Message.RemoteChannelNumber, e.Message.InitialWindowSize, e.Message.MaximumPacketSize);
        session.ChannelOpenFailureReceived += (_, e) => Find(e.Message)?.Refuse(Reason(e.Message));
        session.ChannelWindowAdjustReceived += (_, e) => Find(e.Message)?.Widen(e.Message.BytesToAdd);
        session.ChannelDataReceived += (_, e) => Find(e.Message)?.Receive(e.Message.Data.AsSpan(e.Message.Offset, e.Message.Size));
        session.ChannelEofReceived += (_, e) => Find(e.Message)?.End();
        session.ChannelCloseReceived += (_, e) => Find(e.Message)?.Closed();
        lost.ContinueWith(_ => Lose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Nothing waits for the host.</summary>
    public bool IsEmpty => _open.IsEmpty;

    public async Task<Stream> Open(string host, int port, CancellationToken cancel)
    {
        var number = Interlocked.Increment(ref _last);
        var tunnel = new Tunnel(number, _sender, _name, () => _open.TryRemove(number, out _));
        _open[number] = tunnel;
        try
        {
            await tunnel.Open(new DirectConnect(host, port), cancel);
            return tunnel;
        }
        catch
        {
            await tunnel.DisposeAsync();
            throw;
        }
    }

    private Tunnel? Find(ChannelMessage message) => _open.GetValueOrDefault(message.LocalChannelNumber);

    private void Lose()
    {
        foreach (var tunnel in _open.Values) tunnel.Lose();
    }

    private Exception Reason(ChannelOpenFailureMessage failure) => failure.ReasonCode switch
    {
        ConnectFailed => new SocketException((int)Code(failure.Description), failure.Description),
        Prohibited => new RefusedException($"the SSH server of {_name} makes no such connection for others",
            "look at AllowTcpForwarding and PermitOpen in its sshd_config, and at `restrict` and `no-port-forwarding` in authorized_keys"),
        _ => new RefusedException($"the SSH server of {_name} does not make the connection: {failure.Description}"),
    };

    /// <summary>sshd passes on the system's words, which are English there; others keep theirs.</summary>
    private static SocketError Code(string said)
    {
        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
        return Says("refused") ? SocketError.ConnectionRefused
            : Says("timed out") ? SocketError.TimedOut
            : Says("no route") ? SocketError.HostUnreachable
            : Says("network is unreachable") ? SocketError.NetworkUnreachable
            : Says("temporary failure") ? SocketError.TryAgain
            : Says("not known") || Says("unknown host") || Says("no address") ? SocketError.HostNotFound
            : SocketError.SocketError;
    }
}
