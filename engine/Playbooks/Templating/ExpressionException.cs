using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>An expression that has no value: where, why, and how to mend it.</summary>
public sealed class ExpressionException(Position at, string message, string? mend = null) : Exception(message)
{
    public Position At { get; } = at;

    public string? Mend { get; } = mend;

    /// <summary>A name or a member is not there: the only error that `default` and `defined` forgive, and only in their first argument.</summary>
    public bool IsAbsence { get; internal init; }

    /// <summary>The same as a problem, for whoever collects those.</summary>
    public Problem ToProblem() => new(At, Message, Mend);
}
