using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>The language's words for what the program counts.</summary>
public static class Words
{
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.NotRun => "not run",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>How a run ended.</summary>
    public static string Of(ExitCode code) => code switch
    {
        ExitCode.Passed => "passed",
        ExitCode.Failed => "failed: an assertion does not hold",
        ExitCode.Error => "failed: something could not be carried out, or its end is unknown",
        ExitCode.Unreachable => "failed: a host cannot be reached",
        ExitCode.Guard => "stopped by a guard",
        ExitCode.Interrupted => "interrupted",
        _ => "failed: an undo or an `always` did not pass, look at your systems",
    };
}
