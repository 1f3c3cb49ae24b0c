using System.Collections.Concurrent;

namespace Playbooks.Connections;

/// <summary>Lets only so many connects be under way, in all, at one server and through one host.</summary>
internal sealed class Gate(int all, int perServer, int through)
{
    /// <summary>The one for all under the empty name.</summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.OrdinalIgnoreCase) { [""] = new(all) };

    /// <param name="server">Where to.</param>
    /// <param name="via">The host through which one goes; null: straight.</param>
    /// <param name="work">What is done inside.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public Task<T> Pass<T>(string server, string? via, Func<Task<T>> work, CancellationToken cancel) => via is null
        ? Pass(server, work, cancel)
        // Behind each host may be another network with the same addresses.
        : Pass($"{server} {via}", work, cancel, _gates.GetOrAdd($"through {via}", _ => new SemaphoreSlim(through)));

    private async Task<T> Pass<T>(string server, Func<Task<T>> work, CancellationToken cancel, SemaphoreSlim? between = null)
    {
        var common = _gates[""];
        var gate = _gates.GetOrAdd(server, _ => new SemaphoreSlim(perServer));
        // The server's own first: who waits there must not fill the common one.
        await gate.WaitAsync(cancel);
        try
        {
            if (between is not null) await between.WaitAsync(cancel);
            try
            {
                await common.WaitAsync(cancel);
                try
                {
                    return await work();
                }
                finally
                {
                    common.Release();
                }
            }
            finally
            {
                between?.Release();
            }
        }
        finally
        {
            gate.Release();
        }
    }
}
