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
        foreach (var option in new Option[] { yes, options.Common.Verbose, options.Common.Output }) root.Options.Add(option);
        root.SetAction((parsed, _) => Run(parsed.GetRequiredValue(options.File), options.Request(parsed), parsed.GetValue(yes), parsed.GetValue(options.Common.Verbose), parsed.GetValue(options.Common.Output)));
    }

    private static async Task<int> Run(string file, PlanRequest request, bool yes, bool verbose, string? output)
    {
        var problems = new ProblemList();
        var plan = request.Plan(file, problems);
        return plan is null ? Screen.Refuse(problems) : await Run(plan, yes, verbose, output);
    }

    /// <summary>Runs a plan and shows it to its end: as a run, or only what the hosts answered.</summary>
    public static async Task<int> Run(Plan plan, bool yes, bool verbose, string? output, Func<ProgressReport, AnswersReport>? answers = null)
    {
        var masker = new Masker();
        try
        {
            return await Run(plan, yes, verbose, output, answers, masker);
        }
        catch (Exception e)
        {
            Screen.Complain(CrashText.Of(e, masker));
            return (int)ExitCode.Error;
        }
    }

    private static async Task<int> Run(Plan plan, bool yes, bool verbose, string? output, Func<ProgressReport, AnswersReport>? answers, Masker masker)
    {
        var problems = new ProblemList();
        using var stop = new Stop();
        using var signals = new Signals(stop);
        using var screen = new Screen(output is null ? null : Enum.Parse<OutputMode>(output, ignoreCase: true));
        if (await Secrets.Read(plan, screen, masker, problems, stop.Work) is not { } secrets) return stop.Reason is null ? Screen.Refuse(problems, masker) : (int)ExitCode.Interrupted;
        var recorder = new Recorder(new RunState(), new NoLog(), TimeProvider.System, masker);
        await using var connections = new ConnectionPool(TimeProvider.System, Secrets.Options(secrets, screen, masker));
        var showing = new Showing(RunOutline.Of(plan), recorder, screen, TimeProvider.System, verbose, answers).ToEnd();
        var run = $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}";
        var code = await new Runner(plan, recorder, new RunTools(connections, new CookieJars(), TimeProvider.System) { Secrets = secrets, AllLines = verbose, Questions = new(yes ? Yes : Ask) }, stop).Run(run);
        await showing;
        return (int)code;

        static Task<bool?> Yes(string question, CancellationToken cancel) => Task.FromResult<bool?>(true);

        async Task<bool?> Ask(string question, CancellationToken cancel)
        {
            // The question comes after all that led to it.
            for (var i = 0; i < 100 && recorder.Told.Count > 0 && !showing.IsCompleted; i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancel);
            return await screen.Confirm(masker.Mask(question), cancel);
        }
    }
}
