namespace Playbooks.Running;

/// <summary>The exit codes in words, from light to grave; 2 stands alone.</summary>
public static class ExitCodes
{
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Passed, "everything held"),
        (ExitCode.Failed, "an assertion failed"),
        (ExitCode.Problems, "nothing was run: wrong usage, or a problem in a file"),
        (ExitCode.Error, "something could not be carried out, or how it ended is unknown"),
        (ExitCode.Unreachable, "a host could not be reached"),
        (ExitCode.Guard, "stopped by a guard: `max_failed` of a block in batches, or the budget of a probe; what was done is put back, but not what blocks and batches had done to their end"),
        (ExitCode.Interrupted, "interrupted; what was done is put back, but not what blocks and batches had done to their end"),
        (ExitCode.NotUndone, "something was **not** put back, or `always` failed: look at your systems"),
    ];
}
