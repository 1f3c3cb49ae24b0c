using Playbooks.Problems;

namespace Playbooks.Linting;

/// <summary>What a rule found: where, what, and what to write instead.</summary>
public sealed record Finding(LintRule Rule, Position At, string Message, string Mend)
{
    /// <summary>The line of the step it is in, where that is another one.</summary>
    internal int? StepLine { get; init; }
}
