namespace Playbooks.Steps.Log;

/// <summary>The window of a `log` step as it was read: its files in the order in which they were written.</summary>
internal sealed record LogWindow
{
    public IReadOnlyList<WindowFile> Files { get; init; } = [];

    /// <summary>Sentences about what was written and cannot be had any more.</summary>
    public IReadOnlyList<string> Lost { get; init; } = [];

    /// <summary>There is more than is read in one attempt.</summary>
    public bool Cut { get; init; }

    public long Bytes { get; init; }

    /// <summary>Why there is no window.</summary>
    public StepResult? Wrong { get; init; }
}

/// <summary>A file of the window: what was read of it, and what was found there.</summary>
internal sealed record WindowFile(string Path, long From, long To, LogFindings Findings);
