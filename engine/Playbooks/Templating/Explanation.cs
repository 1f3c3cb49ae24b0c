using System.Text;
using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>How an expression came to its value: the value of each part that was evaluated, as power-assert shows it.</summary>
public sealed class Explanation
{
    /// <summary>In the order of evaluation: a list reads better when a comparison follows its two sides.</summary>
    private readonly IReadOnlyList<Part> evaluated;

    internal Explanation(string expression, IReadOnlyList<Part> parts)
    {
        Expression = expression;
        evaluated = parts;
        Parts = [.. parts.OrderBy(part => part.Anchor).ThenByDescending(part => part.Length)];
    }

    /// <summary>A part of the expression, where it stands in it, and what it came to.</summary>
    public sealed record Part(int Start, int Length, string Source, object? Value)
    {
        /// <summary>The offset of the character under which the value is shown: the operator's, or where the part begins.</summary>
        public int Anchor { get; internal init; } = Start;

        /// <summary>What is to be said beside the value: for same(…) the odd one out.</summary>
        public string? Remark { get; internal init; }
    }

    public string Expression { get; }

    internal IReadOnlyList<Part> Evaluated => evaluated;

    /// <summary>From left to right. Parts that were not evaluated (the right side of an `and` that is false already) are not there, nor are constants.</summary>
    public IReadOnlyList<Part> Parts { get; }

    /// <summary>
    /// The lines to show, the expression first, each within so many columns: values under their parts, or, where that does not fit,
    /// one `part = value` on a line. How a value is written can be given, because the caller may have to mask it.
    /// </summary>
    public IReadOnlyList<string> Render(int width, Func<object?, string>? show = null)
    {
        width = Math.Max(8, width);
        var expression = DisplayText.Safe(string.Join(' ', Expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        var shown = Parts.Select(part => (Part: part, Text: Shown(part, show))).ToList();
        if (Expression.AsSpan().IndexOfAny('\n', '\r', '\t') < 0 && DisplayText.Width(expression) <= width && AsColumns(shown, width) is { } columns)
            return [DisplayText.Safe(Expression), .. columns];
        return [.. DisplayText.Wrap(expression, width, 0), .. evaluated.Select(part => (part.Source, Line: AsLine(part, Shown(part, show), width))).Distinct().Select(x => x.Line)];
    }

    private static string Shown(Part part, Func<object?, string>? show)
    {
        var value = show is null ? Data.Show(part.Value) : DisplayText.Safe(show(part.Value));
        return part.Remark is null ? value : $"{value}: {part.Remark}";
    }

    /// <summary>The values from right to left, each under its part; null where one would not fit.</summary>
    private List<string>? AsColumns(List<(Part Part, string Text)> shown, int width)
    {
        var columns = shown.Select(x => DisplayText.Width(DisplayText.Safe(Expression[..Math.Min(x.Part.Anchor, Expression.Length)]))).ToList();
        if (columns.Distinct().Count() < columns.Count) return null;
        var lines = new List<string>();
        for (var i = shown.Count - 1; i >= 0; i--)
        {
            if (columns[i] + 2 + DisplayText.Width(shown[i].Text) > width) return null;
            var line = new StringBuilder();
            for (var j = 0; j < i; j++) line.Append(' ', columns[j] - line.Length).Append('│');
            line.Append(' ', columns[i] - line.Length).Append("└ ").Append(shown[i].Text);
            lines.Add(line.ToString());
        }
        return lines;
    }

    private static string AsLine(Part part, string text, int width)
    {
        var source = DisplayText.Safe(string.Join(' ', part.Source.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        // The value is what is looked for: the part is cut first, down to a third.
        var room = width - 5 - DisplayText.Width(text);
        return DisplayText.Fit($"  {DisplayText.Fit(source, Math.Max(room, width / 3))} = {text}", width);
    }
}
