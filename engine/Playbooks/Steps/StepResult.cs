using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>How a step went on a host, from good to grave as the exit code ranks them.</summary>
public enum Outcome
{
    Passed,

    /// <summary>`when` was false.</summary>
    Skipped,

    /// <summary>Its host was gone.</summary>
    NotRun,

    /// <summary>An assertion does not hold.</summary>
    Failed,

    /// <summary>It could not be carried out.</summary>
    Error,

    /// <summary>It had started; how it ended could not be found out.</summary>
    Unknown,

    /// <summary>Its host cannot be reached.</summary>
    Unreachable,
}

/// <summary>What came of one run of a step's work.</summary>
public sealed record StepResult
{
    public required Outcome Outcome { get; init; }

    public DataMap Fields { get; init; } = DataMap.Empty;

    /// <summary>In words, one sentence each: what does not hold, or why it could not be carried out.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>Its end is unknown because the link to its host was lost.</summary>
    public bool LinkLost { get; init; }

    /// <summary>False where surely nothing of it was begun.</summary>
    public bool Began { get; init; } = true;

    public string? Mend { get; init; }

    /// <summary>What was odd about it, whatever its outcome.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>For a `log` step: how far it has read its files and judged what it read; null: it has not.</summary>
    public IReadOnlyList<LogMark>? ReadTo { get; init; }

    public static StepResult Passed(DataMap fields) => new() { Outcome = Outcome.Passed, Fields = fields };

    public static StepResult Failed(DataMap fields, params IReadOnlyList<string> messages) => new() { Outcome = Outcome.Failed, Fields = fields, Messages = messages };

    public static StepResult Error(string message, string? mend = null) => new() { Outcome = Outcome.Error, Messages = [message], Mend = mend };

    public static StepResult Unknown(string message) => new() { Outcome = Outcome.Unknown, Messages = [message] };
}
