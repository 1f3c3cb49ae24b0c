using Playbooks.Problems;

namespace Playbooks.Templating.Statements;

/// <summary>A piece of a template file that does something when the file is filled in.</summary>
internal abstract record Statement
{
    /// <summary>Text that stays as it is.</summary>
    internal sealed record Literal(string Text, Position At) : Statement;

    /// <summary>An expression whose value is written.</summary>
    internal sealed record Write(TemplatePart.Hole Hole) : Statement;

    /// <summary>The first branch whose condition holds; the last one's may be null: it always does.</summary>
    internal sealed record If(IReadOnlyList<(Expression? Condition, IReadOnlyList<Statement> Body)> Branches) : Statement;

    internal sealed record For(string Name, Expression List, IReadOnlyList<Statement> Body) : Statement;

    internal sealed record Assign(string Name, Expression Value) : Statement;

    /// <summary>Ends the innermost loop, or this turn of it.</summary>
    internal sealed record Leave(bool Whole) : Statement;
}
