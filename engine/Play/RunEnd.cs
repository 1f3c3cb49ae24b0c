using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Reporting;
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
}
