using System.Text;
using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>One command on one channel of an SSH connection.</summary>
internal sealed class SshChannel : IStartedCommand
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of output from which on it is not waited for but read as it comes.</summary>
    private const int Much = 64 * 1024;

    private const int LongestAnswer = 16 << 20;

    private readonly SshCommand _command;
    private readonly HostScript _script;
    private readonly TimeProvider _clock;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Task _closed = Task.CompletedTask;
    private volatile bool _stopInput;
    private Task _fed = Task.CompletedTask;
    private Stream? _input;
    private Task? _drained;
    private long _seen;

    private SshChannel(SshCommand command, HostScript script, TimeProvider clock) => (_command, _script, _clock) = (command, script, clock);

    public Task Closed => _drained ?? _closed;

    public bool HasExited => _command.ExitStatus is not null || _command.ExitSignal is not null;

    public int? ExitCode => _command.ExitSignal is null ? _command.ExitStatus : null;

    public string? Signal => _command.ExitSignal;

    /// <summary>Opens a channel and sends the line; the task ends when the server has taken it. Blocks a thread of its own, not the caller.</summary>
    public static Task<SshChannel> Open(SshClient client, HostScript script, SentMark mark, TimeProvider clock) => OwnThread.Run(() =>
    {
        SendingEncoding.Watch(mark);
        var command = client.CreateCommand(script.Line);
        try
        {
            var channel = new SshChannel(command, script, clock);
            channel._closed = command.ExecuteAsync(CancellationToken.None);
            if (!script.Stdin.IsEmpty) channel.Send(script.Stdin, last: script.Held is null, script.Held is null ? script.More : null);
            return channel;
        }
        catch
        {
            command.Dispose();
            throw;
        }
    });

    /// <summary>One byte, which the command's shell never reads: the library sends no end of an input that had none.</summary>
    public void EndInput()
    {
        if (_script.Stdin.IsEmpty) Send("\n"u8.ToArray(), last: true);
    }

    public void Send(ReadOnlyMemory<byte> bytes, bool last, LargeInput? more = null)
    {
        _fed = After(_fed);

        async Task After(Task before)
        {
            await before;
            await OwnThread.Run(() => Feed(bytes, last, more));
        }
    }

    public void StopInput() => _stopInput = true;

    public bool Take(OutputCapture stdout, OutputCapture stderr)
    {
        if (_drained is null)
        {
            var any = Take(_command.OutputStream, stdout) | Take(_command.ExtendedOutputStream, stderr);
            if (Came() > Much && !_closed.IsCompleted) _drained = Task.WhenAll(_closed, Drain(_command.OutputStream, stdout), Drain(_command.ExtendedOutputStream, stderr));
            return any;
        }

        var (before, now) = (_seen, Came());
        _seen = now;
        return now != before;

        long Came() => stdout.Total + stdout.Noise + stderr.Total + stderr.Noise;
    }

    /// <summary>
    /// Takes what comes as it comes, on threads of their own: the library keeps all that nobody has taken yet, and on a busy machine
    /// many hosts could fill its memory between two looks.
    /// </summary>
    private static Task Drain(Stream stream, OutputCapture into) => OwnThread.Run(() =>
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (stream.Read(buffer, 0, buffer.Length) is > 0 and var count) into.Add(buffer.AsSpan(0, count));
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or InvalidOperationException)
        {
        }
    });

    /// <summary>What it printed, where it has ended.</summary>
    public string? WholeAnswer()
    {
        var (stdout, stderr) = (new OutputCapture(LongestAnswer, _script.Mark), new OutputCapture(0, _script.Mark));
        if (!Closed.IsCompletedSuccessfully) return null;
        Take(stdout, stderr);
        // Half an answer is none: what is not in a list of processes would be taken for ended.
        return stdout.Started && stdout.Total <= LongestAnswer ? Encoding.UTF8.GetString(stdout.Kept.Span) : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed.IsCompletedSuccessfully)
        {
            _command.Dispose();
            return;
        }

        _ = _closed.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        // Closing waits for the server's answer, and for good where a full buffer cannot be sent to a silent one: not on the caller's time.
        var closing = OwnThread.Run(_command.Dispose);
        await Task.WhenAny(closing, Task.Delay(Farewell, _clock, CancellationToken.None));
        _ = closing.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private bool Take(Stream stream, OutputCapture into)
    {
        var any = false;
        // Length first: reading an empty stream blocks.
        while (stream.Length > 0)
        {
            var count = stream.Read(_buffer, 0, _buffer.Length);
            if (count == 0) break;
            into.Add(_buffer.AsSpan(0, count));
            any = true;
        }

        return any;
    }

    /// <summary>
    /// A command may end without reading its input; that is not an error of ours. sshd hangs up on whoever sends for a channel that
    /// is closed, and the library does not keep the two apart: so a script with much input ends only when all has come, and before
    /// a command is ended its input stops.
    /// </summary>
    private void Feed(ReadOnlyMemory<byte> bytes, bool last, LargeInput? more)
    {
        try
        {
            _input ??= _command.CreateInputStream();
            for (var at = 0; at < bytes.Length && !_stopInput; at += HostScript.OnePacket)
                _input.Write(bytes.Span.Slice(at, Math.Min(HostScript.OnePacket, bytes.Length - at)));
            if (!_stopInput) more?.WriteTo(new StoppableStream(_input, () => _stopInput));
        }
        catch (Exception e) when (IsGone(e) || e is OperationCanceledException)
        {
            // Also where it was our own writer that failed: who reads must not wait for the rest.
            last = true;
        }

        try
        {
            if (last) _input?.Dispose();
        }
        catch (Exception e) when (IsGone(e))
        {
        }
    }

    private static bool IsGone(Exception e) => e is InvalidOperationException or IOException or Renci.SshNet.Common.SshException or System.Net.Sockets.SocketException;
}
