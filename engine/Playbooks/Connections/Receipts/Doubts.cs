using System.Collections.Concurrent;
using Playbooks.Model;

namespace Playbooks.Connections.Receipts;

/// <summary>Commands whose end is unknown, by the addresses of their attempts: their hosts can be asked after them, over new connections.</summary>
internal sealed class Doubts(ConnectionPool pool, ReceiptBook receipts)
{
    private const string NoProcess = "nothing is known of its process";

    private readonly ConcurrentDictionary<(string Address, string Host), Doubt> _doubts = new();

    public void Add(Claim claim, Host host, ProcessIdentity? process, bool hasReceipts, bool isEarlier = false) =>
        _doubts[(claim.Address, host.Name)] = new Doubt(host, process) { Claim = hasReceipts ? claim : null, IsEarlier = isEarlier };

    /// <summary>See <see cref="ConnectionPool.End"/>.</summary>
    public async Task<EndOfDoubt> End(string addresses, CancellationToken cancel)
    {
        var doubts = _doubts.Where(d => d.Key.Address.StartsWith(addresses, StringComparison.Ordinal)).ToList();
        if (doubts.Count == 0) return new EndOfDoubt(NoProcess, HadBegun: true);
        var (hadBegun, wereOver) = (false, true);
        foreach (var (key, doubt) in doubts)
        {
            hadBegun |= doubt is { HasEnded: true, HadBegun: true };
            if (doubt.HasEnded) continue;
            EndOfDoubt ended;
            try
            {
                ended = doubt switch
                {
                    { Process: { } process } => new EndOfDoubt(await pool.EndProcess(doubt.Host, process, cancel), HadBegun: true),
                    { Claim: { } claim } => await End(doubt, claim, cancel),
                    _ => new EndOfDoubt(NoProcess, HadBegun: true),
                };
                if (ended.Why is not null) return ended;
            }
            catch (HostUnreachableException e)
            {
                return new EndOfDoubt(e.Message.TrimEnd('.'), HadBegun: true);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return new EndOfDoubt("the run was stopped", HadBegun: true);
            }

            _doubts.TryUpdate(key, doubt with { HasEnded = true, HadBegun = ended.HadBegun }, doubt);
            hadBegun |= ended.HadBegun;
            wereOver &= ended.WereOver || !ended.HadBegun;
        }

        return new EndOfDoubt(null, hadBegun) { WereOver = hadBegun && wereOver };
    }

    /// <summary>What has not begun by now never will; what runs is ended.</summary>
    private async Task<EndOfDoubt> End(Doubt doubt, Claim claim, CancellationToken cancel)
    {
        if (doubt.IsEarlier && (await receipts.Folder(doubt.Host, claim.Run, cancel)).IsNew) return new EndOfDoubt(ReceiptFolder.Gone, HadBegun: true);
        var (answers, unclear) = await receipts.All(doubt.Host, claim, seals: true, cancel);
        if (answers is null) return new EndOfDoubt(unclear, HadBegun: true);
        foreach (var answer in answers.Values)
        {
            var why = answer switch
            {
                ReceiptAnswer.Running running => await pool.EndProcess(doubt.Host, running.Process, cancel),
                ReceiptAnswer.Lost lost => await pool.EndProcess(doubt.Host, lost.Process, cancel),
                ReceiptAnswer.Unclear it => it.Why,
                _ => null,
            };
            if (why is not null) return new EndOfDoubt(why, HadBegun: true);
        }
        var begun = answers.Values.Where(answer => answer is not ReceiptAnswer.Never).ToList();
        return new EndOfDoubt(null, HadBegun: begun.Count > 0) { WereOver = begun.Count > 0 && begun.TrueForAll(answer => answer is ReceiptAnswer.Done) };
    }

    /// <summary>See <see cref="ConnectionPool.Fate"/>.</summary>
    public async Task<string> Fate(Claim claim, Host host, CancellationToken cancel) =>
        _doubts.TryGetValue((claim.Address, host.Name), out var doubt) && doubt.Process is { } process
            ? await (await pool.Get(host, cancel)).Fate(process).WaitAsync(cancel)
            : $"Whether it goes on there, and how it ended, is not known: {NoProcess}.";

    /// <param name="Host">Where it ran.</param>
    /// <param name="Process">Null: it cannot be told from others, unless by a receipt.</param>
    private sealed record Doubt(Host Host, ProcessIdentity? Process)
    {
        /// <summary>Of an attempt whose commands leave receipts there; null: they do not.</summary>
        public Claim? Claim { get; init; }

        /// <summary>It was begun by an earlier process of the run.</summary>
        public bool IsEarlier { get; init; }

        public bool HasEnded { get; init; }

        public bool HadBegun { get; init; } = true;
    }
}

/// <summary>What came of making sure that commands have ended.</summary>
/// <param name="Why">Why that is not sure, as the end of a sentence; null: they surely have.</param>
/// <param name="HadBegun">False: none of them ever was started, nor will be.</param>
public sealed record EndOfDoubt(string? Why, bool HadBegun)
{
    /// <summary>All of them had ended before they were asked after.</summary>
    public bool WereOver { get; init; }
}
