using System.Collections.Concurrent;
using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>The connections of a run, one for each host, made when first asked for.</summary>
public sealed class ConnectionPool : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, PooledHost> _hosts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly Identities _identities;
    private readonly Connector _connector;
    private readonly LocalConnection _local;
    private readonly TimeProvider _clock;
    private readonly Func<Host, string?> _passwordOf;
    private readonly ConcurrentDictionary<string, SudoPassword?> _passwords = new(StringComparer.Ordinal);

    /// <summary>A connection that died in silence took its time to be noticed: a host that lives takes a new one at once, and one that does not shall not take its time twice.</summary>
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(5);

    /// <summary>Commands whose end is unknown, by their claims.</summary>
    private readonly ConcurrentDictionary<(string Claim, string Host), (Host Host, ProcessIdentity? Process)> _doubts = new();

    public ConnectionPool(TimeProvider clock, ConnectionOptions? options = null)
    {
        options ??= new ConnectionOptions();
        _passwordOf = options.SudoPassword;
        _clock = clock;
        _identities = new Identities(options, clock);
        _connector = new Connector(clock, options, _identities, new SshConfigs(), new Gate(options.Connects, options.ConnectsPerServer));
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
        return await _hosts.GetOrAdd(host.Name, _ => new PooledHost(host, _connector, _end.Token)).Get().WaitAsync(cancel);
    }

    /// <summary>Runs a command on a host, over a new connection where the old one was lost before it was sent. An end that is unknown is remembered.</summary>
    /// <exception cref="HostUnreachableException">It cannot be had, and nothing was started.</exception>
    public async Task<CommandResult> Run(Host host, RemoteCommand command, CancellationToken cancel)
    {
        if (command.Sudo is null || _passwords.GetOrAdd(host.Name, _ => _passwordOf(host) is { } value ? new SudoPassword(value) : null) is not { } password) return await Send(host, command, cancel);
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
        catch (HostUnreachableException lost) when (connection is SshConnection { IsAlive: false })
        {
            try
            {
                connection = await Get(host, cancel).WaitAsync(Reconnect, _clock, cancel);
            }
            catch (TimeoutException)
            {
                throw lost;
            }
            result = await connection.Run(command, cancel);
        }

        if (result.End == CommandEnd.Unknown && command.Claim is { } claim) _doubts[(claim, host.Name)] = (host, result.Process);
        return result;
    }

    /// <summary>
    /// Makes sure that commands whose end is unknown have ended, those whose claims begin so: looks for their processes, over a new
    /// connection where need be, and ends them. Null: they have surely ended; else why that is not sure, as the end of a sentence.
    /// </summary>
    public async Task<string?> End(string claims, CancellationToken cancel)
    {
        var doubts = _doubts.Where(d => d.Key.Claim.StartsWith(claims, StringComparison.Ordinal)).ToList();
        if (doubts.Count == 0) return "nothing is known of its process";
        foreach (var (key, (host, process)) in doubts)
        {
            if (process is null) return "nothing is known of its process";
            try
            {
                if (await (await Get(host, cancel)).End(process).WaitAsync(cancel) is { } why) return why;
            }
            catch (HostUnreachableException e)
            {
                return e.Message.TrimEnd('.');
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return "the run was stopped";
            }

            _doubts.TryRemove(key, out _);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_hosts.Values.Select(h => h.DisposeAsync().AsTask()));
        _identities.Dispose();
    }
}
