using System.Numerics;
using Playbooks.Problems;
using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>Walks Scriban's tree: what is not on the list of allowed nodes and functions is a problem; on the way the names are collected.</summary>
internal sealed partial class AllowedTree
{
    private readonly PlacedText text;
    private readonly ProblemList problems;
    private readonly List<NameUse> names = [];

    private AllowedTree(PlacedText text, ProblemList problems) => (this.text, this.problems) = (text, problems);

    public static IReadOnlyList<NameUse> Check(PlacedText text, ScriptExpression root, ProblemList problems)
    {
        var tree = new AllowedTree(text, problems);
        tree.Visit(root, guarded: false);
        return tree.names;
    }

    private void Visit(ScriptNode? node, bool guarded)
    {
        switch (node)
        {
            case ScriptLiteral literal: Literal(literal); break;
            case ScriptNestedExpression nested: Visit(nested.Expression, guarded); break;
            case ScriptIsEmptyExpression: Refuse(node, "there is no `.empty?` in expressions", "compare with \"\", or use count(x) == 0"); break;
            case ScriptVariableGlobal or ScriptMemberExpression or ScriptIndexerExpression: VisitPath((ScriptExpression)node, guarded); break;
            case ScriptBinaryExpression binary: Binary(binary, guarded); break;
            case ScriptIncrementDecrementExpression: Refuse(node, "an expression only asks, it changes nothing"); break;
            case ScriptUnaryExpression unary:
                if (unary.Operator is not (ScriptUnaryOperator.Not or ScriptUnaryOperator.Negate or ScriptUnaryOperator.Plus))
                    Refuse(unary, $"there is no `{unary.OperatorAsText}` in expressions");
                Visit(unary.Right, guarded);
                break;
            case ScriptConditionalExpression choice:
                Visit(choice.Condition, guarded);
                Visit(choice.ThenValue, guarded);
                Visit(choice.ElseValue, guarded);
                break;
            case ScriptPipeCall pipe: Pipe(pipe, guarded); break;
            case ScriptFunctionCall call: Call(call, null, guarded); break;
            case ScriptArrayInitializerExpression list:
                foreach (var item in list.Values) Visit(item, guarded);
                break;
            case ScriptObjectInitializerExpression map:
                Map(map, guarded);
                break;
            case ScriptAssignExpression: Refuse(node, "`=` assigns, and an expression only asks", "did you mean `==`?"); break;
            case ScriptNamedArgument named: Refuse(named.Name ?? node, "arguments have no names here: they count by their place"); break;
            case ScriptInterpolatedStringExpression: Refuse(node, "there is no $\"…\" in expressions", "join texts with `+`"); break;
            case ScriptAnonymousFunction: Refuse(node, "functions of one's own are not part of expressions"); break;
            case null: problems.Add(text.Start, "a part of this expression is missing"); break;
            default: Refuse(node, "this cannot stand in an expression"); break;
        }
    }

    private void Map(ScriptObjectInitializerExpression map, bool guarded)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in map.Members)
        {
            var name = member.Name switch { ScriptVariableGlobal word => word.Name, ScriptLiteral { Value: string text } => text, _ => null };
            if (name is null) Refuse(member, "a name in a map is a word or a text");
            else if (!seen.Add(name)) Refuse(member.Name!, $"`{name}` stands twice in this map");
            Visit(member.Value, guarded);
        }
    }

    private void Literal(ScriptLiteral literal)
    {
        if (literal.Value is BigInteger or ulong or decimal) Refuse(literal, "this number is too large", "write it as text, in quotes");
        else if (literal.Value is double and (double.NaN or double.PositiveInfinity or double.NegativeInfinity)) Refuse(literal, "this number is too large");
    }

    private void Binary(ScriptBinaryExpression binary, bool guarded)
    {
        if (!BinaryOperators.Allowed.Contains(binary.Operator)) Refuse(binary, $"there is no `{binary.OperatorAsText}` in expressions");
        else if (BinaryOperators.Compares(binary.Operator)
            && (BinaryOperators.Compares((binary.Left as ScriptBinaryExpression)?.Operator) || BinaryOperators.Compares((binary.Right as ScriptBinaryExpression)?.Operator)))
            Refuse(binary.OperatorToken ?? (ScriptNode)binary, "comparisons cannot be chained", "write a < b && b < c");
        else if (!BinaryOperators.IsRange(binary.Operator)
            && (BinaryOperators.IsRange((binary.Left as ScriptBinaryExpression)?.Operator) || BinaryOperators.IsRange((binary.Right as ScriptBinaryExpression)?.Operator)))
            Refuse(binary.OperatorToken ?? (ScriptNode)binary, "`..` binds its two neighbours first", "set brackets: 1..(n + 1), or (1..n) == list");
        Visit(binary.Left, guarded);
        Visit(binary.Right, guarded);
    }

    private void VisitPath(ScriptExpression path, bool guarded)
    {
        var (root, members, others) = Paths.Split(path);
        foreach (var other in others) Visit(other, guarded);
        for (ScriptNode? node = path; node is ScriptMemberExpression member; node = member.Target)
            if (member.DotToken?.Value == "?.") Refuse(member, "there is no `?.` in expressions", "write default(a.b, other)");
        if (root is ScriptVariableGlobal family && members.Count > 0 && BuiltIns.MeantAsCall($"{family.Name}.{members[0]}") is var (message, mend)) Refuse(path, message, mend);
        else if (root is ScriptVariableGlobal name) names.Add(new NameUse(name.Name, members, At(path), guarded) { PicksOne = Paths.PicksOne(path) });
        else Visit(root, guarded);
    }

    private Position At(ScriptNode node) => text.At(Parsed.Start(node), Parsed.Length(node));

    private void Refuse(ScriptNode node, string message, string? mend = null) => problems.Add(At(node), message, mend);
}
