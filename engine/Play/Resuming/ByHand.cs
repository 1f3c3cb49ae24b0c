using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Running;

namespace Play.Resuming;

/// <summary>`play resume RUN --assume-put-back`: the user says that what the run owes was put back by hand, which closes it. The playbook may be gone by now.</summary>
internal static class ByHand
{
    public static int Close(RunJournal journal, JournalRun run)
    {
        var state = RunState.Of(journal.EventsToGoOn(run));
        if (state.NotUndone is not { Count: > 0 } owed) return Screen.Refuse($"the run {run.Name} owes nothing: there is nothing to put back");
        try
        {
            journal.PutBackByHand(run, state);
        }
        catch (MachinesBusyException e)
        {
            return Screen.Refuse(e.Message, e.Mend);
        }
        Screen.Complain($"play: the run {run.Name} is closed, and does not owe this any more:\n{string.Join('\n', owed.Select(undo => $"  ↺ {undo with { Why = null }}"))}");
        return 0;
    }
}
