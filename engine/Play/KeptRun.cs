using Play.Terminal;
using Playbooks.Connections.Locks;
using Playbooks.Journal;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Running;

namespace Play;

/// <summary>A run of this program in the journal, from before its first event until after its last.</summary>
internal sealed class KeptRun : IAsyncDisposable
{
    private readonly RunJournal journal;
    private readonly RunLog log;
    private readonly TimeSpan? keep;

    private readonly string? folder;
    private readonly EarlierReads reads;

    private KeptRun(RunJournal journal, RunLog log, TimeSpan? keep, string? folder) => (this.journal, this.log, this.keep, this.folder, reads) = (journal, log, keep, folder, new EarlierReads(journal, log.Run));

    public IRunLog Log => log;

    /// <summary>See <see cref="RunTools.LastRead"/>.</summary>
    public LastRead? LastRead(WindowKey window, string machine) => reads.Find(window, machine);

    /// <summary>Null where it may not begin: it is said why, and nothing was run.</summary>
    public static async Task<KeptRun?> Begin(string name, PlanReading reading, RunWishes wishes, RunSession session)
    {
        RunJournal? journal = null;
        try
        {
            journal = RunJournal.Open(wishes.State ?? RunJournal.UsualFolder, TimeProvider.System);
            var plan = reading.Plan;
            var run = new NewRun(name, plan.Playbook.Name, Path.GetFullPath(reading.File), [.. plan.Machines.Keys]) { Origin = reading.Origin(session.Masker, wishes.Verbose), Alone = wishes.Alone };
            if (await Of(journal, name, plan, session, keepReceipts: false, () => (journal.Begin(run, out var notes), notes)) is { } kept) return kept;
        }
        catch (LogFailedException e)
        {
            Screen.Refuse($"{e.Message}; nothing was run", e.Mend);
        }
        journal?.Dispose();
        return null;
    }

    /// <summary>Of a run that goes on; null where it may not: it is said why, and nothing was run.</summary>
    public static Task<KeptRun?> GoOn(RunJournal journal, JournalRun run, Plan plan, RunOrigin? changed, RunSession session) =>
        Of(journal, run.Name, plan, session, keepReceipts: true, () => (journal.GoOn(run, [.. plan.Machines.Keys], changed, out var notes), notes));

    /// <summary>The machines are locked first: a run that may not begin leaves no trace, and one that may not go on all that it had left.</summary>
    private static async Task<KeptRun?> Of(RunJournal journal, string name, Plan plan, RunSession session, bool keepReceipts, Func<(RunLog Log, IReadOnlyList<string> Notes)> begin)
    {
        if (!await Lock(name, plan, session, keepReceipts)) return null;
        try
        {
            var (log, notes) = begin();
            foreach (var note in notes) Screen.Complain($"play: {note}");
            return new KeptRun(journal, log, plan.Playbook.Keep, session.State);
        }
        catch (Exception e) when (e is MachinesBusyException or LogFailedException)
        {
            await session.Connections.Leave(name, keepReceipts);
            if (e is not MachinesBusyException busy) throw;
            Screen.Refuse($"{busy.Message}; nothing was run", busy.Mend);
            return null;
        }
    }

    /// <summary>Other control machines see on the hosts themselves that they are being changed. False: another run changes one of them.</summary>
    private static async Task<bool> Lock(string name, Plan plan, RunSession session, bool keepReceipts)
    {
        var holder = new LockHolder(name, plan.Playbook.Name, Environment.UserName, Environment.MachineName, TimeProvider.System.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            await session.Connections.Prepare([Host.Control], name, session.Stop.Work);
            var locks = await session.Connections.Lock([.. plan.Machines.Values], holder, session.Stop.Work);
            foreach (var note in locks.Where(l => l.State is LockState.Taken or LockState.Missing).SelectMany(l => l.Notes)) Screen.Complain($"play: {note}");
            if (locks.Where(l => l.State == LockState.Held).ToList() is not [var held, ..]) return true;
            Screen.Refuse($"{held.Message.TrimEnd('.')}; nothing was run", held.Mend);
        }
        catch (OperationCanceledException) when (session.Stop.Reason is not null)
        {
            Screen.Refuse("stopped; nothing was run");
        }
        await session.Connections.Leave(name, keepReceipts);
        return false;
    }

    /// <summary>What is said where the journal failed while the run went on, and the exit code.</summary>
    public ExitCode Failed(LogFailedException e, RunState state)
    {
        var owed = state.NotUndone;
        Screen.Refuse($"{e.Message}; so nothing more was done, because it would not be known", e.Mend);
        if (owed.Count > 0) Screen.Complain($"NOT put back: look at your systems\n{string.Join('\n', owed.Select(o => $"  ✗ {o}"))}");
        Screen.Complain($"When the journal can be written again: play resume {log.Run.Name}{Journals.Option(folder)}");
        return owed.Count > 0 ? ExitCode.NotUndone : ExitCode.Error;
    }

    /// <summary>Writes its events to standard output as the journal gets them, to its end.</summary>
    public Task Follow(long after, CancellationToken cancel) => JsonLines.Follow(new FollowedRun(journal, log.Run, TimeProvider.System, after), cancel);

    /// <summary>The run is over: it is compared and reported. Where it left something it is said how to go on with it.</summary>
    public async Task End(RunSession session, ExitCode code, RunState state)
    {
        await session.Connections.Leave(log.Run.Name, keepReceipts: code != ExitCode.Passed);
        // All of it is on the disk then.
        await log.DisposeAsync();
        var reported = RunEnd.Report(journal, log.Run, code, session);
        var resume = $"play resume {log.Run.Name}{Journals.Option(folder)}";
        if (state.HasUnknown) Screen.Complain($"To find out how it ended, and go on: {resume}");
        else if (state.NotUndone.Count > 0 && code == ExitCode.NotUndone) Screen.Complain($"To go on with this run: {resume}\nWhere what kept it from being put back is mended: {resume} --undo\nWhere you put it back by hand: {resume} --assume-put-back");
        else if (code is ExitCode.NotUndone or ExitCode.Interrupted) Screen.Complain($"To go on with this run: {resume}");
        await RunEnd.Notify(reported, session);
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        try
        {
            if (keep is { } time) journal.DeleteOlder(log.Run, TimeProvider.System.GetUtcNow() - (time < Longest ? time : Longest));
        }
        catch (LogFailedException e)
        {
            Screen.Complain($"play: old runs could not be deleted: {e.Message}");
        }
        journal.Dispose();
    }

    /// <summary>No run is older.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365 * 100);
}
