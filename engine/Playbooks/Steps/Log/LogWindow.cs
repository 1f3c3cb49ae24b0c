namespace Playbooks.Steps.Log;

/// <summary>The window of a `log` step as it was read: its files in the order in which they were written.</summary>
internal sealed record LogWindow
{
    /// <summary>Where it begins: play, beginning, the id of a step, or the name of the run that had read to there.</summary>
    public string Since { get; init; } = "";

    public IReadOnlyList<WindowFile> Files { get; init; } = [];

    /// <summary>Sentences about what was written and cannot be had any more.</summary>
    public IReadOnlyList<string> Lost { get; init; } = [];

    public long Bytes => Files.Sum(f => f.To - f.From);

    /// <summary>Why there is no window.</summary>
    public StepResult? Wrong { get; init; }
}

/// <summary>A file of the window: what was read of it, and what was found there.</summary>
/// <param name="Sha256">Of its bytes from `From` to `To`, as they are on the machine.</param>
internal sealed record WindowFile(string Path, long From, long To, string Sha256, LogFindings Findings);
