using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Reporting.Files;
using Playbooks.Reporting.Results;
using Playbooks.Running;

namespace Play;

/// <summary>What is done when a run of the journal has come to its end: its reports are written, it is compared with the run before it, and people are told. Nothing of that changes how it ended.</summary>
internal static class RunEnd
{
    /// <summary>Of the run before it more is told by `play compare`.</summary>
    private const int MostValues = 5;

    /// <summary>So many runs back it is looked whether they owe something.</summary>
    private const int Looked = 10;

    /// <summary>Writes the reports, and shows what has changed. The run as it was reported; null: nobody wants to know more, or it cannot be read.</summary>
    public static ReportedRun? Report(RunJournal journal, JournalRun run, ExitCode code, RunSession session)
    {
        try
        {
            Remind(journal, run, session.State);
            if (session is { Reports.Count: 0, Notifier: null } && (code == ExitCode.Interrupted || !Predecessors.Of(journal, run).Any(before => before.IsWhole))) return null;
            var reported = ReportFiles.Read(journal, run);
            // Of an interrupted one too little is known.
            if (code == ExitCode.Interrupted) reported = reported with { Comparison = null, Past = null };
            var written = ReportFiles.Write(session.Reports, reported);
            Show(reported, written, session.Screen);
            return reported;
        }
        catch (Exception e)
        {
            // Whatever it is, the run has ended as it has.
            Screen.Complain($"play: the run could not be compared, nor reported: {session.Masker.Mask(e.Message)}");
            return null;
        }
    }

    /// <summary>A run of the same playbook that died, or could not put back, owes that still: who begins the next one may not know.</summary>
    public static void Remind(RunJournal journal, JournalRun run, string? state)
    {
        foreach (var other in journal.Before(run).Take(Looked).Where(other => !journal.IsAlive(other) && journal.Owed(other) > 0))
            Screen.Complain($"play: the earlier run {other.Name} owes something that is not put back: play resume {other.Name}{Journals.Option(state)}");
    }

    private static void Show(ReportedRun reported, IEnumerable<ReportFiles.Wanted> written, Screen screen)
    {
        try
        {
            if (reported is { Comparison: { } comparison, Past: { } past } && (screen.Mode != OutputMode.Quiet || comparison.IsWorse))
                screen.Show(new CompareReport(comparison, past, reported.Zone, Screen.Width) { MostValues = MostValues, TellsWhy = false }.Lines().Prepend(new ReportLine(Tone.Plain, "")), []);
            foreach (var (format, path) in written) screen.Show([new ReportLine(Tone.Quiet, $"{format} report: {DisplayText.Safe(path)}")], []);
        }
        catch (IOException)
        {
            // Whoever read along has gone.
        }
    }

    /// <summary>Tells the people whom the playbook names.</summary>
    /// <param name="reported">The run; null: nothing can be read of it.</param>
    public static async Task Notify(ReportedRun? reported, RunSession session)
    {
        if (session.Notifier is not { } notifier) return;
        if (reported is null) Screen.Complain("play: so nobody was told of the run");
        else await Telling.Tell(notifier, reported, session.Screen);
    }

    /// <summary>Tells them where the journal failed and nothing can be read from it: that it did, and what is not put back.</summary>
    public static async Task Notify(LogFailedException failed, RunState state, ExitCode code, RunSession session)
    {
        if (session.Notifier is not { } notifier) return;
        RunEvent[] events =
        [
            session.Started(state.Run) with { Time = state.StartedAt },
            new RunEvent.StopRequested(StopReason.Guard) { Why = $"the journal failed: {failed.Message}", Elapsed = state.Elapsed },
            new RunEvent.RunFinished(code, state.NotUndone) { Elapsed = state.Elapsed },
        ];
        await Telling.Tell(notifier, new ReportedRun(RunResults.Of(events), events) { Zone = TimeProvider.System.LocalTimeZone }, session.Screen);
    }
}
