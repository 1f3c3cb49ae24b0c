using System.Threading.Channels;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace Playbooks.Connections;

/// <summary>
/// One connection that a host makes for us, as a stream of its bytes. The library's thread for all of a session hands messages in, so
/// nothing here lets it wait: what came is kept up to a window, and what is sent is sent from another thread.
/// </summary>
internal sealed class Tunnel(uint number, MessageSender sender, string name, Action forget) : AsyncStream
{
    /// <summary>Bytes that may come unread, and in one message.</summary>
    private const int Window = 1 << 20, Packet = 1 << 15;

    private readonly Lock _lock = new(), _sending = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<byte[]> _came = Channel.CreateUnbounded<byte[]>();
    private readonly SemaphoreSlim _widened = new(0);
    private ReadOnlyMemory<byte> _rest;
    private int _read;
    private uint? _remote;
    private int _packet;
    private long _window;
    private bool _closed, _disposed, _lost, _silent;

    /// <summary>Asks the host for the connection and waits until it stands.</summary>
    public async Task Open(DirectConnect to, CancellationToken cancel)
    {
        await Send(new ChannelOpenMessage(number, Window, Packet, to), cancel);
        await _opened.Task.WaitAsync(cancel);
    }

    public void Confirm(uint remote, uint window, uint packet)
    {
        lock (_lock)
        {
            (_remote, _window, _packet) = (remote, window, (int)Math.Min(packet, Packet));
            // What was given up stays nobody's.
            if (_disposed) SayClose();
        }
        _opened.TrySetResult();
    }

    public void Refuse(Exception reason)
    {
        forget();
        _opened.TrySetException(reason);
    }

    public void Widen(uint bytes)
    {
        lock (_lock) _window += bytes;
        _widened.Release();
    }

    public void Receive(ReadOnlySpan<byte> data)
    {
        if (!_disposed) _came.Writer.TryWrite(data.ToArray());
    }

    /// <summary>The other side sends no more.</summary>
    public void End() => _came.Writer.TryComplete();

    public void Closed()
    {
        forget();
        End();
        lock (_lock) SayClose();
        _widened.Release();
    }

    /// <summary>The SSH connection is gone.</summary>
    public void Lose()
    {
        forget();
        _opened.TrySetException(Gone());
        _came.Writer.TryComplete(Lost());
        lock (_lock) _closed = _lost = true;
        _widened.Release();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (!await _came.Reader.WaitToReadAsync(cancellationToken)) return 0;
            if (_came.Reader.TryRead(out var next)) _rest = next;
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        if ((_read += count) < Window / 2) return count;
        (var widen, _read) = (_read, 0);
        if (!_closed) await Send(new ChannelWindowAdjustMessage(_remote!.Value, (uint)widen), cancellationToken);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Take(buffer.Length);
            if (count == 0)
            {
                await _widened.WaitAsync(cancellationToken);
                continue;
            }
            await Send(new ChannelDataMessage(_remote!.Value, buffer[..count].ToArray()), cancellationToken);
            buffer = buffer[count..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _disposed = true;
            if (_remote is not null) SayClose();
        }
        _came.Writer.TryComplete();
        base.Dispose(disposing);
    }

    /// <summary>How much may be sent now.</summary>
    private int Take(int wanted)
    {
        lock (_lock)
        {
            if (_lost) throw Lost();
            if (_closed) throw new IOException("the other side has closed the connection");
            var count = (int)Math.Min(Math.Min(wanted, _packet), _window);
            _window -= count;
            return count;
        }
    }

    private void SayClose()
    {
        if (_closed) return;
        _closed = true;
        _ = Send(new ChannelCloseMessage(_remote!.Value), CancellationToken.None)
            .ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private async Task Send(Message message, CancellationToken cancel)
    {
        try
        {
            await OwnThread.Run(() => SendInTurn(message)).WaitAsync(cancel);
        }
        catch (Exception e) when (e is Renci.SshNet.Common.SshException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            throw Lost();
        }
    }

    /// <summary>Data behind our farewell would be for a channel that sshd does not know any more, and it hangs up on that.</summary>
    private void SendInTurn(Message message)
    {
        lock (_sending)
        {
            if (_silent && message is ChannelWindowAdjustMessage) return;
            if (_silent) throw new IOException("the other side has closed the connection");
            _silent = message is ChannelCloseMessage;
            sender.Send(message);
        }
    }

    private IOException Lost() => new("the SSH connection is lost", Gone());

    private HostUnreachableException Gone() => new($"The connection to {name} is lost.");
}
