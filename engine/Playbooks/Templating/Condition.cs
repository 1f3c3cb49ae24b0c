using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>Asks an expression that must answer yes or no, as `when` and `assert` do: for Scriban alone "false", 0 and "" would all be true.</summary>
public static class Condition
{
    /// <summary>Whether it holds.</summary>
    /// <exception cref="ExpressionException">It has no value, or one that is neither true nor false.</exception>
    public static bool Evaluate(Expression expression, Scope scope) => Demand(expression.Evaluate(scope), expression);

    /// <summary>Whether it holds, and why.</summary>
    /// <exception cref="ExpressionException">As with <see cref="Evaluate"/>.</exception>
    public static (bool Holds, Explanation Explanation) Explain(Expression expression, Scope scope)
    {
        var (value, explanation) = expression.Explain(scope);
        return (Demand(value, expression), explanation);
    }

    private static bool Demand(object? value, Expression expression) =>
        value as bool? ?? throw new ExpressionException(expression.At, $"`{DisplayText.Fit(expression.Text, 60)}` must be true or false, but is {Data.Describe(value)}",
            value is null or string ? "compare it: x == \"…\", or x != null" : value is long or double ? "compare it: x > 0" : null);
}
