using Playbooks.Connections.Locks;
using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>One host's place in the pool: its connection, the attempt to get one, or why there will be none.</summary>
internal sealed class PooledHost(Host host, Connector connector, HostLocks locks, CancellationToken end) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<SshConnection>? _current;
    private bool _refused;

    public Task<SshConnection> Get()
    {
        lock (_lock)
        {
            if (_current is { } current && (!current.IsCompleted || _refused || current.IsCompletedSuccessfully && current.Result.IsAlive)) return current;
            return _current = Connect(_current);
        }
    }

    /// <summary>The connection that is there; null: none.</summary>
    public SshConnection? Living => _current is { IsCompletedSuccessfully: true, Result: { IsAlive: true } living } ? living : null;

    /// <summary>The next who asks gets a new connection, whatever became of the last.</summary>
    public async Task Forget()
    {
        Task<SshConnection>? old;
        lock (_lock)
        {
            // An attempt under way may be the new one already.
            if (_current is { IsCompleted: false }) return;
            (old, _current, _refused) = (_current, null, false);
        }
        if (old is { IsCompletedSuccessfully: true }) await old.Result.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_current is not { } current) return;
        await ((Task)current).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (current.IsCompletedSuccessfully) await current.Result.DisposeAsync();
    }

    private async Task<SshConnection> Connect(Task<SshConnection>? old)
    {
        await Task.Yield();
        if (old is { IsCompletedSuccessfully: true }) await old.Result.DisposeAsync();
        SshConnection? made = null;
        try
        {
            made = await connector.Connect(host, end);
            await locks.Take(host, made, end);
            return made;
        }
        catch (RefusedException e)
        {
            _refused = true;
            throw new HostUnreachableException(e.Message, e.Mend, e);
        }
        catch
        {
            if (made is not null) await made.DisposeAsync();
            throw;
        }
    }
}
