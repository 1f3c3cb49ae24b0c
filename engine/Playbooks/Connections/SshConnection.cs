using Renci.SshNet;
using Renci.SshNet.Common;

namespace Playbooks.Connections;

/// <summary>One connection to a host over SSH, for the whole run: each command has a channel, some wait where there are many.</summary>
public sealed class SshConnection : IConnection
{
    /// <summary>sshd allows ten sessions on a connection (MaxSessions): two stay free, for ending a command and for probing.</summary>
    private const int Channels = 8;

    /// <summary>More than any step lasts, less than what a timer takes.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    private static readonly TimeSpan SessionPatience = TimeSpan.FromSeconds(10);

    private readonly SshClient _client;
    private readonly string _name;
    private readonly TimeProvider _clock;
    private readonly Machine _machine;
    private readonly Tunnels _tunnels;
    private readonly SignsOfLife _signs;
    private readonly Func<CancellationToken, Task<SshConnection>> _another;
    private readonly SemaphoreSlim _slots = new(Channels);
    private readonly SemaphoreSlim _spare = new(1);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private int _running;

    /// <param name="client">Logged in.</param>
    /// <param name="session">The client's.</param>
    /// <param name="name">For messages.</param>
    /// <param name="clock">For all waits.</param>
    /// <param name="options">What is watched, and how often.</param>
    /// <param name="another">Makes one more connection to that host.</param>
    internal SshConnection(SshClient client, Session session, string name, TimeProvider clock, ConnectionOptions options, Func<CancellationToken, Task<SshConnection>> another)
    {
        (_client, _name, _clock, _another) = (client, name, clock, another);
        _machine = new Machine(name, clock, options.OutputLimit, _lost.Task, Ask) { HasLogins = true };
        client.ErrorOccurred += (_, _) => _lost.TrySetResult();
        _tunnels = new Tunnels(session, name, _lost.Task);
        _signs = new SignsOfLife(session, clock);
        _ = Watch(options.ProbeEvery, options.ProbeTimeout);
    }

    /// <summary>The connection inside which this one is; null: none.</summary>
    internal SshConnection? Before { get; init; }

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

    public async Task<Stream> Open(string host, int port, CancellationToken cancel)
    {
        if (!IsAlive) throw new HostUnreachableException($"{Lost}.");
        return await _tunnels.Open(host, port, cancel);
    }

    public Task<string?> End(ProcessIdentity process) => new Ending(_machine, process.Sudo, process.Password).End(process);

    public Task<string?> Ask(string script, TimeSpan limit) => _machine.Ask(script, limit);

    public Task<string> Fate(ProcessIdentity process) => new Ending(_machine, process.Sudo).Fate(process);

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
            var opening = SshChannel.Open(_client, script, mark, _clock);
            await First(command.Timeout - _clock.GetElapsedTime(begin), cancel, opening, _lost.Task);
            if (!opening.IsCompleted && !mark.GiveUp()) await Task.WhenAny(opening, _lost.Task);
            if (opening.IsCompletedSuccessfully)
            {
                await using var channel = await opening;
                var result = await new CommandRun(channel, command, script, _machine, begin).ToEnd(cancel);
                // Its own channel may know it first: who asks again shall not be given this connection.
                if (result.LinkLost) await First(TimeSpan.FromSeconds(1), _end.Token, _lost.Task);
                return result;
            }

            var sent = !mark.GiveUp();
            var full = WasRefused(opening);
            Forget(opening);
            if (sent) return Unknown(begin);
            if (cancel.IsCancellationRequested) return NotStarted(CommandEnd.Cancelled);
            if (_clock.GetElapsedTime(begin) >= command.Timeout) return NotStarted(CommandEnd.TimedOut);
            if (!full) throw Gone();
            // The host allows fewer sessions than usual, or another program of ours uses some: nothing was started, so wait for one.
            if (Volatile.Read(ref _running) == 1 && _clock.GetElapsedTime(begin) > SessionPatience) throw NoSession();
            await First(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 200)), cancel, _lost.Task);
        }
    }

    /// <summary>A script beside the commands, on the spare channel or, where the host allows no further session, over a connection of its own. Null: no answer.</summary>
    private async Task<string?> Ask(RemoteCommand command, TimeSpan limit)
    {
        await _spare.WaitAsync(_end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_end.IsCancellationRequested) return null;
        try
        {
            var begin = _clock.GetTimestamp();
            var mark = new SentMark();
            var opening = SshChannel.Open(_client, new HostScript(command), mark, _clock);
            await First(limit, _end.Token, opening, _lost.Task);
            // A signal that comes late could hit somebody else.
            if (!opening.IsCompleted) mark.GiveUp();
            if (!opening.IsCompletedSuccessfully)
            {
                Forget(opening);
                return WasRefused(opening) ? await AskAnother(command, limit - _clock.GetElapsedTime(begin)) : null;
            }

            await using var channel = await opening;
            await First(CommandRun.SlowLogin < limit ? CommandRun.SlowLogin : limit, _end.Token, channel.Closed, _lost.Task);
            if (!channel.Closed.IsCompleted) channel.EndInput();
            await First(limit - _clock.GetElapsedTime(begin), _end.Token, channel.Closed, _lost.Task);
            return channel.WholeAnswer();
        }
        finally
        {
            _spare.Release();
        }
    }

    private async Task<string?> AskAnother(RemoteCommand command, TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero) return null;
        using var timer = new CancellationTokenSource(limit, _clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _end.Token);
        try
        {
            await using var other = await _another(over.Token);
            return await other.Ask(command, limit);
        }
        catch (Exception e) when (e is HostUnreachableException or RefusedException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A peer that is gone without a word is only noticed by asking: the library's own keep-alive is never answered.</summary>
    private async Task Watch(TimeSpan every, TimeSpan limit)
    {
        while (true)
        {
            await First(every, _end.Token, _lost.Task);
            if (_lost.Task.IsCompleted) return;
            if ((Volatile.Read(ref _running) > 0 || !_tunnels.IsEmpty) && !await Answers(limit) && !await Answers(limit)) _lost.TrySetResult();
        }
    }

    /// <summary>
    /// Opens a channel and closes it: sshd answers that itself, also on a host that is too busy to start a shell. Whatever else comes
    /// meanwhile is as good: on a slow link the answer stands behind megabytes that are on their way.
    /// </summary>
    private async Task<bool> Answers(TimeSpan limit)
    {
        var mark = new SentMark();
        mark.GiveUp();
        var opening = SshChannel.Open(_client, Probe, mark, _clock);
        await First(limit, _end.Token, mark.Answered.Task, opening, _lost.Task);
        var answered = mark.Answered.Task.IsCompleted || WasRefused(opening) || _signs.Silence < limit;
        Forget(opening);
        return answered;
    }

    /// <summary>The first of the tasks, or the end of the time, or the cancel; throws in no case, and leaves no timer behind.</summary>
    private async Task First(TimeSpan time, CancellationToken cancel, params Task[] tasks)
    {
        if (time <= TimeSpan.Zero) return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny([.. tasks, Task.Delay(time < LongestTimer ? time : LongestTimer, _clock, over.Token)]);
        await over.CancelAsync();
    }

    /// <summary>The server answered, and allows no more channels now; nothing was sent on it.</summary>
    private static bool WasRefused(Task opening) =>
        opening.Exception?.InnerException is SshException and not SshConnectionException and not SshOperationTimeoutException;

    private static HostScript Probe { get; } = new(new RemoteCommand { Script = ":" });

    private static void Forget(Task<SshChannel> opening) => _ = opening.ContinueWith(
        async t =>
        {
            if (t.IsCompletedSuccessfully) await t.Result.DisposeAsync();
            else _ = t.Exception;
        },
        CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private HostUnreachableException Gone() => new($"{Lost}; the command was not started.");

    /// <summary>Where the one before is lost too, it is that one's loss.</summary>
    private string Lost => Before is { IsAlive: false } before
        ? $"{_name.Split(' ')[0]} is reached through {before._name}, and the connection to that is lost"
        : $"The connection to {_name} is lost";

    private HostUnreachableException NoSession() => new(
        $"{_name} allows no further session on the connection; the command was not started.", "Look at MaxSessions in its sshd_config.");

    private static CommandResult NotStarted(CommandEnd end) => new() { End = end, NotStarted = true, Notes = ["It was not started."] };

    private CommandResult Unknown(long begin) => new()
    {
        End = CommandEnd.Unknown,
        LinkLost = true,
        Duration = _clock.GetElapsedTime(begin),
        Notes = ["The connection was lost when it had just been sent: whether it started is not known."],
    };
}
