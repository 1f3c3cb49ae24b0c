using System.Collections.Concurrent;

namespace Playbooks.Connections;

/// <summary>Lets only so many connects be under way, in all, at one server and through one host.</summary>
internal sealed class Gate(int all, int perServer, int through, TimeProvider clock)
{
    /// <summary>Who takes longer waits for a server that says nothing, which costs nobody anything.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _all = new(all);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _servers = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _through = new(StringComparer.Ordinal);

    /// <param name="server">Where to.</param>
    /// <param name="via">The host through which one goes; null: straight.</param>
    /// <param name="work">What is done inside.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<T> Pass<T>(string server, string? via, Func<Task<T>> work, CancellationToken cancel)
    {
        // Behind each host may be another network with the same addresses.
        var gate = _servers.GetOrAdd($"{server} {via}", _ => new SemaphoreSlim(perServer));
        var between = via is null ? null : _through.GetOrAdd(via, _ => new SemaphoreSlim(through));
        // The server's own first: who waits there must not fill the others.
        await gate.WaitAsync(cancel);
        try
        {
            Task<T> working;
            if (between is not null) await between.WaitAsync(cancel);
            try
            {
                await _all.WaitAsync(cancel);
                using var over = new CancellationTokenSource();
                working = work();
                await Task.WhenAny(working, Task.Delay(Busy, clock, over.Token));
                _all.Release();
                await over.CancelAsync();
            }
            finally
            {
                between?.Release();
            }

            return await working;
        }
        finally
        {
            gate.Release();
        }
    }
}
