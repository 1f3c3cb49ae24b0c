using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>
/// Lets the SSH library, which connects to addresses only, speak through a stream of ours. It comes in over loopback and shows a
/// password of 256 random bits, as to a proxy (RFC 9110, CONNECT and Basic), before it gets through; nobody else does, and once it is
/// in, nobody can knock any more.
/// </summary>
internal sealed class Bridge : IAsyncDisposable
{
    private const string User = "play";

    private const int Packet = 1 << 15;

    /// <summary>Programs of others that may knock meanwhile and say nothing.</summary>
    private const int MostKnocking = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Stream _far;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<Socket> _near = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="far">Where the library shall speak to; closed with its connection.</param>
    public Bridge(Stream far)
    {
        _far = far;
        _listener.Start();
        _ = Listen();
        _ = Carry();
    }

    /// <summary>What the library is to be told.</summary>
    public ConnectionInfo Way(string user, params AuthenticationMethod[] methods)
    {
        var at = (IPEndPoint)_listener.LocalEndpoint;
        return new ConnectionInfo("host", 22, user, ProxyTypes.Http, at.Address.ToString(), at.Port, User, _password, methods);
    }

    /// <summary>Breaks off what is not through yet; a connection that is through ends with either of its ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _over.CancelAsync();
        if (_near.TrySetCanceled()) await _far.DisposeAsync();
    }

    private async Task Listen()
    {
        var knocking = 0;
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_over.Token);
                if (Interlocked.Increment(ref knocking) > MostKnocking) socket.Dispose();
                else _ = Ask(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Nobody is waited for any more.
        }

        async Task Ask(Socket socket)
        {
            if (await Shows(socket) && _near.TrySetResult(socket)) await DisposeAsync();
            else socket.Dispose();
            Interlocked.Decrement(ref knocking);
        }
    }

    private async Task<bool> Shows(Socket socket)
    {
        var expected = Encoding.ASCII.GetBytes($"CONNECT host:22 HTTP/1.0\r\nProxy-Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{_password}"))}\r\n\r\n");
        var said = new byte[expected.Length];
        // Who knocks and says nothing is not let stand in the way.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        over.CancelAfter(Patience);
        try
        {
            for (var at = 0; at < said.Length;)
                if (await socket.ReceiveAsync(said.AsMemory(at), over.Token) is > 0 and var count) at += count;
                else return false;
            if (!CryptographicOperations.FixedTimeEquals(said, expected)) return false;
            socket.NoDelay = true;
            await socket.SendAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray(), _over.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task Carry()
    {
        await ((Task)_near.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_near.Task.IsCompletedSuccessfully) return;
        using var near = await _near.Task;
        await Task.WhenAll(Out(near), In(near));
    }

    private async Task Out(Socket near)
    {
        var buffer = new byte[Packet];
        try
        {
            while (await near.ReceiveAsync(buffer.AsMemory()) is > 0 and var count) await _far.WriteAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // What the far end said last is still to come in, and a socket closed with something unread would lose it.
            await Drain(near, buffer);
        }
        finally
        {
            await _far.DisposeAsync();
        }
    }

    private async Task In(Socket near)
    {
        var buffer = new byte[Packet];
        try
        {
            while (await _far.ReadAsync(buffer) is > 0 and var count)
                for (var at = 0; at < count;) at += await near.SendAsync(buffer.AsMemory(at, count - at));
            near.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            near.Close();
        }
    }

    private static async Task Drain(Socket near, Memory<byte> buffer)
    {
        try
        {
            while (await near.ReceiveAsync(buffer) > 0)
            {
                // To nobody.
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone.
        }
    }
}
