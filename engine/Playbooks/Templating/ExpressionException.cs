using Playbooks.Problems;
using Playbooks.Templating.Syntax;

namespace Playbooks.Templating;

/// <summary>An expression that has no value: where, why, and how to mend it.</summary>
public sealed class ExpressionException(Position at, string message, string? mend = null) : Exception(message)
{
    public Position At { get; } = at;

    public string? Mend { get; } = mend;

    /// <summary>The expression in which a name or a member is not there: the only error that its own `default` and `defined` forgive, in their first argument.</summary>
    internal Parsed? AbsentIn { get; init; }

    /// <summary>The same as a problem, for whoever collects those.</summary>
    public Problem ToProblem() => new(At, Message, Mend);
}
