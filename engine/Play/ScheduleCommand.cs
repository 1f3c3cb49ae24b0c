using System.CommandLine;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Scheduling;

namespace Play;

/// <summary>`play schedule`: playbooks that run every night, and what became of them.</summary>
internal static class ScheduleCommand
{
    public static Command Build()
    {
        var name = new Argument<string>("name") { Description = "A schedule's name." };
        var remove = new Command("remove", "Takes a schedule away; a run that goes on is let go on.") { name };
        remove.SetAction((parsed, cancel) => Guarded(() => Remove(parsed.GetRequiredValue(name), cancel)));
        var list = new Command("list", "Lists the schedules: when each is due next, and how its last run ended.");
        list.SetAction((_, cancel) => Guarded(() => List(cancel)));
        return new Command("schedule", "Has playbooks run every night: by a timer of systemd, else by cron.") { ScheduleAdding.Build(), list, remove, Due() };
    }

    /// <summary>What it does, or why it cannot, in words.</summary>
    public static async Task<int> Guarded(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (ScheduleException e)
        {
            return Screen.Refuse(e.Message, e.Mend);
        }
        catch (IOException e)
        {
            // Whatever it is: that it was done, or that something is due, is not to be said.
            return Screen.Refuse(e.Message);
        }
    }

    private static async Task<int> List(CancellationToken cancel)
    {
        var code = 0;
        var found = await new Schedulers(TimeProvider.System).List(e => code = Screen.Refuse(e.Message, e.Mend), cancel);
        var entries = found.Select(one => new ScheduleReport.Entry(File.Exists(one.Schedule.File) ? one : one with { Trouble = $"{one.Schedule.File} is not there any more" }, Last(one.Schedule, ref code))).ToList();
        using var screen = new Screen(OutputMode.Quiet);
        screen.Show(new ScheduleReport(TimeProvider.System, Screen.Width).Lines(entries), []);
        return code;
    }

    private static HistoryReport.Entry? Last(Schedule schedule, ref int code)
    {
        try
        {
            using var journal = RunJournal.Find(schedule.State, TimeProvider.System);
            return journal?.LastOf(schedule.File) is { } run ? new(run, journal.IsAlive(run), journal.Owed(run)) : null;
        }
        catch (Playbooks.Running.LogFailedException e)
        {
            code = Screen.Refuse(e.Message, e.Mend);
            return null;
        }
    }

    private static async Task<int> Remove(string name, CancellationToken cancel)
    {
        var all = await new Schedulers(TimeProvider.System).List(e => Screen.Refuse(e.Message, e.Mend), cancel);
        var found = all.Where(one => one.Schedule.Name == name).ToList();
        if (found.Count == 0) throw new ScheduleException($"there is no schedule `{name}`", Suggest.DidYouMean(name, all.Select(one => one.Schedule.Name)) ?? "`play schedule list` lists them");
        foreach (var one in found) await one.By.Remove(one.Schedule, cancel);
        Console.WriteLine($"{name} runs no more ({found[0].Schedule.Due}).");
        return 0;
    }

    /// <summary>A crontab has no time zone that every cron knows: its line asks often, and here it is known when it is time.</summary>
    private static Command Due()
    {
        var (at, zone) = (ScheduleAdding.At(), new Option<string>("--time-zone") { Description = "Where it is that time.", HelpName = "zone", Required = true });
        var due = new Command("due", $"Exit code 0 in the {DueTimes.Quarter} minutes from that time of day on, else 1: a line of a crontab asks so.") { at, zone };
        due.Hidden = true;
        due.SetAction((parsed, _) => Guarded(() => Task.FromResult(DueTimes.Read(parsed.GetRequiredValue(at), parsed.GetRequiredValue(zone)).IsDue(TimeProvider.System.GetUtcNow()) ? 0 : 1)));
        return due;
    }
}
