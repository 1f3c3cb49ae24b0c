using System.CommandLine;
using Play.Terminal;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Running;

namespace Play;

/// <summary>`play FILE`: runs a playbook.</summary>
internal static class RunCommand
{
    /// <summary>Gives a command all that a run takes, and has it run; `schedule add` keeps it for the night instead.</summary>
    public static PlanOptions Build(Command root)
    {
        var options = new PlanOptions(root);
        var yes = new Option<bool>("--yes") { Description = "Answer every question of the playbook with yes." };
        var alone = new Option<bool>("--alone") { Description = "Begin only where no other run of this playbook goes on." };
        var reports = ReportFiles.Option(toStdout: false);
        foreach (var option in new Option[] { yes, alone, options.Common.Verbose, options.Common.Output, reports, options.Common.NoNotify, options.Common.State }) root.Options.Add(option);
        root.SetAction((parsed, _) => Run(parsed.GetRequiredValue(options.File), options.Request(parsed) with { NoNotify = parsed.GetValue(options.Common.NoNotify) }, new RunWishes
        {
            Yes = parsed.GetValue(yes),
            Alone = parsed.GetValue(alone),
            Verbose = parsed.GetValue(options.Common.Verbose),
            Output = parsed.GetValue(options.Common.Output),
            Reports = ReportFiles.Of(parsed.GetValue(reports)),
            State = parsed.GetValue(options.Common.State),
        }));
        return options;
    }

    private static async Task<int> Run(string file, PlanRequest request, RunWishes wishes)
    {
        var problems = new ProblemList();
        return request.Read(file, problems) is { } reading ? await Run(reading.Plan, wishes with { Kept = reading }) : Screen.Refuse(problems);
    }

    /// <summary>Runs a plan and shows it to its end: as a run, or only what the hosts answered.</summary>
    public static Task<int> Run(Plan plan, RunWishes wishes) => RunSession.Run(plan, wishes, async session =>
    {
        var name = $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}";
        await using var kept = wishes.Kept is { } reading ? await KeptRun.Begin(name, reading, wishes, session) : null;
        return kept is null && wishes.Kept is not null ? (int)ExitCode.Problems : await session.Run(kept, new RunState(), runner => runner.Run(name), []);
    });
}
