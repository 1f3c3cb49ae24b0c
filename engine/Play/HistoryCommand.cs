using System.CommandLine;
using Play.Terminal;
using Playbooks.Reporting;

namespace Play;

/// <summary>`play history`: the runs of the journal, the newest first.</summary>
internal static class HistoryCommand
{
    public static Command Build()
    {
        var most = new Option<int>("-n") { Description = "So many runs (20).", HelpName = "n", DefaultValueFactory = _ => 20 };
        var common = new CommonOptions();
        var command = new Command("history", "Lists the runs, the newest first: when, how long, which playbook, how it ended, and the run's name.") { most, common.State };
        most.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[^1].Value, out var said) && said is > 0 and < 1_000_000)) result.AddError("`-n` wants a number of runs, from 1.");
        });
        command.SetAction((parsed, _) => Journals.Look(parsed.GetValue(common.State), journal =>
        {
            var wanted = parsed.GetValue(most);
            var runs = journal.Runs(wanted + 1);
            var entries = runs.Take(wanted).Select(run => new HistoryReport.Entry(run, journal.IsAlive(run), journal.Owed(run))).ToList();
            using var screen = new Screen(OutputMode.Quiet);
            screen.Show(new HistoryReport(TimeProvider.System, Screen.Width).Lines(entries, runs.Count > wanted), []);
            return 0;
        }));
        return command;
    }
}
