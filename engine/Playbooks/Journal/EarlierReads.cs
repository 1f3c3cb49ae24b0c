using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>How far the earlier runs of a playbook's file have read their logs: where the windows since the last run begin.</summary>
/// <param name="journal">Of all runs.</param>
/// <param name="run">The one that asks.</param>
public sealed class EarlierReads(RunJournal journal, JournalRun run)
{
    private readonly Lock gate = new();
    private readonly List<(string Run, IReadOnlyList<RunEvent.WindowRead> Reads)> known = [];
    private List<JournalRun>? runs;

    /// <summary>
    /// Of the newest run that judged this window; null: none did. A run that did not come to it, or could not look, leaves it as it was. Steps
    /// move when a playbook is changed: where none stood at that place, one that read the same files will do, the first of its run.
    /// </summary>
    /// <exception cref="LogFailedException">The journal cannot be read.</exception>
    public LastRead? Find(WindowKey window, string machine)
    {
        lock (gate)
        {
            runs ??= [.. journal.Others(run)];
            LastRead? moved = null;
            for (var i = 0; i < runs.Count; i++)
            {
                if (i == known.Count) known.Add((runs[i].Name, [.. journal.Reads(runs[i]).GroupBy(read => read.Window).Select(reads => reads.Last())]));
                var here = known[i].Reads.Where(read => read.Machine == machine && read.Window.About == window.About && read.Window.Path == window.Path).ToList();
                if (here.Find(read => read.Window.Log == window.Log) is { } same) return new LastRead(known[i].Run, same.Marks);
                if (moved is null && here is [var first, ..]) moved = new LastRead(known[i].Run, first.Marks);
            }
            return moved;
        }
    }
}
