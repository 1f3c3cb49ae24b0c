using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Playbooks.Connections;

/// <summary>One connection to a host over SSH, for the whole run: each command has a channel, some wait where there are many.</summary>
public sealed class SshConnection : IConnection
{
    /// <summary>sshd allows ten sessions on a connection (MaxSessions): two stay free, for ending a command and for probing.</summary>
    private const int Channels = 8;

    private static readonly TimeSpan SessionPatience = TimeSpan.FromSeconds(10);

    private readonly SshClient _client;
    private readonly string _name;
    private readonly TimeProvider _clock;
    private readonly Machine _machine;
    private readonly SemaphoreSlim _slots = new(Channels);
    private readonly SemaphoreSlim _spare = new(1);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private int _running;

    internal SshConnection(SshClient client, string name, TimeProvider clock, ConnectionOptions options)
    {
        (_client, _name, _clock) = (client, name, clock);
        _machine = new Machine(name, clock, options.OutputLimit, _lost.Task, Ask) { HasLogins = true };
        client.ErrorOccurred += (_, _) => _lost.TrySetResult();
        _ = Watch(options.ProbeEvery, options.ProbeTimeout);
    }

    /// <summary>False: it will never run anything again.</summary>
    public bool IsAlive => !_lost.Task.IsCompleted && _client.IsConnected;

    public async Task<CommandResult> Run(RemoteCommand command, CancellationToken cancel)
    {
        var script = new HostScript(command);
        try
        {
            await _slots.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return NotStarted(CommandEnd.Cancelled);
        }

        Interlocked.Increment(ref _running);
        try
        {
            var begin = _clock.GetTimestamp();
            return await Run(command, script, begin, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            _slots.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // First what runs is told, for the library would leave it waiting for good; then its farewell, which may block, not on our time.
        _lost.TrySetResult();
        await _end.CancelAsync();
        var closing = OwnThread.Run(_client.Dispose);
        await Task.WhenAny(closing, Task.Delay(TimeSpan.FromSeconds(1), _clock, CancellationToken.None));
        _ = closing.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private async Task<CommandResult> Run(RemoteCommand command, HostScript script, long begin, CancellationToken cancel)
    {
        while (true)
        {
            if (!IsAlive) throw Gone();
            var mark = new SentMark();
            var opening = SshChannel.Open(_client, script, mark);
            var left = command.Timeout - _clock.GetElapsedTime(begin);
            await Task.WhenAny(opening, _lost.Task, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _clock, cancel));
            if (!opening.IsCompleted && !mark.GiveUp()) await Task.WhenAny(opening, _lost.Task);
            if (opening.IsCompletedSuccessfully)
            {
                await using var channel = await opening;
                return await new CommandRun(channel, command, script, _machine, begin).ToEnd(cancel);
            }

            var sent = !mark.GiveUp();
            var full = opening.Exception?.InnerException is SshException and not SshConnectionException and not SshOperationTimeoutException;
            Forget(opening);
            if (sent) return Unknown(begin);
            if (cancel.IsCancellationRequested) return NotStarted(CommandEnd.Cancelled);
            if (_clock.GetElapsedTime(begin) >= command.Timeout) return NotStarted(CommandEnd.TimedOut);
            if (!full) throw Gone();
            // The host allows fewer sessions than usual, or another program of ours uses some: nothing was started, so wait for one.
            if (Volatile.Read(ref _running) == 1 && _clock.GetElapsedTime(begin) > SessionPatience) throw NoSession();
            await Task.WhenAny(_lost.Task, Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 200)), _clock, cancel));
        }
    }

    /// <summary>A script beside the commands, on the spare channel. Null: no answer.</summary>
    private async Task<string?> Ask(string text, TimeSpan limit)
    {
        var script = new HostScript(new RemoteCommand { Script = text });
        var (stdout, stderr) = (new OutputCapture(4 << 20, script.Mark), new OutputCapture(0, script.Mark));
        await _spare.WaitAsync(_end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_end.IsCancellationRequested) return null;
        var over = Task.WhenAny(_lost.Task, Task.Delay(limit, _clock, _end.Token));
        try
        {
            var opening = SshChannel.Open(_client, script, new SentMark());
            await Task.WhenAny(opening, over);
            if (!opening.IsCompletedSuccessfully)
            {
                Forget(opening);
                return null;
            }

            await using var channel = await opening;
            await Task.WhenAny(channel.Closed, over);
            channel.Take(stdout, stderr);
            return channel.Closed.IsCompletedSuccessfully && stdout.Started ? Encoding.UTF8.GetString(stdout.Kept.Span) : null;
        }
        finally
        {
            _spare.Release();
        }
    }

    /// <summary>A peer that is gone without a word is only noticed by asking: the library's own keep-alive is never answered.</summary>
    private async Task Watch(TimeSpan every, TimeSpan limit)
    {
        while (true)
        {
            await Task.WhenAny(_lost.Task, Task.Delay(every, _clock, _end.Token));
            if (_lost.Task.IsCompleted) return;
            if (Volatile.Read(ref _running) > 0 && !await Answers(limit) && !await Answers(limit)) _lost.TrySetResult();
        }
    }

    /// <summary>Opens a channel and closes it: sshd answers that itself, also on a host that is too busy to start a shell.</summary>
    private async Task<bool> Answers(TimeSpan limit)
    {
        var mark = new SentMark();
        mark.GiveUp();
        var opening = SshChannel.Open(_client, Probe, mark);
        await Task.WhenAny(mark.Answered.Task, opening, _lost.Task, Task.Delay(limit, _clock, _end.Token));
        // Refusing a channel is an answer too.
        var answered = mark.Answered.Task.IsCompleted || opening.Exception?.InnerException is SshException and not SshConnectionException and not SshOperationTimeoutException;
        Forget(opening);
        return answered;
    }

    private static HostScript Probe { get; } = new(new RemoteCommand { Script = ":" });

    private static void Forget(Task<SshChannel> opening) => _ = opening.ContinueWith(
        async t =>
        {
            if (t.IsCompletedSuccessfully) await t.Result.DisposeAsync();
            else _ = t.Exception;
        },
        CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private HostUnreachableException Gone() => new($"The connection to {_name} is lost; the command was not started.");

    private HostUnreachableException NoSession() => new(
        $"{_name} allows no further session on the connection; the command was not started.", "Look at MaxSessions in its sshd_config.");

    private static CommandResult NotStarted(CommandEnd end) => new() { End = end, Notes = ["It was not started."] };

    private CommandResult Unknown(long begin) => new()
    {
        End = CommandEnd.Unknown,
        Duration = _clock.GetElapsedTime(begin),
        Notes = ["The connection was lost when it had just been sent: whether it started is not known."],
    };
}
