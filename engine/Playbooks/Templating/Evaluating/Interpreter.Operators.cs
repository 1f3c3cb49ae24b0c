using Playbooks.Templating.Syntax;
using Scriban.Syntax;

namespace Playbooks.Templating.Evaluating;

internal sealed partial class Interpreter
{
    private object? Binary(ScriptBinaryExpression binary)
    {
        var (left, right) = (binary.Left!, binary.Right!);
        if (binary.Operator == ScriptBinaryOperator.And) return Truth(left) && Truth(right);
        if (binary.Operator == ScriptBinaryOperator.Or) return Truth(left) || Truth(right);

        var (a, b) = (Evaluate(left), Evaluate(right));
        (a, b) = (AsTypeOf(b, left, a), AsTypeOf(a, right, b));
        return BinaryOperators.Compares(binary.Operator) ? Compare(binary, a, b)
            : BinaryOperators.IsRange(binary.Operator) ? Range(binary, a, b)
            : Calculate(binary, a, b);
    }

    /// <summary>A literal text against a duration, size or time is read as one; a value that is text never is.</summary>
    private object? AsTypeOf(object? other, ScriptNode node, object? value)
    {
        if (other is not (TimeSpan or Size or DateTimeOffset) || Literal(node) is not { } text) return value;
        switch (other)
        {
            case TimeSpan when Literals.TryDuration(text, out var duration): return duration;
            case Size when Literals.TrySize(text, out var size): return size;
            case DateTimeOffset when Literals.TryTime(text, out var time): return time;
            // A time and a duration can be added.
            case DateTimeOffset when Literals.TryDuration(text, out var duration): return duration;
        }
        var example = other switch { TimeSpan => "250ms, 10s or 1h30m", Size => "512B, 10MB or 1GiB", _ => "2026-01-31T12:00:00Z" };
        throw Fail(node, $"{Data.Show(text, 40)} is no {Data.TypeName(other)}", $"write one like {example}");
    }

    private static string? Literal(ScriptNode node) => node switch
    {
        ScriptLiteral { Value: string text } => text,
        ScriptNestedExpression { Expression: { } inner } => Literal(inner),
        _ => null,
    };

    private bool Compare(ScriptBinaryExpression binary, object? a, object? b)
    {
        var isEquality = binary.Operator is ScriptBinaryOperator.CompareEqual or ScriptBinaryOperator.CompareNotEqual;
        if (isEquality && (a is null || b is null)) return (a is null && b is null) == (binary.Operator == ScriptBinaryOperator.CompareEqual);
        if (a is null || b is null) throw Fail(binary, $"{Side(binary.Left!, a)} and {Side(binary.Right!, b)}: null is neither less nor more", "compare with null by == or != first");
        if (Data.TypeName(a) != Data.TypeName(b))
            throw Fail(binary, $"{Sides(binary, a, b)}: values of different types are not compared", MendTypes(binary, a, b));
        if (isEquality) return Data.AreEqual(a, b) == (binary.Operator == ScriptBinaryOperator.CompareEqual);

        var order = (a, b) switch
        {
            (long or double, long or double) => Data.CompareNumbers(a, b),
            (string x, string y) => string.CompareOrdinal(x, y),
            (TimeSpan x, TimeSpan y) => x.CompareTo(y),
            (Size x, Size y) => x.CompareTo(y),
            (DateTimeOffset x, DateTimeOffset y) => x.CompareTo(y),
            _ => throw Fail(binary, $"`{binary.OperatorAsText}` has no meaning between {Plural(a)}: {Side(binary.Left!, a)}, {Side(binary.Right!, b)}", a is bool ? "combine them with && || !" : "compare with == or !="),
        };
        return binary.Operator switch
        {
            ScriptBinaryOperator.CompareLess => order < 0,
            ScriptBinaryOperator.CompareLessOrEqual => order <= 0,
            ScriptBinaryOperator.CompareGreater => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>"`exit_code` is number 0", or only the value where it is written out anyway.</summary>
    internal string Side(ScriptNode node, object? value) =>
        node is ScriptLiteral ? Data.Describe(value) : $"`{parsed.Source(node)}` is {Data.Describe(value)}";

    /// <summary>Both, so that nobody takes the second for one more value of the first.</summary>
    private string Sides(ScriptBinaryExpression binary, object a, object b) => (binary.Left, binary.Right) switch
    {
        (not ScriptLiteral, ScriptLiteral) => $"{Side(binary.Left!, a)}, and {Data.Describe(b)} is no {Data.TypeName(a)}",
        (ScriptLiteral, not ScriptLiteral) => $"{Side(binary.Right!, b)}, and {Data.Describe(a)} is no {Data.TypeName(b)}",
        _ => $"{Side(binary.Left!, a)} and {Side(binary.Right!, b)}",
    };

    private string? MendTypes(ScriptBinaryExpression binary, object? a, object? b)
    {
        if (a is null || b is null) return null;
        if ((a, b) is (TimeSpan, long or double) or (long or double, TimeSpan)) return "a duration stands in quotes, with its unit: '10s'";
        if ((a, b) is (Size, long or double) or (long or double, Size)) return "a size stands in quotes, with its unit: '10MB'";
        if (a is not string && b is not string) return null;
        var (node, text, other) = a is string ? (binary.Left!, a, b) : (binary.Right!, b, a);
        var source = parsed.Source(node);
        return other switch
        {
            long or double when binary.Operator == ScriptBinaryOperator.Add => $"write number({source}), or text(…) for the other side",
            long or double when node is ScriptLiteral => Data.IsNumber((string)text) ? "write the number without quotes" : null,
            long or double => $"write number({source})",
            bool when node is ScriptLiteral => "write true or false without quotes",
            _ => null,
        };
    }

    private static string Plural(object value) => value switch { bool => "booleans", IMembers => "maps", _ => Data.TypeName(value) + "s" };
}
