using System.Collections.Concurrent;

namespace Playbooks.Connections;

/// <summary>Lets only so many connects be under way, in all and at one server.</summary>
internal sealed class Gate(int all, int perServer, TimeProvider clock)
{
    /// <summary>Who takes longer waits for a server that says nothing, which costs nobody anything.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(3);

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
            using var over = new CancellationTokenSource();
            var working = work();
            await Task.WhenAny(working, Task.Delay(Busy, clock, over.Token));
            common.Release();
            await over.CancelAsync();
            return await working;
        }
        finally
        {
            gate.Release();
        }
    }
}
