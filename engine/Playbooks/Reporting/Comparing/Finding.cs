using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting.Comparing;

/// <summary>What is known of a step on a host after a run.</summary>
public enum FindingState
{
    Passed,
    Failed,

    /// <summary>It was not found out: the host could not be reached, the step was skipped or never came about, how it ended is unknown, or it failed and was rescued.</summary>
    Open,
}

/// <summary>A step on a host (empty: it is about none), and what came of it.</summary>
/// <param name="Step">Its title, behind those of the blocks around it.</param>
/// <param name="Host">The host's name.</param>
public sealed record Finding(string Step, string Host)
{
    public required FindingState State { get; init; }

    /// <summary>Null: of a probe that ran and was not judged.</summary>
    public required Outcome? Outcome { get; init; }

    /// <summary>It failed, and a rescue made that good.</summary>
    public bool IsRescued { get; init; }

    /// <summary>How it ended, in a word.</summary>
    public string Word => IsRescued ? "rescued" : Outcome is { } outcome ? Words.Of(outcome) : "not judged";

    /// <summary>Of what did not pass: what went wrong, in one line.</summary>
    public string Message { get; init; } = "";

    /// <summary>Its severity is `warning`.</summary>
    public bool IsWarning { get; init; }

    /// <summary>What it captured, as text; what holds a secret is not there.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();
}
