using Playbooks.Journal;

namespace Play;

/// <summary>The runs that a run can be compared with: of the same playbook, on the same inventories, hosts and tags. One that looked at less says nothing about the rest.</summary>
internal static class Predecessors
{
    /// <summary>The newest first.</summary>
    public static IEnumerable<JournalRun> Of(RunJournal journal, JournalRun run)
    {
        var earlier = journal.Before(run);
        if (earlier.Count == 0) return [];
        var scope = Scope(journal, run);
        return earlier.Where(other => Scope(journal, other) == scope);
    }

    private static string? Scope(RunJournal journal, JournalRun run) => journal.Request(run) is { } request ? KeptRequest.FromJson(request)?.Scope : null;
}
