using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps.Log;

/// <summary>The regexes of `matches`: what stands in the playbook is a pattern, what is filled in stands for itself, unless it is `raw(x)`.</summary>
internal sealed class LinePatterns
{
    private readonly List<Template> templates;
    private readonly List<Regex>? constant;

    private LinePatterns(List<Template> templates, List<Regex>? constant) => (this.templates, this.constant) = (templates, constant);

    /// <summary>As they were written, one at least.</summary>
    public IReadOnlyList<Template> All => templates;

    public IEnumerable<Template> Templates => templates.Where(t => !t.IsConstant);

    public static LinePatterns? Parse(Node node, ProblemList problems)
    {
        var before = problems.Count;
        var templates = new List<Template>();
        foreach (var item in node is ListNode list ? list.Items : [node])
        {
            if (item is not ScalarNode { Value: not null and not "" } scalar) problems.Add(item.At, $"a regex is a text, but this is {(item is ScalarNode { Value: "" } ? "empty" : item.Kind)}");
            else if (Template.Parse(scalar.Text, problems) is { } template) templates.Add(template);
        }
        if (problems.Count == before && templates.Count == 0) problems.Add(node.At, "an empty list of patterns asserts nothing");
        foreach (var template in templates)
            for (var i = 1; i < template.Parts.Count; i++)
                if (template.Parts[i] is TemplatePart.Hole hole && template.Parts[i - 1] is TemplatePart.Literal literal && literal.Text.Value.Reverse().TakeWhile(c => c == '\\').Count() % 2 == 1)
                    problems.Add(hole.At, "a backslash before `{{` would change what is filled in");
        var constant = new List<Regex>();
        foreach (var template in templates.Where(t => t.IsConstant))
            try
            {
                constant.Add(Compile(template.Text));
            }
            catch (RegexParseException e)
            {
                problems.Add(template.At, "this is no regex: " + BuiltIns.PatternError(e));
            }
        if (problems.Count > before) return null;
        return new LinePatterns(templates, constant.Count == templates.Count ? constant : null);
    }

    /// <exception cref="ExpressionException">A template cannot be filled in, or what comes of it is no regex.</exception>
    public IReadOnlyList<Regex> Fill(Scope scope) => constant ?? [.. templates.SelectMany(template => Texts(template, scope)).Select(filled => Compile(filled.Text, filled.Template))];

    private static IEnumerable<(string Text, Template Template)> Texts(Template template, Scope scope)
    {
        if (template.Whole is { } whole && whole.Evaluate(scope) is IReadOnlyList<object?> list)
            return list.Count > 0 ? list.Select(item => (whole.IsRaw ? Pattern(item, template.At) : Literally(item, template.At), template)) : throw new ExpressionException(template.At, "an empty list of patterns asserts nothing");
        return [(template.EvaluateText(scope, (hole, value) => hole.Expression.IsRaw ? Pattern(value, hole.Expression.At) : Literally(value, hole.Expression.At)), template)];
    }

    private static Regex Compile(string pattern) => new(pattern, RegexOptions.CultureInvariant, BuiltIns.PatternLimit);

    private static Regex Compile(string pattern, Template template)
    {
        try
        {
            return pattern.Length > 0 ? Compile(pattern) : throw new ExpressionException(template.At, "this pattern is empty once it is filled in: it would match every line");
        }
        catch (RegexParseException e)
        {
            throw new ExpressionException(template.At, $"this is no regex once it is filled in: {BuiltIns.PatternError(e)}");
        }
    }

    /// <summary>`raw(x)`: the user's word that the value is a pattern itself.</summary>
    private static string Pattern(object? value, Position at) =>
        value as string ?? throw new ExpressionException(at, $"a regex must be a text, but this is {Data.TypeName(value)} {Data.Show(value, 60)}");

    /// <summary>As escapes that mean the sign itself inside brackets too, which Regex.Escape does not do.</summary>
    private static string Literally(object? value, Position at)
    {
        if (!SettingTypes.Text.TryRead(value, out var text)) throw new ExpressionException(at, $"what is filled into a regex must be a text, but this is {Data.TypeName(value)} {Data.Show(value, 60)}");
        var literal = new StringBuilder();
        foreach (var c in text)
            if (char.IsAsciiLetterOrDigit(c)) literal.Append(c);
            else literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        return literal.ToString();
    }
}
