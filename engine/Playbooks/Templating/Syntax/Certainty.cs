using Playbooks.Templating.Evaluating;
using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>Finds conditions that hold, or do not, whatever their names stand for. Where that is not certain it says nothing.</summary>
/// <param name="parsed">The expression.</param>
/// <param name="bounds">Knows the numbers among its names, with their constant members.</param>
internal sealed class Certainty(Parsed parsed, Func<string, IReadOnlyList<string>, NumberRange?> bounds)
{
    /// <summary>Patterns that match in every text.</summary>
    private static readonly string[] Everything = ["", ".*", "^", "$", "^.*", ".*$", ".*?"];

    /// <summary>Why it always holds; null: it may fail.</summary>
    public string? WhyItHolds() => Holds(parsed.Root);

    private string? Holds(ScriptNode? node)
    {
        switch (node)
        {
            case ScriptNestedExpression nested: return Holds(nested.Expression);
            case ScriptBinaryExpression { Operator: ScriptBinaryOperator.And } both: return Holds(both.Left) is { } left && Holds(both.Right) is { } right ? left == right ? left : $"{left}, and {right}" : null;
            case ScriptBinaryExpression { Operator: ScriptBinaryOperator.Or } either: return Holds(either.Left) ?? Holds(either.Right);
            case ScriptBinaryExpression comparison when BinaryOperators.Compares(comparison.Operator) && Constant(comparison) is null: return Holds(comparison);
            case ScriptFunctionCall call when BuiltIns.NameOf(call.Target) is "matches" or "string.contains" or "string.starts_with" or "string.ends_with" && call.Arguments is [_, ScriptLiteral { Value: string part }]
                && (BuiltIns.NameOf(call.Target) == "matches" ? Everything.Contains(part) : part.Length == 0):
                return $"every text {(BuiltIns.NameOf(call.Target) == "matches" ? "matches that" : "has an empty one in it")}";
            case not null when Constant(node) is true: return $"`{parsed.Source(node)}` is always true";
            default: return null;
        }
    }

    private string? Holds(ScriptBinaryExpression comparison)
    {
        var (left, right) = (parsed.Source(comparison.Left!).Trim(), parsed.Source(comparison.Right!).Trim());
        if (left == right && comparison.Operator is ScriptBinaryOperator.CompareEqual or ScriptBinaryOperator.CompareGreaterOrEqual or ScriptBinaryOperator.CompareLessOrEqual) return $"`{left}` is compared with itself";
        var (a, b) = (Of(comparison.Left), Of(comparison.Right));
        if (comparison.Operator == ScriptBinaryOperator.CompareNotEqual && (a is not null && IsNull(comparison.Right) || b is not null && IsNull(comparison.Left))) return $"`{(a is null ? right : left)}` is never null";
        if (a is not { } first || b is not { } second) return null;
        var holds = comparison.Operator switch
        {
            ScriptBinaryOperator.CompareGreaterOrEqual => first.Least >= second.Most,
            ScriptBinaryOperator.CompareGreater => first.Least > second.Most,
            ScriptBinaryOperator.CompareLessOrEqual => first.Most <= second.Least,
            ScriptBinaryOperator.CompareLess => first.Most < second.Least,
            ScriptBinaryOperator.CompareNotEqual => first.Least > second.Most || first.Most < second.Least,
            _ => false,
        };
        var (number, range) = first.Least == first.Most ? (right, second) : (left, first);
        return holds ? $"`{number}` is never less than {Data.NumberText((long)range.Least)}{(double.IsFinite(range.Most) ? $" nor more than {Data.NumberText((long)range.Most)}" : "")}" : null;
    }

    private static bool IsNull(ScriptNode? node) => node is ScriptLiteral { Value: null };

    private NumberRange? Of(ScriptNode? node) => node switch
    {
        ScriptNestedExpression nested => Of(nested.Expression),
        ScriptFunctionCall call when BuiltIns.NameOf(call.Target) is "count" or "string.size" or "array.size" => new NumberRange(0, double.PositiveInfinity),
        ScriptExpression path when Paths.IsPath(path) => Paths.Split(path) is ({ } root, var members, { Count: 0 }) && root is ScriptVariableGlobal name ? bounds(name.Name, members) : null,
        not null => Constant(node) switch { long whole => new NumberRange(whole, whole), double real => new NumberRange(real, real), _ => null },
        _ => null,
    };

    /// <summary>The value of a part that names nothing; null: it names something, or has none.</summary>
    private object? Constant(ScriptNode node)
    {
        if (!IsConstant(node)) return null;
        try
        {
            return Interpreter.Run(parsed with { Root = (ScriptExpression)node }, Scope.Empty, null);
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    /// <summary>Made of literals alone, and worked out at once: a call or a range may take its time.</summary>
    private static bool IsConstant(ScriptNode? node) => node switch
    {
        ScriptLiteral => true,
        ScriptNestedExpression nested => IsConstant(nested.Expression),
        ScriptUnaryExpression unary => IsConstant(unary.Right),
        ScriptBinaryExpression { Operator: not (ScriptBinaryOperator.Multiply or ScriptBinaryOperator.RangeInclude or ScriptBinaryOperator.RangeExclude) } binary => IsConstant(binary.Left) && IsConstant(binary.Right),
        _ => false,
    };
}
