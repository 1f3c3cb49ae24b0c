using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Running;

namespace Play.Resuming;

/// <summary>`play resume RUN --assume-put-back`: the user says that what the run owes was put back by hand. It needs no playbook, which may be gone by now.</summary>
internal static class ByHand
{
    public static async Task<int> PutBack(RunJournal journal, JournalRun run)
    {
        var state = new RunState();
        foreach (var happened in journal.EventsToGoOn(run)) state.Apply(happened);
        if (state.NotUndone is not { Count: > 0 } owed) return Screen.Refuse($"the run {run.Name} owes nothing: there is nothing to put back");
        try
        {
            await using var log = journal.GoOn(run, [], null, out _);
            var recorder = new Recorder(state, log, TimeProvider.System);
            await recorder.Record(new RunEvent.RunResumed(true, [], []) { PutBackBy = log.Run.User });
            await recorder.Record(new RunEvent.RunFinished(ExitCode.Interrupted, state.NotUndone), durable: true);
        }
        catch (MachinesBusyException e)
        {
            return Screen.Refuse(e.Message, e.Mend);
        }
        Screen.Complain($"play: the run {run.Name} does not owe this any more:\n{string.Join('\n', owed.Select(undo => $"  ↺ {undo}"))}");
        return 0;
    }
}
