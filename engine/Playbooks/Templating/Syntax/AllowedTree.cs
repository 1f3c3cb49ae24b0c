using System.Numerics;
using System.Text.RegularExpressions;
using Playbooks.Problems;
using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>Walks Scriban's tree: what is not on the list of allowed nodes and functions is a problem; on the way the names are collected.</summary>
internal sealed class AllowedTree
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

    private void Pipe(ScriptPipeCall pipe, bool guarded)
    {
        if (pipe.From is ScriptBinaryExpression or ScriptConditionalExpression or ScriptUnaryExpression)
            Refuse(pipe.PipeToken ?? (ScriptNode)pipe, "a pipe takes everything that stands before it, across operators", "set brackets: y == 1 && (x | f), or call the function: f(x)");
        var stages = Pipes.Stages(pipe);
        for (var i = 0; i < stages.Count; i++)
        {
            // In x | string.upcase | default("a") both x and the call before it may come to nothing.
            var isGuarded = guarded || stages.Skip(i + 1).Any(x => x is ScriptFunctionCall call && IsForgiving(BuiltIns.NameOf(call.Target)));
            if (i == 0) Visit(stages[0], isGuarded);
            else Target(stages[i], stages[i - 1], isGuarded);
        }
    }

    private static bool IsForgiving(string? function) => function is "default" or "defined";

    private void Target(ScriptNode? to, ScriptNode? piped, bool guarded)
    {
        switch (to)
        {
            case ScriptFunctionCall call: Call(call, piped, guarded); break;
            case ScriptBinaryExpression or ScriptConditionalExpression or ScriptUnaryExpression:
                Refuse(to, "a pipe beside an operator needs brackets", "write (x | f) == 1, or call the function: f(x) == 1");
                break;
            case not null: Refuse(to, "a pipe leads to a function", "write x | f, or f(x)"); break;
        }
    }

    private void Call(ScriptFunctionCall call, ScriptNode? piped, bool guarded)
    {
        var name = BuiltIns.NameOf(call.Target);
        if (!call.ExplicitCall && (piped is null || call.Arguments.Count > 0)) Refuse(call, "a function is called with brackets", name is null ? null : $"write {name}(…)");
        else if (name is null) Refuse(call.Target ?? (ScriptNode)call, "only a function can be called, by its name");
        else if (BuiltIns.Find(name) is not { } function)
        {
            var (message, mend) = BuiltIns.Unknown(name);
            Refuse(call.Target!, message, mend);
        }
        else
        {
            List<ScriptNode> arguments = piped is null ? [.. call.Arguments] : [piped, .. call.Arguments];
            if (arguments.Count < function.Least || arguments.Count > function.Most) Refuse(call, $"{name} takes {function.Takes}, and here are {arguments.Count}", $"write {function.Usage}");
            else if (function.Pattern is { } i && i < arguments.Count && arguments[i] is ScriptLiteral { Value: string pattern } literal) CheckPattern(literal, pattern);
            if (name == "raw" && call.Parent is not ScriptExpressionStatement && (call.Parent as ScriptPipeCall)?.Parent is not ScriptExpressionStatement)
                Refuse(call, "raw(…) must be the whole expression");
        }
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            var isGuarded = i == 0 && piped is null && IsForgiving(name);
            if (name == "defined" && i == 0 && piped is null) Defined(call.Arguments[0]);
            else Visit(call.Arguments[i], guarded || isGuarded);
        }
    }

    private void Defined(ScriptExpression argument)
    {
        if (argument is ScriptLiteral { Value: string path })
        {
            var parts = path.Split('.');
            if (parts.All(Data.IsPlainName)) names.Add(new NameUse(parts[0], parts[1..], At(argument), Guarded: true));
            else Refuse(argument, "defined asks for a name", "write defined(\"name\") or defined(steps.open.status)");
        }
        else if (Paths.IsPath(argument)) Visit(argument, guarded: true);
        else Refuse(argument, "defined asks for a name", "write defined(\"name\") or defined(steps.open.status)");
    }

    private void VisitPath(ScriptExpression path, bool guarded)
    {
        var (root, members, others) = Paths.Split(path);
        foreach (var other in others) Visit(other, guarded);
        for (ScriptNode? node = path; node is ScriptMemberExpression member; node = member.Target)
            if (member.DotToken?.Value == "?.") Refuse(member, "there is no `?.` in expressions", "write default(a.b, other)");
        if (root is ScriptVariableGlobal family && members.Count > 0 && BuiltIns.MeantAsCall($"{family.Name}.{members[0]}") is var (message, mend)) Refuse(path, message, mend);
        else if (root is ScriptVariableGlobal name) names.Add(new NameUse(name.Name, members, At(path), guarded));
        else Visit(root, guarded);
    }

    private void CheckPattern(ScriptLiteral literal, string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.None, BuiltIns.PatternLimit);
        }
        catch (RegexParseException e)
        {
            var isVerbatim = literal.StringQuoteType == ScriptLiteralStringQuoteType.Verbatim;
            var at = isVerbatim ? text.At(Parsed.Start(literal) + 1 + Math.Min(e.Offset, Math.Max(0, pattern.Length - 1))) : At(literal);
            problems.Add(at, "this is no regex: " + BuiltIns.PatternError(e));
        }
    }

    private Position At(ScriptNode node) => text.At(Parsed.Start(node), Parsed.Length(node));

    private void Refuse(ScriptNode node, string message, string? mend = null) => problems.Add(At(node), message, mend);
}
