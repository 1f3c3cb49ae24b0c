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

    /// <summary>What became of an undo.</summary>
    /// <param name="isEmpty">All of its steps were skipped. Whether there was something to put back only they know.</param>
    public static string OfUndo(bool passed, bool isEmpty) => isEmpty ? "nothing was put back" : passed ? "put back" : "not put back";

    /// <summary>How a run ended.</summary>
    /// <param name="code">Its exit code.</param>
    /// <param name="unknown">Of so many steps, each on its hosts, nobody knows how they ended: what still runs counts most at night.</param>
    /// <param name="owed">So much is not put back.</param>
    public static string Of(ExitCode code, int unknown, int owed) => (unknown > 0 ? $"UNKNOWN: how {unknown} {(unknown == 1 ? "step" : "steps")} ended, and whether {(unknown == 1 ? "it still runs" : "they still run")}" : "", code) switch
    {
        ({ Length: > 0 } unsure, ExitCode.Passed or ExitCode.Failed or ExitCode.Error) => unsure,
        ({ Length: > 0 } unsure, _) => $"{unsure}; {Of(code, 0, owed)}",
        (_, ExitCode.Passed) => "passed",
        (_, ExitCode.Failed) => "failed: an assertion does not hold",
        (_, ExitCode.Error) => "failed: something could not be carried out",
        (_, ExitCode.Unreachable) => "failed: a host cannot be reached",
        (_, ExitCode.Guard) => "stopped by a guard",
        (_, ExitCode.Interrupted) => "interrupted",
        _ => $"failed: {(owed > 0 ? "not all was put back" : "an `always` did not pass")}, look at your systems",
    };
}
