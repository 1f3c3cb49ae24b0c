using System.Collections.Concurrent;
using System.Text;
using Playbooks.Connections.Receipts;
using Playbooks.Model;

namespace Playbooks.Connections.Locks;

/// <summary>The locks of a run on its hosts: each is held by a connection, and taken again by the next one before anything else is run over that.</summary>
internal sealed class HostLocks(ReceiptBook receipts, TimeProvider clock, string? folder)
{
    /// <summary>Two that want it in the same moment both give way.</summary>
    private const int MostTries = 4;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (Host Host, HostLock? Lock)> _wanted = new();
    private LockHolder? _holder;

    /// <summary>From now on every connection to one of these takes its lock.</summary>
    public void Want(IReadOnlyList<Host> hosts, LockHolder holder)
    {
        _holder = holder;
        foreach (var host in hosts) _wanted.TryAdd(host.Key, (host, null));
    }

    /// <summary>The last that was made of it.</summary>
    public HostLock? Of(Host host) => _wanted.TryGetValue(host.Key, out var wanted) ? wanted.Lock : null;

    /// <summary>Takes the host's lock over that connection, if it is wanted; the folder of receipts is found on the way.</summary>
    /// <exception cref="HostUnreachableException">Another run has it, or nothing can be run there.</exception>
    public async Task Take(Host host, IConnection over, CancellationToken cancel)
    {
        if (_holder is not { } holder || !_wanted.ContainsKey(host.Key)) return;
        for (var tries = 1; ; tries++)
        {
            // The folder's is a shell of its own, with what it sets and defines.
            var script = $"({receipts.Making(holder.Run)}\n)\necho\n{HostLockScript.Take(holder, host, folder)}";
            var result = await over.Run(new RemoteCommand { Script = script, Timeout = AnswerTime }, cancel);
            cancel.ThrowIfCancellationRequested();
            if (result.LinkLost) throw new HostUnreachableException($"{host.Label}: the connection was lost when its lock was being taken.");
            var (place, said) = Halves(result);
            if (place is not null) receipts.Learn(host, holder.Run, place);
            var taken = HostLockScript.Read(said, host);
            _wanted[host.Key] = (host, taken);
            if (taken.State != LockState.Held) return;
            if (tries == MostTries) throw new HostUnreachableException(taken.Message, taken.Mend) { IsLocked = true };
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 300) * tries), clock, cancel);
        }
    }

    /// <summary>Gives back a host's lock.</summary>
    /// <param name="host">The host.</param>
    /// <param name="over">A connection that is there.</param>
    /// <param name="keepReceipts">They will be asked for later.</param>
    public async Task Release(Host host, IConnection over, bool keepReceipts)
    {
        if (_holder is not { } holder) return;
        var remove = keepReceipts ? "" : receipts.Known(host, holder.Run)?.Removal;
        await over.Ask(remove + HostLockScript.Release(holder, host, folder), AnswerTime);
        if (_wanted.TryGetValue(host.Key, out var wanted)) _wanted[host.Key] = (wanted.Host, null);
    }

    public IReadOnlyList<Host> Wanted => [.. _wanted.Values.Select(w => w.Host)];

    /// <summary>No further connection takes one.</summary>
    public void Stop() => _wanted.Clear();

    /// <summary>An empty line stands between the two, and comes first where there is no folder.</summary>
    private static (ReceiptFolder? Folder, string Lock) Halves(CommandResult result)
    {
        var answer = "\n" + Encoding.UTF8.GetString(result.Stdout.Span);
        var at = answer.IndexOf("\n\n", StringComparison.Ordinal);
        return result.End == CommandEnd.Exited && at >= 0 ? (ReceiptFolder.Read(answer[..at].TrimStart('\n')), answer[(at + 2)..]) : (null, "");
    }
}
