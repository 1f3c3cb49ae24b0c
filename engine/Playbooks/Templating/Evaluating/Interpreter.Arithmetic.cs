using Scriban.Syntax;

namespace Playbooks.Templating.Evaluating;

internal sealed partial class Interpreter
{
    private List<object?> Range(ScriptBinaryExpression binary, object? a, object? b)
    {
        if (a is not long from) throw Fail(binary.Left!, $"a range goes from one whole number to another, and this is {Data.Describe(a)}");
        if (b is not long to) throw Fail(binary.Right!, $"a range goes from one whole number to another, and this is {Data.Describe(b)}");
        var end = binary.Operator == ScriptBinaryOperator.RangeExclude ? (decimal)to - 1 : to;
        var count = end - from + 1;
        // Scriban would count down: a loop over 1..n would run twice where n is 0.
        if (count < 0) throw Fail(binary, $"the range {from}{binary.OperatorAsText}{to} counts down", "an empty one is 1..<1; the other way round is array.reverse(1..5)");
        if (count > Limits.Items) throw Fail(binary, $"the range {from}{binary.OperatorAsText}{to} is too long: at most {Limits.Items} items");
        var items = new List<object?>((int)count);
        for (var i = from; items.Count < count; i++) items.Add(i);
        return items;
    }

    private object Calculate(ScriptBinaryExpression binary, object? a, object? b)
    {
        try
        {
            return (binary.Operator, a, b) switch
            {
                (_, long or double, long or double) => Number(binary, a, b),
                (ScriptBinaryOperator.Add, string x, string y) => Joined(binary, x, y),
                (ScriptBinaryOperator.Add, TimeSpan x, TimeSpan y) => x + y,
                (ScriptBinaryOperator.Subtract, TimeSpan x, TimeSpan y) => x - y,
                (ScriptBinaryOperator.Add, Size x, Size y) => new Size(checked(x.Bytes + y.Bytes)),
                (ScriptBinaryOperator.Subtract, Size x, Size y) => new Size(checked(x.Bytes - y.Bytes)),
                (ScriptBinaryOperator.Subtract, DateTimeOffset x, DateTimeOffset y) => x - y,
                (ScriptBinaryOperator.Add, DateTimeOffset x, TimeSpan y) => x + y,
                (ScriptBinaryOperator.Subtract, DateTimeOffset x, TimeSpan y) => x - y,
                _ => throw Fail(binary, $"`{binary.OperatorAsText}` has no meaning here: {Side(binary.Left!, a)}, {Side(binary.Right!, b)}", MendTypes(binary, a, b)),
            };
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException)
        {
            throw Fail(binary, $"the result of {Data.Show(a, 40)} {binary.OperatorAsText} {Data.Show(b, 40)} is too large");
        }
    }

    private object Number(ScriptBinaryExpression binary, object a, object b)
    {
        if (binary.Operator is ScriptBinaryOperator.Divide or ScriptBinaryOperator.Modulus && Data.CompareNumbers(b, 0L) == 0)
            throw Fail(binary, $"`{parsed.Source(binary.Right!)}` is 0, and nothing can be divided by it");
        if ((a, b) is (long x, long y))
            switch (binary.Operator)
            {
                case ScriptBinaryOperator.Add: return checked(x + y);
                case ScriptBinaryOperator.Subtract: return checked(x - y);
                case ScriptBinaryOperator.Multiply: return checked(x * y);
                case ScriptBinaryOperator.Modulus: return y == -1 ? 0L : x % y;
                // 10 / 5 stays whole, so that "{{ 10 / 5 }}" is 2; 10 / 4 is 2.5.
                case ScriptBinaryOperator.Divide when y != -1 && x % y == 0: return x / y;
                case ScriptBinaryOperator.Divide when y == -1: return checked(-x);
            }
        var (p, q) = (Convert.ToDouble(a, null), Convert.ToDouble(b, null));
        var result = binary.Operator switch
        {
            ScriptBinaryOperator.Add => p + q,
            ScriptBinaryOperator.Subtract => p - q,
            ScriptBinaryOperator.Multiply => p * q,
            ScriptBinaryOperator.Divide => p / q,
            _ => p % q,
        };
        return double.IsFinite(result) ? result : throw new OverflowException();
    }

    private string Joined(ScriptBinaryExpression binary, string x, string y) =>
        (long)x.Length + y.Length <= Limits.Text ? x + y : throw Fail(binary, $"the text would be longer than {Limits.Text} characters");
}
