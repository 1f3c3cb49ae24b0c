using System.CommandLine;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Reporting;
using Playbooks.Running;

namespace Play;

/// <summary>`play show RUN`: the report of a run again, from its events.</summary>
internal static class ShowCommand
{
    public static Command Build()
    {
        var common = new CommonOptions();
        var output = new Option<string?>("--output") { Description = "plain: without colours, as in a file; quiet: only failures and the verdict.", HelpName = "how" };
        output.AcceptOnlyFromAmong("plain", "quiet");
        var reports = ReportFiles.Option(toStdout: true);
        var command = new Command("show", "Shows a run of the journal again, as it was shown when it ran but for the comparison; or writes its reports.") { Journals.Run, common.Verbose, output, reports, common.State };
        command.SetAction((parsed, _) => Journals.Look(parsed.GetValue(common.State), journal =>
            Journals.Find(journal, parsed.GetRequiredValue(Journals.Run)) is not { } run ? 2
            : ReportFiles.Of(parsed.GetValue(reports)) is { Count: > 0 } wanted ? Write(journal, run, wanted)
            : Show(journal, run, parsed.GetValue(common.Verbose), parsed.GetValue(output))));
        return command;
    }

    private static int Write(RunJournal journal, JournalRun run, IReadOnlyList<ReportFiles.Wanted> wanted) =>
        ReportFiles.Write(wanted, ReportFiles.Read(journal, run)).Count == wanted.Count ? 0 : 2;

    private static int Show(RunJournal journal, JournalRun run, bool verbose, string? output)
    {
        using var screen = new Screen(output == "plain" ? OutputMode.Plain : OutputMode.Quiet);
        var report = new ProgressReport(RunOutline.Of(journal.Events(run)), Screen.Width, verbose) { OnlyFailures = output == "quiet" };
        foreach (var happened in journal.Events(run)) screen.Show(report.On(happened), []);
        if (journal.Run(run.Id) is { EndedAt: null } now) screen.Show(Unended(journal, now), []);
        return 0;
    }

    /// <summary>What is to be said of a run that has not ended.</summary>
    public static IEnumerable<ReportLine> Unended(RunJournal journal, JournalRun run) =>
        new HistoryReport(TimeProvider.System, Screen.Width).Unended(new HistoryReport.Entry(run, journal.IsAlive(run), journal.Owed(run)));
}
