using System.CommandLine;
using System.Globalization;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Scheduling;
using Playbooks.Steps;

namespace Play;

/// <summary>`play schedule add PLAYBOOK --at 03:00`, with any options of a run: checks that it could run now, and writes what begins it every night.</summary>
internal sealed class ScheduleAdding
{
    private const string Alone = "--alone";

    private readonly Option<string> at = At();
    private readonly Option<string?> zone = new("--time-zone") { Description = "Where it is that time: Asia/Seoul (this machine's).", HelpName = "zone" };
    private readonly Option<string?> name = new("--name") { Description = "What it is called (the playbook's file name).", HelpName = "name" };
    private readonly Option<string?> with = new("--with") { Description = "Who begins its runs: systemd, systemd-user (the user's own units, for root too), or cron (systemd where it runs).", HelpName = "what" };
    private readonly Option<bool> replace = new("--replace") { Description = "Take the place of the schedule of that name." };
    private readonly Option<bool> print = new("--print") { Description = "Show what would be written, and write nothing." };
    private readonly Command command = new("add", "Has a playbook run every night; takes every option of a run, too.");
    private readonly PlanOptions plan;
    private readonly IReadOnlyList<Option> own, run;

    private ScheduleAdding()
    {
        with.AcceptOnlyFromAmong([.. Schedulers.Words]);
        plan = RunCommand.Build(command);
        run = [.. command.Options];
        own = [at, zone, name, with, replace, print];
        foreach (var option in own) command.Options.Add(option);
        command.SetAction((parsed, cancel) => ScheduleCommand.Guarded(() => Add(parsed, cancel)));
    }

    public static Command Build() => new ScheduleAdding().command;

    public static Option<string> At() => new("--at") { Description = "The time of day, 03:00.", Required = true, HelpName = "time" };

    private async Task<int> Add(ParseResult parsed, CancellationToken cancel)
    {
        var due = DueOf(parsed);
        if (parsed.GetValue(plan.Common.Output) == "pretty") throw new ScheduleException("at night there is no terminal for `--output pretty`", "leave it out, or say plain or quiet");
        var problems = new ProblemList();
        if (plan.Request(parsed).Read(parsed.GetRequiredValue(plan.File), problems) is not { } reading) return Screen.Refuse(problems);
        var file = Path.GetFullPath(reading.File);
        var wanted = new ScheduledRun
        {
            Schedule = new()
            {
                Name = parsed.GetValue(name) ?? Schedule.NameOf(file),
                File = file,
                Due = due,
                State = Path.GetFullPath(parsed.GetValue(plan.Common.State) ?? RunJournal.UsualFolder),
                Added = TimeProvider.System.GetUtcNow(),
            },
            Folder = Environment.CurrentDirectory,
            // Not the script that builds: nothing is built at night, and a new build takes the old one's place.
            Words = [Environment.ProcessPath!, file, .. WordsOf(parsed, reading), Alone],
            OnlyLooks = reading.Plan.All.All(step => step.Effect == Effect.None),
        };
        wanted.Check();
        var schedulers = new Schedulers(TimeProvider.System);
        var scheduler = schedulers.Choose(parsed.GetValue(with));
        var notes = Notes(reading.Plan, wanted, parsed.GetValue<bool>("--yes"));
        if (parsed.GetValue(print))
        {
            foreach (var note in notes) Screen.Complain($"play: {note}");
            foreach (var (place, text) in scheduler.Texts(wanted)) Console.WriteLine($"# {place}\n{text}");
            return 0;
        }
        var same = (await schedulers.List(e => Screen.Complain($"play: {e.Message}"), cancel)).Where(one => one.Schedule.Name == wanted.Schedule.Name).ToList();
        if (same is [var other, ..] && !parsed.GetValue(replace))
            throw new ScheduleException($"there is a schedule `{other.Schedule.Name}` already, {other.Schedule.Due}, of {other.Schedule.File}", "--replace takes its place, another --name stands beside it");
        await scheduler.Add(wanted, cancel);
        foreach (var one in same.Where(one => one.By != scheduler)) await one.By.Remove(one.Schedule, cancel);
        Tell(wanted, scheduler);
        foreach (var note in notes.Concat(schedulers.EndsWithLogin(scheduler) ? [$"its timer stops when you log out: loginctl enable-linger {Environment.UserName}"] : [])) Screen.Complain($"play: {note}");
        return 0;
    }

    private DueTimes DueOf(ParseResult parsed)
    {
        var due = DueTimes.Read(parsed.GetRequiredValue(at), parsed.GetValue(zone) ?? TimeZoneInfo.Local.Id);
        // A timer of systemd would leave that night out without a word.
        return due.LeftOut(TimeProvider.System.GetUtcNow()) is not (var date, var instead) ? due : throw new ScheduleException(
            string.Create(CultureInfo.InvariantCulture, $"the clocks of {due.Zone.Id} do not show {due.Time} on {date:yyyy-MM-dd}, when they are put forward"), string.Create(CultureInfo.InvariantCulture, $"choose a time that every night has, such as {instead:HH:mm}"));
    }

    /// <summary>The options of the run, as they were given; what was found in the environment is named, because that is another one at night.</summary>
    private IEnumerable<string> WordsOf(ParseResult parsed, PlanReading reading)
    {
        foreach (var param in reading.Wishes.Params.Where(given => given.Value.IsText && reading.Plan.Playbook.Params.Any(p => p.Name == given.Key && p.IsSecret)))
            throw new ScheduleException($"`{param.Key}` is a secret, and the words of a unit or a crontab are for everybody to read", $"put `{param.Key}: …` in a file that only you may read, and give that: -e @FILE");
        if (reading.Plan.Playbook.Inventory is null || parsed.GetValue(plan.Common.Inventory) is { Length: > 0 })
            foreach (var inventory in reading.Request.Inventories)
                foreach (var word in new[] { "-i", Path.Exists(inventory) ? Path.GetFullPath(inventory) : inventory }) yield return word;
        foreach (var option in run.Where(option => option != plan.Common.Inventory && option != plan.Common.State && option.Name != Alone))
            if (parsed.GetResult(option) is { Implicit: false } said)
                foreach (var word in said.Tokens.Count == 0 ? [option.Name] : said.Tokens.SelectMany(token => Said(option, token.Value))) yield return word;
        var state = parsed.GetValue(plan.Common.State) ?? (Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } ? RunJournal.UsualFolder : null);
        foreach (var word in state is null ? Array.Empty<string>() : ["--state", Path.GetFullPath(state)]) yield return word;
    }

    private string[] Said(Option option, string value) => option == plan.Common.Values && value is ['@', .. var path] ? [option.Name, $"@{Path.GetFullPath(path)}"]
        : value.StartsWith('-') ? [$"{option.Name}={value}"]
        : [option.Name, value];

    private static void Tell(ScheduledRun wanted, IScheduler scheduler)
    {
        using var screen = new Screen(OutputMode.Quiet);
        screen.Show(new ScheduleReport(TimeProvider.System, Screen.Width).Lines([new(new FoundSchedule(wanted.Schedule, scheduler), null)]), []);
    }

    /// <summary>What would go wrong at night, when nobody is there and the environment is another.</summary>
    private static IEnumerable<string> Notes(Plan plan, ScheduledRun wanted, bool yes)
    {
        foreach (var secret in plan.Secrets)
            if (secret.Source is SecretSource.Ask) yield return $"nobody is there at night to be asked for `{secret.Name}`: the run will end with an error. Take it from a file or a command";
            else if (secret.Source is SecretSource.Variable variable) yield return $"`{secret.Name}` comes from the environment ({variable.Name}), which is another one at night. Take it from a file or a command";
            else if (secret.Source is SecretSource.VaultFile or SecretSource.VaultText) yield return $"the vault's password for `{secret.Name}` comes from the environment or from you, and neither is there at night. Take it from a file or a command";
        if (!yes && plan.All.Any(step => step.Step.Work is KindWork { Kind: ConfirmStep })) yield return "nobody is there at night to answer its `confirm`: add it with --yes, or the run will end with an error";
        if (!wanted.OnlyLooks) yield return "it may change hosts, so a night that was missed is not caught up by day";
    }
}
