using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>Finds the `{{ }}` of a template; quotes, backticks and braces within an expression do not end it.</summary>
internal static partial class TemplateScanner
{
    public static IReadOnlyList<TemplatePart>? Scan(PlacedText text, ProblemList problems)
    {
        var value = text.Value;
        var before = problems.Count;
        var parts = new List<TemplatePart>();
        var at = 0;
        while (value.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            AddLiteral(text, at, open, parts, problems);
            if (End(text, open, problems) is not { } end) return null;
            var inner = text.Slice(open + 2, end - open - 4);
            at = end;
            if (IsTrimming(inner.Value) is { } mark)
                problems.Add(text.At(mark == 0 ? open : end - 3, 3), "blanks are not trimmed here", "write {{ … }}; a negative value with a blank: {{ -1 }}");
            else if (inner.Value.AsSpan().Trim().IsEmpty)
                problems.Add(text.At(open, end - open), "between these braces an expression is missing");
            else if (Expression.Parse(inner, problems) is { } expression)
                parts.Add(new TemplatePart.Hole(expression, text.At(open, end - open)));
        }
        AddLiteral(text, at, value.Length, parts, problems);
        return problems.Count == before ? parts : null;
    }

    /// <summary>Where the `}}` ends that belongs to this `{{`.</summary>
    public static int? End(PlacedText text, int open, ProblemList problems)
    {
        var value = text.Value;
        var depth = 0;
        var quoted = -1;
        for (var i = open + 2; i < value.Length; i++)
        {
            if (quoted >= 0)
            {
                if (value[i] == '\\' && value[quoted] != '`') i++;
                else if (value[i] == value[quoted]) quoted = -1;
            }
            else if (value[i] is '"' or '\'' or '`') quoted = i;
            else if (value[i] == '{') depth++;
            else if (value[i] == '}' && depth > 0) depth--;
            else if (value[i] == '}' && i + 1 < value.Length && value[i + 1] == '}') return i + 2;
        }
        if (quoted >= 0) problems.Add(text.At(quoted), $"the text that begins with this {value[quoted]} never ends", $"close it with {value[quoted]} before the }}}}");
        else problems.Add(text.At(open, 2), "this `{{` is never closed", "close it with `}}`; braces that are meant as text are written {{ \"{{\" }}");
        return null;
    }

    private static int? IsTrimming(string inner) =>
        inner is ['-' or '~', ' ' or '\t' or '\n', ..] ? 0
        : inner is [.., ' ' or '\t' or '\n', '-' or '~'] ? 1
        : null;

    private static void AddLiteral(PlacedText text, int start, int end, List<TemplatePart> parts, ProblemList problems)
    {
        if (end <= start) return;
        var literal = text.Slice(start, end - start);
        RefuseJinja(literal, "a template holds only expressions in {{ }}", "write {{ condition ? this : that }}, or repeat the step with `loop`", problems);
        parts.Add(new TemplatePart.Literal(literal));
    }

    /// <summary>Only what is surely Jinja: `{%` alone may well be the text of a command.</summary>
    public static void RefuseJinja(PlacedText literal, string instead, string mend, ProblemList problems)
    {
        if (JinjaTag().Match(literal.Value) is { Success: true } tag)
            problems.Add(literal.At(tag.Index, tag.Length), $"`{{% {tag.Groups[1].Value} … %}}` is Jinja's; {instead}", mend);
    }

    [GeneratedRegex(@"\{%[-+]?\s*(if|elif|else|endif|for|endfor|set|endset|block|endblock|macro|include|import|from|extends|raw|endraw|filter|with|do)\b[^%{}]{0,300}%\}", RegexOptions.CultureInvariant)]
    private static partial Regex JinjaTag();
}
