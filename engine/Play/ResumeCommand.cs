using System.CommandLine;
using System.CommandLine.Parsing;
using Play.Resuming;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Problems;
using Playbooks.Reporting.Origins;
using Playbooks.Running;

namespace Play;

/// <summary>`play resume RUN`: goes on with a run that was cut off, or that stopped. What passed does not run again.</summary>
internal static class ResumeCommand
{
    public static Command Build()
    {
        var run = Journals.Run;
        var undo = new Option<bool>("--undo") { Description = "Put back what it owes, and end." };
        var goOn = new Option<bool>("--go-on") { Description = "Go on with its steps, though it owes something." };
        var byHand = new Option<bool>("--assume-put-back") { Description = "What it owes was put back by hand: runs nothing and closes the run; nobody is reminded of it any more." };
        var accept = new Option<bool>("--accept-changes") { Description = "Go on with the playbook as it is now, where nothing changed before the first step that did not pass." };
        var yes = new Option<bool>("--yes") { Description = "Answer every question of the playbook with yes." };
        (Decision Decision, Option<string[]> Option)[] decisions =
        [
            (Decision.AssumeDone, Of("--assume-done", "it was done.")),
            (Decision.Rerun, Of("--rerun", "run it once more.")),
            (Decision.Skip, Of("--skip", "leave it out.")),
        ];
        var common = new CommonOptions();
        var command = new Command("resume", "Goes on with a run that was cut off, or that stopped: what passed does not run again.") { run };
        var reports = ReportFiles.Option(toStdout: false);
        foreach (var option in (Option[])[undo, goOn, byHand, accept, .. decisions.Select(d => d.Option), common.Values, yes, common.Verbose, common.Output, reports, common.NoNotify, common.State]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(undo) && result.GetValue(goOn)) result.AddError("`--undo` puts back and ends, `--go-on` goes on: which one?");
            if (result.GetValue(byHand) && result.Children.OfType<OptionResult>().FirstOrDefault(said => !said.Implicit && said.Option != byHand && said.Option != common.State) is { Option.Name: var other })
                result.AddError($"`--assume-put-back` runs nothing and closes the run: `{other}` has no meaning beside it");
        });
        command.SetAction((parsed, _) =>
        {
            var wishes = new ResumeWishes
            {
                PutsBack = parsed.GetValue(undo) ? true : parsed.GetValue(goOn) ? false : null,
                AcceptsChanges = parsed.GetValue(accept),
                Said = [.. decisions.SelectMany(d => (parsed.GetValue(d.Option) ?? []).Select(name => (d.Decision, name)))],
                Values = parsed.GetValue(common.Values) ?? [],
                NoNotify = parsed.GetValue(common.NoNotify),
                Run = new RunWishes { Yes = parsed.GetValue(yes), Verbose = parsed.GetValue(common.Verbose), Output = parsed.GetValue(common.Output), Reports = ReportFiles.Of(parsed.GetValue(reports)) },
            };
            // Its own working directory is gone to: this one's paths are made whole before.
            var state = parsed.GetValue(common.State) is { } folder ? Path.GetFullPath(folder) : null;
            return Journals.Read(state, async journal => Journals.Find(journal, parsed.GetRequiredValue(run)) is not { } found ? 2
                : journal.IsAlive(found) ? Screen.Refuse($"the run {found.Name} is still running, in process {found.Pid} of {found.User}; nothing was run", $"`play attach {found.Name}` shows it")
                : parsed.GetValue(byHand) ? ByHand.Close(journal, found)
                : await Resume(journal, found, wishes with { Run = wishes.Run with { State = state } }));
        });
        return command;

        static Option<string[]> Of(string name, string what) => new(name) { Description = $"Of a step whose end is unknown on a host: {what}", HelpName = "step@host", AllowMultipleArgumentsPerToken = false };
    }

    private static async Task<int> Resume(RunJournal journal, JournalRun run, ResumeWishes wishes)
    {
        var problems = new ProblemList();
        if (journal.Origin(run) is not { } origin) return Screen.Refuse($"the journal does not have what the run {run.Name} was made of; nothing was run");
        if (KeptRequest.FromJson(origin.Request) is not { } kept) return Screen.Refuse($"the journal says of the run {run.Name} in words that this version of play does not know what it was asked for; nothing was run", "go on with it with the version that began it");
        if (kept.Again(wishes.Values, problems) is not { } request || (request with { NoNotify = request.NoNotify || wishes.NoNotify }).Read(kept.File, problems) is not { } reading) return Screen.Refuse(problems);
        return await RunSession.Run(reading.Plan, wishes.Run with { Kept = reading, Verbose = wishes.Run.Verbose || kept.Verbose }, async session =>
        {
            var events = journal.EventsToGoOn(run).ToList();
            var state = RunState.Of(events);
            if (state.PutBackBy is { } by) return Screen.Refuse($"the run {run.Name} is closed: what it owed was put back by hand, says {by}; nothing was run", "begin a new run");
            var resumption = new Resumption(reading.Plan, state, events);
            if (resumption.IsOver) return Screen.Refuse($"the run {run.Name} has come to its end and owes nothing: nothing is left to go on with", $"`play show {run.Name}` shows it");
            var now = reading.Origin(session.Masker, kept.Verbose);
            var changes = new Changes(origin, now);
            if (IsRefused(changes, resumption, wishes.AcceptsChanges)) return 2;
            session.Connections.GoesOnAfter(state.Sequence);
            var choices = new Choices(resumption, session, run.Name, wishes.Run.State);
            if (await choices.PutsBack(wishes.PutsBack) is not { } putsBack || await choices.Decide(wishes.Said, putsBack) is not { } decided) return 2;
            if (putsBack && resumption.HasEnded && resumption.Owed.Count == 0 && state.AlwaysNotRun.Count == 0) return Screen.Refuse($"the run {run.Name} owes nothing: there is nothing to put back", "to go on with its steps: --go-on");
            if (putsBack && !wishes.AcceptsChanges && journal.Others(run).Where(other => other.Id > run.Id && other.EndedAt is not null).ToList() is [var last, ..] later)
                return Screen.Refuse($"this playbook was run again since, {(later.Count == 1 ? "once" : $"{later.Count} times")}, the last time as {last.Name}: what {run.Name} would put back is as it was before that; nothing was put back", "look at its hosts first; with --accept-changes it is put back all the same");
            // An undo that wants one fails by itself, and what else is owed is put back.
            foreach (var (step, why) in putsBack ? [] : resumption.LostSecrets) problems.Add(reading.Plan.Find(step).Step.At, why, "begin a new run");
            if (problems.Count > 0) return Screen.Refuse(problems, session.Masker);
            if (!putsBack && state.LostCookies is [var cookie, ..]) return Screen.Refuse($"the cookie {cookie} holds a secret, which the journal does not keep, so it cannot be sent again; nothing was run", "begin a new run");
            await using var going = await KeptRun.GoOn(journal, run, reading.Plan, changes.All.Count > 0 ? now : null, session);
            return going is null ? 2 : await session.Run(going, state, runner => runner.Resume(putsBack ? resumption.PutBack(decided) : resumption.GoOn(decided)), events);
        });
    }

    /// <summary>What has changed since is told. A run goes on with it only where the user accepts that, and nothing that has run is touched by it.</summary>
    private static bool IsRefused(Changes changes, Resumption resumption, bool accepts)
    {
        if (changes.All.Count == 0) return false;
        var touched = accepts ? changes.Before(resumption.FirstToRun) : null;
        if (accepts && touched is null) return false;
        using var screen = new Screen(OutputMode.Quiet);
        screen.Show(touched is null ? changes.Lines(Screen.Width) : Changes.Lines(touched, Screen.Width), []);
        if (touched is null) Screen.Refuse("what this run was made of has changed since; nothing was run", "put it back as it was, or say --accept-changes:\nthe run goes on with it where nothing changed before the first step that did not pass");
        else Screen.Refuse("that belongs to what has run already, so the run cannot go on with it; nothing was run", $"put it back as it was, or begin a new run{(resumption.Owed.Count > 0 ? "\nwhere you put back by hand what it owes: --assume-put-back" : "")}");
        return true;
    }
}
