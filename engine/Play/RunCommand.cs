using System.CommandLine;
using Play.Terminal;
using Playbooks.Connections;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;

namespace Play;

/// <summary>`play FILE`: runs a playbook.</summary>
internal static class RunCommand
{
    public static void Build(RootCommand root)
    {
        var options = new PlanOptions(root);
        var yes = new Option<bool>("--yes") { Description = "Answer every question of the playbook with yes." };
        foreach (var option in new Option[] { yes, options.Common.Verbose, options.Common.Output, options.Common.State }) root.Options.Add(option);
        root.SetAction((parsed, _) => Run(parsed.GetRequiredValue(options.File), options.Request(parsed), new RunWishes
        {
            Yes = parsed.GetValue(yes),
            Verbose = parsed.GetValue(options.Common.Verbose),
            Output = parsed.GetValue(options.Common.Output),
            State = parsed.GetValue(options.Common.State),
        }));
    }

    private static async Task<int> Run(string file, PlanRequest request, RunWishes wishes)
    {
        var problems = new ProblemList();
        return request.Read(file, problems) is { } reading ? await Run(reading.Plan, wishes with { Kept = reading }) : Screen.Refuse(problems);
    }

    /// <summary>Runs a plan and shows it to its end: as a run, or only what the hosts answered.</summary>
    public static async Task<int> Run(Plan plan, RunWishes wishes)
    {
        var masker = new Masker();
        try
        {
            return await Run(plan, wishes, masker);
        }
        catch (Exception e)
        {
            Screen.Complain(CrashText.Of(e, masker));
            return (int)ExitCode.Error;
        }
    }

    /// <summary>What `--output` says.</summary>
    public static OutputMode? ModeOf(string? output) => output is null ? null : Enum.Parse<OutputMode>(output, ignoreCase: true);

    private static async Task<int> Run(Plan plan, RunWishes wishes, Masker masker)
    {
        var problems = new ProblemList();
        using var stop = new Stop();
        using var signals = new Signals(stop);
        using var screen = new Screen(ModeOf(wishes.Output));
        if (await Secrets.Read(plan, screen, masker, problems, stop.Work) is not { } secrets) return stop.Reason is null ? Screen.Refuse(problems, masker) : (int)ExitCode.Interrupted;
        var name = $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}";
        await using var kept = wishes.Kept is { } reading ? KeptRun.Begin(name, reading, wishes, masker) : null;
        if (kept is null && wishes.Kept is not null) return (int)ExitCode.Problems;

        var recorder = new Recorder(new RunState(), kept?.Log ?? new NoLog(), TimeProvider.System, masker);
        await using var connections = new ConnectionPool(TimeProvider.System, Secrets.Options(secrets, screen, masker));
        var showing = new Showing(new Watched(RunOutline.Of(plan), recorder.Told, () => recorder.Elapsed), screen, TimeProvider.System, wishes.Verbose, wishes.Answers).ToEnd();
        var runner = new Runner(plan, recorder, new RunTools(connections, new CookieJars(), TimeProvider.System) { Secrets = secrets, AllLines = wishes.Verbose, Questions = new(wishes.Yes ? Yes : Ask) }, stop);
        try
        {
            var code = await runner.Run(name);
            await showing;
            kept?.Tell(code);
            return (int)code;
        }
        catch (LogFailedException e) when (kept is not null)
        {
            recorder.Complete();
            await showing;
            return (int)kept.Failed(e, recorder.State);
        }

        static Task<bool?> Yes(string question, CancellationToken cancel) => Task.FromResult<bool?>(true);

        async Task<bool?> Ask(string question, CancellationToken cancel)
        {
            // The question comes after all that led to it.
            for (var i = 0; i < 100 && recorder.Told.Count > 0 && !showing.IsCompleted; i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancel);
            return await screen.Confirm(masker.Mask(question), cancel);
        }
    }
}
