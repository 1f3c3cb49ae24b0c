using Playbooks.Problems;
using Playbooks.Templating.Evaluating;
using Playbooks.Templating.Syntax;
using Scriban.Syntax;

namespace Playbooks.Templating;

/// <summary>One expression, checked: it asks, and can neither change anything nor run what it reads. Safe to use from many threads.</summary>
public sealed class Expression
{
    private readonly Parsed parsed;

    private Expression(Parsed parsed) => this.parsed = parsed;

    /// <summary>Reads an expression; null where there were problems, which are then in the list with their places.</summary>
    public static Expression? Parse(PlacedText text, ProblemList problems)
    {
        // The blanks around it belong to the braces or to YAML, and a caret under them would help nobody.
        var value = text.Value;
        var start = value.Length - value.AsSpan().TrimStart().Length;
        var trimmed = start == value.Length ? text : text.Slice(start, value.AsSpan().Trim().Length);
        return ExpressionParser.Parse(trimmed, problems) is { } parsed ? new Expression(parsed) : null;
    }

    public string Text => parsed.Text.Value;

    public Position At => parsed.Text.Start;

    /// <summary>The names it uses, with their constant members, in the order they stand in.</summary>
    public IReadOnlyList<NameUse> Names => parsed.Names;

    /// <summary>The whole expression is `raw(…)`: where values are quoted for a shell, this one is not. Anywhere else that means nothing.</summary>
    public bool IsRaw => parsed.Root is ScriptFunctionCall call && BuiltIns.NameOf(call.Target) == "raw";

    /// <summary>Why it is true whatever its names stand for, in a few words; null: it may be false, or nobody can tell.</summary>
    /// <param name="bounds">Knows those of its names, with their constant members, that are always there.</param>
    public string? WhyItAlwaysHolds(Func<string, IReadOnlyList<string>, NumberRange?> bounds) => new Certainty(parsed, bounds).WhyItHolds();

    /// <summary>The value under these names.</summary>
    /// <exception cref="ExpressionException">There is none: a name is absent, types do not fit, a limit is reached.</exception>
    public object? Evaluate(Scope scope) => Interpreter.Run(parsed, scope, null);

    /// <summary>The value, and how it came about.</summary>
    /// <exception cref="ExpressionException">As with <see cref="Evaluate"/>.</exception>
    public Evaluation Explain(Scope scope)
    {
        var parts = new List<Explanation.Part>();
        var value = Interpreter.Run(parsed, scope, parts);
        return new Evaluation(value, new Explanation(Text, parts));
    }

    public override string ToString() => Text;
}
