using Playbooks.Steps;

namespace Playbooks.Reporting.Comparing;

/// <summary>What is known of a step on a host after a run.</summary>
public enum FindingState
{
    Passed,
    Failed,

    /// <summary>It was not found out: the host could not be reached, the step was skipped or never came about, or how it ended is unknown.</summary>
    Open,
}

/// <summary>A step on a host (empty: it is about none), and what came of it.</summary>
/// <param name="Step">Its title, behind those of the blocks around it.</param>
/// <param name="Host">The host's name.</param>
public sealed record Finding(string Step, string Host)
{
    public required FindingState State { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>Of what did not pass: what went wrong, in one line.</summary>
    public string Message { get; init; } = "";

    /// <summary>Its severity is `warning`.</summary>
    public bool IsWarning { get; init; }

    /// <summary>What it captured, as text; what holds a secret is not there.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();
}
