using System.Collections.Concurrent;
using Playbooks.Model;

namespace Playbooks.Connections.Receipts;

/// <summary>The receipts of a run on all its machines: where they stand, and what they say.</summary>
/// <param name="ask">Has a script of ours answered by a machine, over a new connection where the old one was lost; null: no answer.</param>
/// <param name="tell">The same, where it is the first that is run there.</param>
/// <param name="run">Runs a command of ours that may be run twice.</param>
/// <param name="end">Told when the run is over.</param>
internal sealed class ReceiptBook(Func<Host, string, CancellationToken, Task<string?>> ask, Func<Host, string, CancellationToken, Task<string?>> tell, Func<Host, RemoteCommand, CancellationToken, Task<CommandResult?>> run, CancellationToken end)
{
    /// <summary>For what a command printed, 200 MB at most, over a slow link.</summary>
    private static readonly TimeSpan TransferTime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Host, string Run), Task<ReceiptFolder>> _folders = new();
    private readonly ConcurrentDictionary<string, Host> _hosts = new();

    /// <summary>Where any was asked for.</summary>
    public IEnumerable<Host> Hosts => _hosts.Values;

    /// <summary>The run's folder on the machine, made when first asked for.</summary>
    /// <exception cref="HostUnreachableException">The machine cannot be asked.</exception>
    public async Task<ReceiptFolder> Folder(Host host, string run, CancellationToken cancel)
    {
        var finding = _folders.GetOrAdd((host.Key, run), _ => Find(host, run));
        try
        {
            return await finding.WaitAsync(cancel);
        }
        finally
        {
            if (finding.IsCompleted && !finding.IsCompletedSuccessfully) _folders.TryRemove(KeyValuePair.Create((host.Key, run), finding));
        }
    }

    /// <summary>The number of the last event before this process of the run began: 0 for a run that begins.</summary>
    public long Since { get; set; }

    /// <summary>What finds the run's folder, or makes it.</summary>
    public string Making(string run) => ReceiptFolder.Script(run, Since);

    /// <summary>It was found on the way of something else.</summary>
    public void Learn(Host host, string run, ReceiptFolder folder)
    {
        _hosts[host.Key] = host;
        _folders.TryAdd((host.Key, run), Task.FromResult(folder));
    }

    /// <summary>Null: nobody has asked yet.</summary>
    public ReceiptFolder? Known(Host host, string run) => _folders.TryGetValue((host.Key, run), out var folder) && folder.IsCompletedSuccessfully ? folder.Result : null;

    /// <summary>
    /// What the machine says of all commands of an attempt, by their numbers; no one else is there, but under 0 what is to be said of all others, where that is not
    /// that they never were started. Null: that cannot be said, and why.
    /// </summary>
    /// <param name="host">The machine.</param>
    /// <param name="claim">The attempt's.</param>
    /// <param name="seals">What was sent and has not begun never shall.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="HostUnreachableException">The machine cannot be asked.</exception>
    public async Task<(IReadOnlyDictionary<int, ReceiptAnswer>? Answers, string Why)> All(Host host, Claim claim, bool seals, CancellationToken cancel)
    {
        const string NoAnswer = "the machine did not answer";
        if (Known(host, claim.Run) is not { } folder)
        {
            if (await tell(host, ReceiptFolder.Search(claim.Run), cancel) is not { } found) return (null, NoAnswer);
            folder = ReceiptFolder.Read(found);
            if (folder?.Path is null) return (null, ReceiptFolder.Gone);
            Learn(host, claim.Run, folder);
        }
        if (folder.Path is null) return (null, ReceiptFolder.Missing);
        if (folder.IsNew && claim.Number <= Since) return (null, ReceiptFolder.Gone);
        if (await ask(host, new ReceiptQuestion(folder, claim, host).Script(seals), cancel) is not { } answer) return (null, NoAnswer);
        return ReceiptQuestion.Read(answer, claim, seals) is { } all ? (all, "") : (null, "the folder of its receipts is gone");
    }

    /// <summary>What the machine says of one command.</summary>
    /// <exception cref="HostUnreachableException">The machine cannot be asked.</exception>
    public async Task<ReceiptAnswer> One(Host host, Claim claim, int command, bool seals, CancellationToken cancel)
    {
        var (answers, why) = await All(host, claim, seals, cancel);
        return answers is null ? new ReceiptAnswer.Unclear(why) : answers.GetValueOrDefault(command) ?? answers.GetValueOrDefault(0) ?? new ReceiptAnswer.Never();
    }

    /// <summary>What the machine has kept of what a command that has ended there printed; null: it does not say.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="file">The command's receipt.</param>
    /// <param name="most">Bytes of each stream.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="HostUnreachableException">The machine cannot be asked.</exception>
    public async Task<CommandResult?> Kept(Host host, string file, int most, CancellationToken cancel) =>
        await run(host, new RemoteCommand { Script = ReceiptScript.Kept(file), MaxOutput = most, Timeout = TransferTime }, cancel) is { ExitCode: >= 0 and <= 3 and var lost } kept
            ? kept with { StdoutLost = (lost & 1) != 0, StderrLost = (lost & 2) != 0 }
            : null;

    private async Task<ReceiptFolder> Find(Host host, string run)
    {
        await Task.Yield();
        _hosts[host.Key] = host;
        return await tell(host, Making(run), end) is { } answer && ReceiptFolder.Read(answer) is { } folder
            ? folder
            : throw new HostUnreachableException($"{host.Label} did not say where receipts can be left: nothing was started.");
    }
}
