using Playbooks.Problems;
using YamlDotNet.Core;

namespace Playbooks.Loading;

/// <summary>Words for what is no YAML: the parser's own messages speak of tokens, these of what to do.</summary>
internal static class YamlProblems
{
    public static void UnquotedTemplate(Position at, ProblemList problems) =>
        problems.Add(at, "a value that begins with `{{` is a map to YAML", "quote the template: \"{{ … }}\"");

    public static void Syntax(SourceText source, Mark mark, string message, ProblemList problems)
    {
        var at = new Position(source, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
        var line = source.Line(at.Line);
        var value = ValueOf(line);
        if (value.StartsWith("{{", StringComparison.Ordinal))
            UnquotedTemplate(at with { Column = line.IndexOf("{{", StringComparison.Ordinal) + 1, Length = 2 }, problems);
        else if (value.Length > 0 && "!&*@`%".Contains(value[0], StringComparison.Ordinal))
            problems.Add(at with { Column = line.Length - value.Length + 1 }, $"a value may not begin with `{value[0]}`", $"quote it: '{value}'");
        else if (TabAfter(source, at) is { } tab)
            problems.Add(tab, "a tab stands where YAML wants blanks", "indent with blanks");
        else if (message.Contains("mapping values are not allowed", StringComparison.OrdinalIgnoreCase) || message.Contains("invalid mapping", StringComparison.OrdinalIgnoreCase))
            problems.Add(at, "a second `: ` in one line, or a key indented deeper than the ones before it", "quote a text that holds `: `, or align the keys");
        else
            problems.Add(at, "this is no YAML: " + Plain(message), message.Contains("flow", StringComparison.Ordinal) ? "inside [ … ] and { … } a text that begins with a quote, or holds `, ` or a brace, is quoted as a whole; or write one item a line" : null);
    }

    /// <summary>A tab that indents this line or one of the next: the scanner stumbles at the token before it.</summary>
    private static Position? TabAfter(SourceText source, Position at)
    {
        for (var number = at.Line; number <= at.Line + 5; number++)
        {
            var indent = source.Line(number).TakeWhile(c => c is ' ' or '\t').ToList();
            if (indent.Contains('\t')) return at with { Line = number, Column = indent.IndexOf('\t') + 1, Length = 1 };
        }
        return null;
    }

    private static string ValueOf(string line)
    {
        var text = line.TrimStart().TrimStart('-').TrimStart();
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return (colon >= 0 ? text[(colon + 2)..] : text).Trim();
    }

    /// <summary>The library repeats the place in front of its messages, and ends some of them with its own type names.</summary>
    private static string Plain(string message)
    {
        var colon = message.StartsWith('(') ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        var text = (colon >= 0 ? message[(colon + 3)..] : message).Trim().TrimEnd('.');
        if (text.Contains("Type ", StringComparison.Ordinal) || text.Contains("YamlDotNet", StringComparison.Ordinal)) text = "a bracket, brace or quote is not closed";
        return text.Length == 0 ? "something is not closed" : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
