using System.Diagnostics;
using System.Text;
using Playbooks.Problems;
using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating;

/// <summary>A text with expressions in `{{ }}`. What an expression gives is filled in and never read as a template again. Safe to use from many threads.</summary>
public sealed class Template
{
    private Template(PlacedText text, IReadOnlyList<TemplatePart> parts, bool isText = false)
    {
        (Placed, Parts, IsText) = (text, parts, isText);
        Names = [.. parts.OfType<TemplatePart.Hole>().SelectMany(hole => hole.Expression.Names)];
    }

    /// <summary>Reads a template; null where there were problems, which are then in the list with their places.</summary>
    public static Template? Parse(PlacedText text, ProblemList problems) =>
        TemplateScanner.Scan(text, problems) is { } parts ? new Template(text, parts) : null;

    /// <summary>A text in which nothing is filled in, whatever it holds.</summary>
    public static Template Constant(string text) => Constant(PlacedText.Of("a constant", text));

    /// <summary>A text in which nothing is filled in, with its place.</summary>
    public static Template Constant(PlacedText text) => new(text, text.Value.Length == 0 ? [] : [new TemplatePart.Literal(text)]);

    internal static Template Of(PlacedText text, IReadOnlyList<TemplatePart> parts, bool isText) => new(text, parts, isText);

    public string Text => Placed.Value;

    public Position At => Placed.Start;

    /// <summary>The text with the place of each of its characters.</summary>
    public PlacedText Placed { get; }

    /// <summary>Text and expressions in turn.</summary>
    public IReadOnlyList<TemplatePart> Parts { get; }

    /// <summary>There is nothing to fill in.</summary>
    public bool IsConstant => Parts.All(part => part is TemplatePart.Literal);

    /// <summary>The one expression of a template that is nothing but one `{{ }}`, whose value keeps its type; else null.</summary>
    public Expression? Whole => !IsText && Parts is [TemplatePart.Hole hole] ? hole.Expression : null;

    public IReadOnlyList<NameUse> Names { get; }

    /// <summary>It always gives text: a single hole in quotes, after words were split.</summary>
    private bool IsText { get; }

    /// <summary>The value: that of the only expression, with its type, or a text.</summary>
    /// <exception cref="ExpressionException">An expression has no value, or one that has no place in text: null, a list, a map.</exception>
    public object? Evaluate(Scope scope) => Whole is { } whole ? whole.Evaluate(scope) : EvaluateText(scope, Filled);

    /// <summary>The text, with each expression's value written as the caller wants it there.</summary>
    public string EvaluateText(Scope scope, Func<TemplatePart.Hole, object?, string> write)
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            text.Append(part switch
            {
                TemplatePart.Literal literal => literal.Text.Value,
                TemplatePart.Hole hole => write(hole, hole.Expression.Evaluate(scope)),
                _ => throw new UnreachableException(),
            });
            // Without it thirty vars, each twice the one before, would fill the memory.
            if (text.Length > Limits.Text) throw new ExpressionException(part.At, $"the text would be longer than {Limits.Text} characters");
        }
        return text.ToString();
    }

    /// <summary>The text of the template split into words as a POSIX shell splits it, before anything is filled in: a `{{ }}` is within one word, whatever its value.</summary>
    public IReadOnlyList<Template>? SplitWords(ProblemList problems) => TemplateWords.Split(this, problems);

    internal static string Filled(TemplatePart.Hole hole, object? value) => value switch
    {
        null => throw new ExpressionException(hole.Expression.At, $"`{hole.Expression.Text}` is null, which has no place in text", "write default(x, \"…\")"),
        IReadOnlyList<object?> => throw new ExpressionException(hole.Expression.At, $"`{hole.Expression.Text}` is a list, which has no place in text: {Data.Show(value, 60)}", "join it: array.join(list, \", \")"),
        IMembers => throw new ExpressionException(hole.Expression.At, $"`{hole.Expression.Text}` is a map, which has no place in text: {Data.Show(value, 60)}", "write a member of it, or object.to_json(map)"),
        _ => Data.ToText(value),
    };

    public override string ToString() => Text;
}
