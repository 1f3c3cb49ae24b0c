using Playbooks.Model;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Files;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Notifying;

/// <summary>Which occasions to tell people a run is.</summary>
internal static class Occasion
{
    public static bool Is(NotifyOn on, ReportedRun run) => on switch
    {
        NotifyOn.Failure => !Passed(run),
        NotifyOn.Recovery => IsRecovery(run),
        // Of a first run all that fails is new.
        NotifyOn.Change => run.Comparison is { } since ? IsChange(since) || Passed(run) != (since.Before.ExitCode == ExitCode.Passed) : !Passed(run),
        NotifyOn.Always => true,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>It passed, and the run before it did not; or it had ended otherwise itself, and went on.</summary>
    public static bool IsRecovery(ReportedRun run) => Passed(run)
        && (run.FollowsTrouble || run.Events.Any(happened => happened is RunEvent.RunFinished { ExitCode: not ExitCode.Passed }));

    public static bool Passed(ReportedRun run) => run.Results.ExitCode == ExitCode.Passed;

    /// <summary>Values alone are none: ids of sessions differ each night. Nor is that a step has nothing to do, or something again.</summary>
    private static bool IsChange(Comparison since) => since.Pairs.Any(pair => pair.Was != pair.Is && !pair.IsSkipped && pair is not { Before.Outcome: Outcome.Skipped, Is: FindingState.Passed }) || since.Came.Count > 0 || since.Went.Count > 0;
}
