using System.CommandLine;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Reporting;

namespace Play;

/// <summary>`play compare [RUN] [RUN]`: what has changed from one run to another.</summary>
internal static class CompareCommand
{
    public static Command Build()
    {
        var runs = new Argument<string[]>("runs") { Description = "One run, to compare it with the run before it (`last` unless said); or two, the earlier first.", Arity = new ArgumentArity(0, 2), HelpName = "run" };
        var common = new CommonOptions();
        var command = new Command("compare", "Tells what has changed from one run to another: what fails now, what is fixed, what is not known any more. Exit code 1: something is worse.") { runs, common.State };
        command.SetAction((parsed, _) => Journals.Look(parsed.GetValue(common.State), journal => Compare(journal, parsed.GetValue(runs) ?? [])));
        return command;
    }

    private static int Compare(RunJournal journal, string[] names)
    {
        if (Journals.Find(journal, names is [.., var name] ? name : "last") is not { } run) return 2;
        JournalRun? before = null;
        if (names.Length == 2 && (before = Journals.Find(journal, names[0])) is null) return 2;
        if ((before ?? Predecessors.Of(journal, run).FirstOrDefault(one => one.IsWhole)) is not { } other) return Screen.Refuse($"there is no run of {run.File} before {run.Name}, with the same inventory, `-l` and `-t`, that came to its end", "name two runs: play compare RUN RUN");
        foreach (var open in new[] { other, run })
            if (open.EndedAt is null) Screen.Complain($"play: the run {open.Name} {(journal.IsAlive(open) ? "is still running" : "died before its end")}: what it had not done is not known");
        if (other.Id > run.Id) Screen.Complain($"play: {other.Name}, which was named first, is the later one: what is told is what changes from it to {run.Name}");
        if (other.File != run.File) Screen.Complain($"play: these are runs of different playbooks: {other.File} and {run.File}");
        var reported = ReportFiles.Read(journal, run, other);
        if (reported.Comparison is not { } comparison) return 2;
        using var screen = new Screen(OutputMode.Quiet);
        screen.Show(new CompareReport(comparison, reported.Past!, reported.Zone, Screen.Width).Lines(), []);
        return comparison.IsWorse ? 1 : 0;
    }
}
