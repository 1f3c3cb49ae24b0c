using System.Collections.Concurrent;

namespace Playbooks.Connections;

/// <summary>Lets only so many connects be under way, in all and at one server.</summary>
internal sealed class Gate(int all, int perServer)
{
    /// <summary>The one for all under the empty name.</summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.OrdinalIgnoreCase) { [""] = new(all) };

    public async Task<T> Pass<T>(string server, Func<Task<T>> work, CancellationToken cancel)
    {
        var common = _gates[""];
        var gate = _gates.GetOrAdd(server, _ => new SemaphoreSlim(perServer));
        // The server's own first: who waits there must not fill the common one.
        await gate.WaitAsync(cancel);
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
            gate.Release();
        }
    }
}
