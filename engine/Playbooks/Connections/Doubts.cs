using System.Collections.Concurrent;
using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>Commands whose end is unknown, by the addresses of their attempts: their hosts can be asked after them, over new connections.</summary>
internal sealed class Doubts(Func<Host, CancellationToken, Task<IConnection>> connect)
{
    private const string NoProcess = "nothing is known of its process";

    private readonly ConcurrentDictionary<(string Address, string Host), Doubt> _doubts = new();

    public void Add(Claim claim, Host host, ProcessIdentity? process) => _doubts[(claim.Address, host.Name)] = new Doubt(host, process);

    /// <summary>See <see cref="ConnectionPool.End"/>.</summary>
    public async Task<string?> End(string addresses, CancellationToken cancel)
    {
        var doubts = _doubts.Where(d => d.Key.Address.StartsWith(addresses, StringComparison.Ordinal)).ToList();
        if (doubts.Count == 0) return NoProcess;
        foreach (var (key, doubt) in doubts.Where(d => !d.Value.HasEnded))
        {
            if (doubt.Process is not { } process) return NoProcess;
            try
            {
                if (await (await connect(doubt.Host, cancel)).End(process).WaitAsync(cancel) is { } why) return why;
            }
            catch (HostUnreachableException e)
            {
                return e.Message.TrimEnd('.');
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return "the run was stopped";
            }

            _doubts.TryUpdate(key, doubt with { HasEnded = true }, doubt);
        }

        return null;
    }

    /// <summary>See <see cref="ConnectionPool.Fate"/>.</summary>
    public async Task<string> Fate(Claim claim, Host host, CancellationToken cancel) =>
        _doubts.TryGetValue((claim.Address, host.Name), out var doubt) && doubt.Process is { } process
            ? await (await connect(host, cancel)).Fate(process).WaitAsync(cancel)
            : $"Whether it goes on there, and how it ended, is not known: {NoProcess}.";

    /// <param name="Host">Where it ran.</param>
    /// <param name="Process">Null: it cannot be told from others.</param>
    private sealed record Doubt(Host Host, ProcessIdentity? Process)
    {
        public bool HasEnded { get; init; }
    }
}
