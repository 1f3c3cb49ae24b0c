using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Templating.Statements;

/// <summary>Cuts a template file at its `{{ }}`, leaves out comments, and trims blanks where `-` or `~` at the braces asks for it, as Scriban does.</summary>
internal static partial class PieceScanner
{
    public static IReadOnlyList<Piece> Scan(PlacedText text, ProblemList problems)
    {
        var value = text.Value;
        var pieces = new List<Piece>();
        var at = 0;
        // What the braces before ask of the text that follows: '-', '~' or nothing.
        var trim = '\0';
        while (Opening().Match(value, at) is { Success: true } open)
        {
            if (open.Value[1] == '%')
            {
                // {%{ … }%}: text as it is, whatever it holds.
                var close = "}" + open.Value[1..^1] + "}";
                var end = value.IndexOf(close, open.Index + open.Length, StringComparison.Ordinal);
                AddText(text, at, open.Index, trim, '\0', pieces, problems);
                if (end < 0)
                {
                    problems.Add(text.At(open.Index, open.Length), $"this `{open.Value}` is never closed", $"close it with `{close}`");
                    return pieces;
                }
                var inner = text.Slice(open.Index + open.Length, end - open.Index - open.Length);
                pieces.Add(new Piece(inner, inner.Start, false));
                (at, trim) = (end + close.Length, '\0');
                continue;
            }
            var first = open.Index + 2;
            var before = first < value.Length && value[first] is '-' or '~' && !IsSign(value, first) ? value[first++] : '\0';
            AddText(text, at, open.Index, trim, before, pieces, problems);
            if (End(text, open.Index, first, problems) is not { } closed) return pieces;
            var last = closed - 2;
            trim = last > first && value[last - 1] is '-' or '~' ? value[--last] : '\0';
            var code = text.Slice(first, last - first);
            if (!code.Value.AsSpan().TrimStart().StartsWith("#")) pieces.Add(new Piece(code, text.At(open.Index, closed - open.Index), true));
            at = closed;
        }
        AddText(text, at, value.Length, trim, '\0', pieces, problems);
        return pieces;
    }

    /// <summary>`{{-1}}` is a number, as in Scriban `{{ -1 }}` is.</summary>
    private static bool IsSign(string value, int at) => value[at] == '-' && at + 1 < value.Length && char.IsAsciiDigit(value[at + 1]);

    private static int? End(PlacedText text, int open, int first, ProblemList problems)
    {
        // A comment ends at the first }}, whatever quotes stand in it.
        if (!text.Value.AsSpan(first).TrimStart().StartsWith("#")) return TemplateScanner.End(text, open, problems);
        var end = text.Value.IndexOf("}}", first, StringComparison.Ordinal);
        if (end >= 0) return end + 2;
        problems.Add(text.At(open, 2), "this comment is never closed", "close it with `}}`");
        return null;
    }

    private static void AddText(PlacedText text, int start, int end, char after, char before, List<Piece> pieces, ProblemList problems)
    {
        var value = text.Value;
        if (after == '-') while (start < end && char.IsWhiteSpace(value[start])) start++;
        if (after == '~')
        {
            while (start < end && value[start] is ' ' or '\t' or '\r') start++;
            if (start < end && value[start] == '\n') start++;
        }
        if (before == '-') while (end > start && char.IsWhiteSpace(value[end - 1])) end--;
        if (before == '~') while (end > start && value[end - 1] is ' ' or '\t') end--;
        if (end <= start) return;
        var literal = text.Slice(start, end - start);
        TemplateScanner.RefuseJinja(literal, "here statements stand in {{ }}", "write {{ if … }} … {{ end }} or {{ for x in list }} … {{ end }}; braces that are meant as text stand between {%{ and }%}", problems);
        pieces.Add(new Piece(literal, literal.Start, false));
    }

    [GeneratedRegex(@"\{\{|\{%+\{", RegexOptions.CultureInvariant)]
    private static partial Regex Opening();
}
