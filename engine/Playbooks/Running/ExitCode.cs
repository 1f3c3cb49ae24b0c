namespace Playbooks.Running;

/// <summary>What a program that calls `play` is told.</summary>
public enum ExitCode
{
    Passed = 0,
    Failed = 1,

    /// <summary>Nothing was run: wrong usage, or a problem in a file.</summary>
    Problems = 2,

    /// <summary>Something could not be carried out, or how it ended is unknown.</summary>
    Error = 3,
    Unreachable = 4,

    /// <summary>Stopped by a guard.</summary>
    Guard = 5,

    /// <summary>An undo or `always` failed.</summary>
    NotUndone = 6,
    Interrupted = 130,
}
