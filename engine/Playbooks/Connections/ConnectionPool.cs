using System.Collections.Concurrent;
using System.Text;
using Playbooks.Connections.Configuring;
using Playbooks.Connections.Locks;
using Playbooks.Connections.LoggingIn;
using Playbooks.Connections.Receipts;
using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>The connections of a run, one for each host, made when first asked for.</summary>
public sealed class ConnectionPool : IAsyncDisposable
{
    /// <summary>For a script that only looks, on a busy machine.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    private const int MostTries = 4;

    private readonly ConcurrentDictionary<string, PooledHost> _hosts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly Identities _identities;
    private readonly Connector _connector;
    private readonly LocalConnection _local;
    private readonly TimeProvider _clock;
    private readonly Func<Host, string?> _passwordOf;
    private readonly ConcurrentDictionary<string, SudoPassword?> _passwords = new(StringComparer.Ordinal);

    private readonly TimeSpan _patience;
    private readonly Doubts _doubts;
    private readonly ReceiptBook _receipts;
    private readonly HostLocks _locks;

    public ConnectionPool(TimeProvider clock, ConnectionOptions? options = null)
    {
        options ??= new ConnectionOptions();
        _passwordOf = options.SudoPassword;
        _receipts = new ReceiptBook(Ask, Tell, Repeated, _end.Token);
        _locks = new HostLocks(_receipts, clock, options.LockFolder);
        (_clock, _patience, _doubts) = (clock, options.Patience, new Doubts(this, _receipts));
        _identities = new Identities(options, clock);
        var ways = new Ways(new SshConfigs(clock, options.Home), options.Home, Get);
        _connector = new Connector(clock, options, _identities, ways, new Gate(options.Connects, options.ConnectsPerServer, options.ConnectsThrough, clock));
        _local = new LocalConnection(clock, options);
    }

    /// <summary>
    /// The host's connection. Who asks at the same time shares one attempt. A connection that was lost is replaced; a host that did
    /// not answer is tried again, one that refused us, or showed a wrong key, is not.
    /// </summary>
    /// <exception cref="HostUnreachableException">It cannot be had; the message is a sentence for the user.</exception>
    public async Task<IConnection> Get(Host host, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
        cancel.ThrowIfCancellationRequested();
        if (host.Local) return _local;
        return await _hosts.GetOrAdd(host.Key, _ => new PooledHost(host, _connector, _locks, _end.Token)).Get().WaitAsync(cancel);
    }

    /// <summary>
    /// Runs a command on a host, over a new connection where the old one was lost before it was sent. One that leaves a receipt is asked after
    /// where its link is lost, and waited for. An end that is unknown is remembered.
    /// </summary>
    /// <exception cref="HostUnreachableException">It cannot be had, and nothing was started.</exception>
    public async Task<CommandResult> Run(Host host, RemoteCommand command, CancellationToken cancel)
    {
        var result = command.Receipt is null
            ? await Bare(host, command, cancel)
            : await new FollowedCommand(this, _receipts, _clock, host, (what, token) => Bare(host, what, token)).Run(command, cancel);
        if (result.End == CommandEnd.Unknown && command.Claim is { } claim) _doubts.Add(claim, host, result.Process, command.Receipt is not null);
        return result;
    }

    /// <summary>Asks a host after a command of an attempt, which may have been started there by this program or one before it.</summary>
    /// <param name="host">Where it may have been started.</param>
    /// <param name="claim">The attempt's.</param>
    /// <param name="command">Which of the attempt's commands there, from 1 on.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="HostUnreachableException">The host cannot be asked.</exception>
    public Task<ReceiptAnswer> Ask(Host host, Claim claim, int command, CancellationToken cancel) => _receipts.One(host, claim, command, seals: false, cancel);

    /// <summary>An attempt of an earlier process of the run may still be going on there: <see cref="End"/> then asks after its receipts, where it left any; else nothing is known of it.</summary>
    public void Doubt(Claim claim, Host host, bool hasReceipts) => _doubts.Add(claim, host, null, hasReceipts, isEarlier: true);

    /// <summary>The run goes on, after the event of that number: what was begun before left its receipts with another process.</summary>
    public void GoesOnAfter(long number) => _receipts.Since = number;

    /// <summary>Makes the folders for the run's receipts there before anything is begun: only so is it known later that a missing one means that nothing was. Hosts that cannot be reached are left out.</summary>
    public async Task Prepare(IReadOnlyCollection<Host> hosts, string run, CancellationToken cancel) => await Task.WhenAll(hosts.Select(async host =>
    {
        try
        {
            await _receipts.Folder(host, run, cancel);
        }
        catch (HostUnreachableException)
        {
            // The step that wants it says it.
        }
    }));

    private async Task<CommandResult> Bare(Host host, RemoteCommand command, CancellationToken cancel)
    {
        if (command.Sudo is null || PasswordOf(host) is not { } password) return await Send(host, command, cancel);
        SudoTry attempt;
        try
        {
            attempt = await password.Try(cancel);
        }
        catch (OperationCanceledException)
        {
            return new CommandResult { End = CommandEnd.Cancelled, NotStarted = true, Notes = ["It was not started."] };
        }

        using (attempt)
        {
            return password.Refusal is { } why
                ? new CommandResult { End = CommandEnd.Exited, NotStarted = true, Refused = why, WrongPassword = true }
                : await Send(host, command with { Password = attempt }, cancel);
        }
    }

    private async Task<CommandResult> Send(Host host, RemoteCommand command, CancellationToken cancel)
    {
        var connection = await Get(host, cancel);
        CommandResult result;
        try
        {
            result = await connection.Run(command, cancel);
        }
        catch (HostUnreachableException) when (connection is SshConnection { IsAlive: false })
        {
            // It surely was not started: whatever it does, it can still be sent when its host is back.
            var begin = _clock.GetTimestamp();
            try
            {
                connection = await Return(host, command.Timeout, cancel);
            }
            catch (OperationCanceledException)
            {
                return new CommandResult { End = CommandEnd.Cancelled, NotStarted = true, Notes = ["It was not started."] };
            }
            var left = command.Timeout - _clock.GetElapsedTime(begin);
            result = await connection.Run(command with { Timeout = left > TimeSpan.Zero ? left : TimeSpan.Zero }, cancel);
        }

        return result;
    }

    private SudoPassword? PasswordOf(Host host) => _passwords.GetOrAdd(host.Key, _ => _passwordOf(host) is { } value ? new SudoPassword(value) : null);

    /// <summary>Runs a script of ours that may be run twice, maybe as the first on its host: what keeps its login from running anything is said. Null: no answer.</summary>
    private async Task<string?> Tell(Host host, string script, CancellationToken cancel) =>
        await Repeated(host, new RemoteCommand { Script = script, Timeout = AnswerTime }, cancel) is { } result ? Encoding.UTF8.GetString(result.Stdout.Span) : null;

    private async Task<CommandResult?> Repeated(Host host, RemoteCommand command, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var result = await Send(host, command, cancel);
            if (result.End == CommandEnd.Exited) return result;
            cancel.ThrowIfCancellationRequested();
            if (!result.LinkLost || tries == MostTries) return null;
            await Return(host, _patience, cancel);
        }
    }

    /// <summary>Has a script of ours answered that may be run twice, beside all commands, over a new connection where the old one was lost. Null: no answer.</summary>
    private async Task<string?> Ask(Host host, string script, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var connection = await Return(host, _patience, cancel);
            if (await connection.Ask(script, AnswerTime).WaitAsync(cancel) is { } answer) return answer;
            if (connection is not SshConnection { IsAlive: false } || tries == MostTries) return null;
        }
    }

    /// <summary>Makes sure that a process has ended, by its own user where need be; see <see cref="IConnection.End"/>.</summary>
    internal async Task<string?> EndProcess(Host host, ProcessIdentity process, CancellationToken cancel)
    {
        var connection = await Get(host, cancel);
        return await connection.End(process with { Password = process.Password ?? (process.Sudo is null ? null : PasswordOf(host)) }).WaitAsync(cancel);
    }

    /// <summary>
    /// Waits for a host whose link was lost: tries again, with growing pauses, until it takes us in. For at most the limit, and never
    /// longer than <see cref="ConnectionOptions.Patience"/>.
    /// </summary>
    /// <exception cref="HostUnreachableException">It did not come back, or refuses us.</exception>
    public async Task<IConnection> Return(Host host, TimeSpan limit, CancellationToken cancel)
    {
        if (limit > _patience) limit = _patience;
        var begin = _clock.GetTimestamp();
        for (var pause = Pauses.First; ; pause = Pauses.After(pause))
        {
            try
            {
                var left = limit - _clock.GetElapsedTime(begin);
                return await Get(host, cancel).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _clock, cancel);
            }
            catch (TimeoutException)
            {
                throw new HostUnreachableException($"{host.Label} did not come back within {limit.TotalSeconds:0.#} s.");
            }
            catch (HostUnreachableException e) when (e.InnerException is not RefusedException && !e.IsLocked && _clock.GetElapsedTime(begin) + pause < limit)
            {
                await Task.Delay(pause, _clock, cancel);
            }
        }
    }

    /// <summary>
    /// Runs a command over a connection made for it alone: whoever answers at the host's address now. Those that others use are left
    /// as they are, and a refusal counts for this time only.
    /// </summary>
    /// <exception cref="HostUnreachableException">Nobody takes us in; nothing was started.</exception>
    /// <exception cref="RefusedException">The host's key, or what we show it, is not accepted; nothing was started.</exception>
    internal async Task<CommandResult> Afresh(Host host, RemoteCommand command, CancellationToken cancel)
    {
        await using var connection = await _connector.Connect(host, cancel);
        return await connection.Run(command, cancel);
    }

    /// <summary>What was known of a host's connection is no longer true, since its machine was started anew.</summary>
    internal Task Forget(Host host) => _hosts.TryGetValue(host.Key, out var pooled) ? pooled.Forget() : Task.CompletedTask;

    /// <summary>
    /// Makes sure that commands whose end is unknown have ended, those of attempts whose addresses begin so: looks for their processes, over a new
    /// connection where need be, and ends them.
    /// </summary>
    public Task<EndOfDoubt> End(string addresses, CancellationToken cancel) => _doubts.End(addresses, cancel);

    /// <summary>Asks a host after a command whose link was lost: whether it still runs there. A sentence for the user; nothing is ended.</summary>
    /// <exception cref="HostUnreachableException">The host cannot be asked.</exception>
    public Task<string> Fate(Claim claim, Host host, CancellationToken cancel) => _doubts.Fate(claim, host, cancel);

    /// <summary>
    /// Takes the locks of the hosts that a run changes, side by side, before it changes any. Where one is held by another run, the caller does not go on.
    /// Each is held by the connection to its host and taken anew by the next; one that cannot be reached gets its lock when it can.
    /// </summary>
    public async Task<IReadOnlyList<HostLock>> Lock(IReadOnlyList<Host> hosts, LockHolder holder, CancellationToken cancel)
    {
        _locks.Want(hosts, holder);
        return await Task.WhenAll(hosts.Select(async host =>
        {
            try
            {
                // Who was connected before has not been asked yet.
                var connection = await Get(host, cancel);
                if (_locks.Of(host) is null) await _locks.Take(host, connection, cancel);
                return _locks.Of(host) ?? HostLockScript.Missing(host, "the machine did not answer");
            }
            catch (HostUnreachableException e)
            {
                return e.IsLocked && _locks.Of(host) is { State: LockState.Held } held ? held : new HostLock(host, LockState.Unreachable) { Notes = [e.Message] };
            }
        }));
    }

    /// <summary>Gives back the locks of hosts that are connected, and removes the receipts there; those of others are seen as stale, and are removed by a later run.</summary>
    /// <param name="keepReceipts">The run is not over: it will be gone on with.</param>
    public async Task Unlock(bool keepReceipts)
    {
        var hosts = _locks.Wanted;
        await Task.WhenAll(hosts.Select(host => Living(host) is { } living ? _locks.Release(host, living, keepReceipts) : Task.CompletedTask));
        _locks.Stop();
    }

    /// <summary>Gives back the locks, as <see cref="Unlock"/> does, and removes the receipts also where there was no lock, on the machines that are connected.</summary>
    /// <param name="run">The run that is over, or was not begun.</param>
    /// <param name="keepReceipts">It will be gone on with.</param>
    public async Task Leave(string run, bool keepReceipts)
    {
        var locked = _locks.Wanted.Select(host => host.Key).ToHashSet();
        await Unlock(keepReceipts);
        if (keepReceipts) return;
        await Task.WhenAll(_receipts.Hosts.Where(host => !locked.Contains(host.Key)).Select(host =>
            Living(host) is { } living && _receipts.Known(host, run) is { } folder ? living.Ask(folder.Removal + ":", AnswerTime) : Task.CompletedTask));
    }

    /// <summary>Null: its link was lost, or was never made.</summary>
    private IConnection? Living(Host host) => host.Local ? _local : _hosts.GetValueOrDefault(host.Key)?.Living;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_hosts.Values.Select(h => h.DisposeAsync().AsTask()));
        _identities.Dispose();
    }
}
