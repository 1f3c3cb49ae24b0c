using System.Collections.Concurrent;
using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>The connections of a run, one for each host, made when first asked for.</summary>
public sealed class ConnectionPool : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, PooledHost> _hosts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly PrivateKeys _keys;
    private readonly Connector _connector;
    private readonly LocalConnection _local;

    public ConnectionPool(TimeProvider clock, ConnectionOptions? options = null)
    {
        options ??= new ConnectionOptions();
        _keys = new PrivateKeys(options);
        _connector = new Connector(clock, options, _keys, new Gate(options.Connects, options.ConnectsPerServer));
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

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_hosts.Values.Select(h => h.DisposeAsync().AsTask()));
        _keys.Dispose();
    }
}
