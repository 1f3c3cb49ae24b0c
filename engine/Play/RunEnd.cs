using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Reporting;
using Playbooks.Reporting.Files;
using Playbooks.Reporting.Results;
using Playbooks.Running;

namespace Play;

/// <summary>What is done when a run of the journal has come to its end: it is compared with the run before it, and its reports are written. Nothing of that changes how it ended.</summary>
internal static class RunEnd
{
    /// <summary>Of the run before it more is told by `play compare`.</summary>
    private const int MostValues = 5;

    public static void Tell(RunJournal journal, JournalRun run, ExitCode code, RunSession session)
    {
        var (reports, screen) = (session.Reports, session.Screen);
        try
        {
            if (reports.Count == 0 && (code == ExitCode.Interrupted || journal.Before(run, 1).Count == 0)) return;
            var reported = ReportFiles.Read(journal, run);
            // Of an interrupted one too little is known.
            if (reported is { Comparison: { } comparison, Past: { } past } && code != ExitCode.Interrupted && (screen.Mode != OutputMode.Quiet || comparison.IsWorse))
                screen.Show(new CompareReport(comparison, past, reported.Zone, Screen.Width) { MostValues = MostValues }.Lines().Prepend(new ReportLine(Tone.Plain, "")), []);
            foreach (var (format, path) in ReportFiles.Write(reports, reported)) screen.Show([new ReportLine(Tone.Quiet, $"{format} report: {Playbooks.Problems.DisplayText.Safe(path)}")], []);
        }
        catch (LogFailedException e)
        {
            Screen.Complain($"play: the run could not be compared, nor reported: {e.Message}");
        }
        catch (IOException)
        {
            // Whoever read along has gone.
        }
    }

    /// <summary>Tells the people whom the playbook names.</summary>
    public static async Task Notify(RunJournal journal, JournalRun run, ExitCode code, RunSession session)
    {
        if (session.Notifier is not { } notifier) return;
        try
        {
            var reported = ReportFiles.Read(journal, run);
            await Telling.Tell(notifier, code == ExitCode.Interrupted ? reported with { Comparison = null, Past = null } : reported, session.Screen);
        }
        catch (LogFailedException e)
        {
            Screen.Complain($"play: nobody was told of the run: {e.Message}");
        }
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
