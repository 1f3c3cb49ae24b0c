using Play.Terminal;
using Playbooks.Connections;
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

    private KeptRun(RunJournal journal, RunLog log, TimeSpan? keep) => (this.journal, this.log, this.keep) = (journal, log, keep);

    public IRunLog Log => log;

    /// <summary>Null where it may not begin: it is said why, and nothing was run.</summary>
    public static KeptRun? Begin(string name, PlanReading reading, RunWishes wishes, Masker masker)
    {
        RunJournal? journal = null;
        try
        {
            journal = RunJournal.Open(wishes.State ?? RunJournal.UsualFolder, TimeProvider.System);
            var plan = reading.Plan;
            var hosts = plan.All.SelectMany(step => step.Hosts.Widest).Distinct().Count();
            var run = new NewRun(name, plan.Playbook.Name, Path.GetFullPath(reading.File), hosts, [.. plan.Machines.Keys]) { Origin = reading.Origin(masker, wishes.Verbose) };
            var log = journal.Begin(run, out var notes);
            foreach (var note in notes) Screen.Complain($"play: {note}");
            return new KeptRun(journal, log, plan.Playbook.Keep);
        }
        catch (LogFailedException e)
        {
            Screen.Refuse($"{e.Message}; nothing was run", e.Mend);
        }
        catch (MachinesBusyException e)
        {
            Screen.Refuse($"{e.Message}; nothing was run", e.Mend);
        }
        journal?.Dispose();
        return null;
    }

    /// <summary>Of a run that goes on; null where it may not: it is said why, and nothing was run.</summary>
    public static KeptRun? GoOn(RunJournal journal, JournalRun run, PlanReading reading)
    {
        try
        {
            var log = journal.GoOn(run, [.. reading.Plan.Machines.Keys], out var notes);
            foreach (var note in notes) Screen.Complain($"play: {note}");
            return new KeptRun(journal, log, reading.Plan.Playbook.Keep);
        }
        catch (MachinesBusyException e)
        {
            Screen.Refuse($"{e.Message}; nothing was run", e.Mend);
            return null;
        }
    }

    /// <summary>Makes the machines ready that the plan changes. An exit code where the run may not begin: it is said why.</summary>
    public async Task<int?> Lock(ConnectionPool connections, Plan plan, string name, CancellationToken cancel)
    {
        await connections.Prepare([.. plan.Machines.Values, Host.Control], name, cancel);
        return null;
    }

    /// <summary>What is said where the journal failed while the run went on, and the exit code.</summary>
    public ExitCode Failed(LogFailedException e, RunState state)
    {
        var owed = state.NotUndone;
        Screen.Refuse($"{e.Message}; so nothing more was done, because it would not be known", e.Mend);
        if (owed.Count > 0) Screen.Complain($"NOT put back: look at your systems\n{string.Join('\n', owed.Select(o => $"  ✗ {o}"))}");
        Screen.Complain($"When the journal can be written again: play resume {log.Run.Name}");
        return owed.Count > 0 ? ExitCode.NotUndone : ExitCode.Error;
    }

    /// <summary>The run is over. Where it left something it is said how to go on with it.</summary>
    public void End(ExitCode code)
    {
        if (code is ExitCode.NotUndone or ExitCode.Interrupted) Screen.Complain($"To go on with this run: play resume {log.Run.Name}");
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
