using Playbooks.Problems;
using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>An expression that was read and found good: its tree and the names it uses.</summary>
internal sealed record Parsed(PlacedText Text, ScriptExpression Root, IReadOnlyList<NameUse> Names)
{
    public Position At(ScriptNode node) => Text.At(Start(node), Length(node));

    public string Source(ScriptNode node)
    {
        var end = Math.Min(Start(node) + Length(node), Text.Value.Length);
        // Scriban's span of a call stops before its closing bracket.
        if (node is ScriptFunctionCall { ExplicitCall: true } && end < Text.Value.Length && Text.Value[end] == ')') end++;
        return Text.Value[Start(node)..end];
    }

    public static int Start(ScriptNode node) => Math.Max(0, node.Span.Start.Offset);

    public static int Length(ScriptNode node) => Math.Max(1, node.Span.End.Offset - Start(node) + 1);
}
