using System.Text.RegularExpressions;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>Words for what is no YAML: the parser's own messages speak of tokens, these of what to do. Where a cause is not certain from the text, the parser's words stay.</summary>
internal static partial class YamlProblems
{
    private const string InBrackets = "inside [ … ] and { … } a text that begins with a quote, or holds `, ` or a brace, is quoted as a whole; or write one item a line";

    /// <summary>What no value may begin with.</summary>
    private const string Unquoted = "!&*@`%";

    public static Problem UnquotedTemplate(Position at) => new(at, "a value that begins with `{{` is a map to YAML", "quote the template: \"{{ … }}\"");

    /// <param name="at">Where the parser stopped.</param>
    /// <param name="message">What it said.</param>
    /// <param name="bracket">The innermost bracket or brace that it was inside of; null: it was in none.</param>
    public static Problem Syntax(Position at, string message, Position? bracket)
    {
        var text = at.Source.Line(at.Line);
        var line = new YamlLine(text, bracket?.Line < at.Line);
        var value = line.Value;
        var here = Rest(at);
        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);

        if (value.StartsWith("{{", StringComparison.Ordinal)) return UnquotedTemplate(at with { Column = text.IndexOf("{{", StringComparison.Ordinal) + 1, Length = 2 });
        if (value.Length > 0 && Unquoted.Contains(value[0], StringComparison.Ordinal))
            return new Problem(at with { Column = text.IndexOf(value, line.Start, StringComparison.Ordinal) + 1 }, $"a value may not begin with `{value[0]}`", $"quote it: '{value}'");
        if ((TabAfter(at) ?? (Says("tab as indentation") ? TabBeforeDash(at) : null)) is { } tab) return new Problem(tab, "a tab stands where YAML wants spaces", "indent with spaces");
        if (Says("cannot start any token") && here.Length > 0) return new Problem(at, $"a value may not begin with `{here[0]}`", "quote it");
        if (Says("unknown escape")) return new Problem(at, "inside \"…\" a `\\` begins an escape, and one here is unknown", "write '…' instead: there a `\\` is a `\\`");
        if (Says("quoted scalar, found unexpected")) return new Problem(at, $"the {here.FirstOrDefault('"')} that begins here is never closed");
        if (Says("quoted scalar, found wrong indentation")) return new Problem(at, $"the {here.FirstOrDefault('"')} that begins here is not closed on this line", "close it; or indent what goes on in the next line");
        if (Says("flow") && here.StartsWith("{{", StringComparison.Ordinal)) return new Problem(at with { Length = 2 }, "inside [ … ] and { … } a `{{` begins a map", "quote the text that holds it: \"… {{ x }} …\"");
        if (line.AfterQuote == at.Column - 1)
            return new Problem(at, "text goes on after a closed quote", bracket is not null || Says("flow") ? InBrackets : Quoted(value) is { } whole ? $"quote the whole: {whole}" : "quote the whole");
        if (bracket is not null && IsOver(bracket, at)) return Unclosed(bracket);
        if (Says("is not closed") && here is ['[' or '{', ..]) return Unclosed(at);
        if (bracket is null && here is [']' or '}', ..]) return new Problem(at, $"this `{here[0]}` closes nothing");
        if (Says("mapping values are not allowed") || Says("invalid mapping")) return Colon(at, line);
        if (Says("block mapping, did not find expected key") && line.Colon is null && at.Column == line.Start + 1)
            return Known(line.Word) ? NoColon(at, line) : new Problem(at, "a key is missing here, as in `name: …`",
                Above(at.Source, at.Line) is { } above && new YamlLine(at.Source.Line(above)).Value is ['|' or '>', ..] ? "a text of several lines is indented deeper than its key" : null);
        if (Says("expected '-' indicator") || Says("block mapping, did not find expected key"))
            if (Unaligned(at, line) is { } unaligned) return unaligned;
        return new Problem(at, "this is no YAML: " + Plain(message), Says("flow") ? InBrackets : null);
    }

    public static Problem Unclosed(Position bracket) => new(bracket, $"this `{Rest(bracket).FirstOrDefault('[')}` is not closed");

    /// <summary>The line from there on; to YAML more ends a line than to us, so the place may be past the end.</summary>
    private static string Rest(Position at) => at.Source.Line(at.Line) is var line && at.Column <= line.Length ? line[(at.Column - 1)..] : "";

    /// <summary>A key where no key may be: its colon is the second of a line, or the line goes on with the text above it.</summary>
    private static Problem Colon(Position at, YamlLine line)
    {
        if (line.Colon + 1 < at.Column)
            return new Problem(at, "a second `: ` in one line", Quoted(line.Value) is { } whole ? $"quote the text that holds it: {whole}" : "quote the text that holds it");
        if (Above(at.Source, at.Line) is { } number && new YamlLine(at.Source.Line(number)) is var above)
        {
            if (above.Colon is null && IsEntry(at.Source, number, above) && (above.Start == line.Start || line.Start > line.Indent) && (above.Glued ?? above.Word) is var word && Known(word))
                return NoColon(at with { Line = number, Column = above.Start + 1 }, above);
            if (above.Colon is not null && line.Start > above.Start)
                return new Problem(at with { Column = line.Start + 1, Length = Math.Max(1, line.Word.Length) },
                    $"this stands deeper than `{above.Word}` above it, and so goes on with the text there, which holds no `: `", $"align it with `{above.Word}`, or quote the whole text");
        }
        return new Problem(at, "a second `: ` in one text, or a key indented deeper than the ones before it", "quote a text that holds `: `, or align the keys");
    }

    private static Problem NoColon(Position at, YamlLine line) => line.Glued is { } key
        ? new Problem(at with { Length = key.Length + 1 }, $"a space is missing after `{key}:`")
        : new Problem(at with { Length = line.Word.Length }, $"`:` is missing after `{line.Word}`");

    /// <summary>A key that is aligned with nothing above it, or with the `-` of a list.</summary>
    private static Problem? Unaligned(Position at, YamlLine line)
    {
        if (at.Column != line.Indent + 1 || line.Colon is null) return null;
        var columns = new List<int>();
        var (least, isItem) = (int.MaxValue, false);
        for (var number = Above(at.Source, at.Line); number is { } n && least > line.Indent; number = Above(at.Source, n))
        {
            var above = new YamlLine(at.Source.Line(n));
            if (above.Indent >= least) continue;
            if (above.Start < least) columns.Add(above.Start);
            columns.Add(least = above.Indent);
            isItem = above.Start > above.Indent;
        }
        if (columns.Contains(line.Indent))
            return isItem && least == line.Indent && line.Start == line.Indent ? new Problem(at, "this stands below the `-` of a list, but is no item of it", "indent it, or begin it with `-`") : null;
        int[] near = [.. columns.Where(c => c > line.Indent).Order().Take(1), .. columns.Where(c => c < line.Indent).OrderDescending().Take(1)];
        return near.Length == 0 ? null : new Problem(at with { Length = Math.Max(1, line.Word.Length) },
            $"this begins at column {line.Indent + 1}, and what is above it at column {string.Join(" or ", near.Select(c => c + 1))}", "align it with what it belongs to");
    }

    /// <summary>The line begins an entry, and does not go on with a text above it: it is an item, or stands below a key of the same column, or is the first of all.</summary>
    private static bool IsEntry(SourceText source, int number, YamlLine line) =>
        line.Start > line.Indent || Above(source, number) is not { } above || new YamlLine(source.Line(above)) is { Colon: not null } before && before.Start == line.Start;

    /// <summary>What the bracket holds has surely ended: the file did, or a line begins that is not indented deeper than the bracket's own and is not its other half.</summary>
    private static bool IsOver(Position bracket, Position at)
    {
        var around = new YamlLine(at.Source.Line(bracket.Line));
        for (var number = bracket.Line + 1; number <= at.Line; number++)
            if (at.Source.Line(number) is var text && text.AsSpan().Trim() is { Length: > 0 } said && said[0] != '#' && new YamlLine(text).Indent <= around.Start) return said[0] is not (']' or '}');
        return at.Source.Text.AsSpan().TrimEnd().Count('\n') + 1 is var last && (at.Line > last || at.Line == last && at.Column > at.Source.Line(last).TrimEnd().Length);
    }

    /// <summary>The line above that says something; null: there is none.</summary>
    private static int? Above(SourceText source, int line)
    {
        while (--line > 0)
            if (source.Line(line).AsSpan().Trim() is { Length: > 0 } text && text[0] != '#') return line;
        return null;
    }

    private static bool Known(string word) => word is "steps" or "vars" or "params" or "use" or "groups" || StepLoader.Keys.Contains(word) || StepLoader.Nodes.Contains(word) || StepKinds.Find(word) is not null;

    /// <summary>The text in quotes that it does not hold; null: it holds both.</summary>
    private static string? Quoted(string text) => !text.AsSpan().ContainsAny('"', '\\') ? $"\"{text}\"" : text.Contains('\'', StringComparison.Ordinal) ? null : $"'{text}'";

    /// <summary>A tab that indents this line or one of the next: the scanner stumbles at the token before it.</summary>
    private static Position? TabAfter(Position at) => Tab(at, at.Line + 5, _ => true);

    /// <summary>Where a tab stands before a list's `-`, the library names the beginning of what it reads there, which may be the file's.</summary>
    private static Position? TabBeforeDash(Position at) => Tab(at, at.Source.At(at.Source.Text.Length).Line, line => line.TrimStart(' ', '\t').StartsWith('-'));

    /// <summary>The first tab that indents one of the lines down to the last.</summary>
    private static Position? Tab(Position at, int last, Predicate<string> which)
    {
        for (var number = at.Line; number <= last; number++)
        {
            var line = at.Source.Line(number);
            var indent = line.TakeWhile(c => c is ' ' or '\t').ToList();
            if (indent.Contains('\t') && which(line)) return at with { Line = number, Column = indent.IndexOf('\t') + 1, Length = 1 };
        }
        return null;
    }

    /// <summary>The library repeats the place in front of its messages, says what it was about to do, and ends some of them with its own type names.</summary>
    private static string Plain(string message)
    {
        var colon = message.StartsWith('(') ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        var text = Doing().Replace((colon >= 0 ? message[(colon + 3)..] : message).Trim().TrimEnd('.'), "");
        if (text.Contains("Type ", StringComparison.Ordinal) || text.Contains("YamlDotNet", StringComparison.Ordinal)) text = "a bracket, brace or quote is not closed";
        if (text.StartsWith("did not find expected ", StringComparison.Ordinal)) text = string.Concat(text.AsSpan("did not find expected ".Length), " is missing here");
        return text.Length == 0 ? "something is not closed" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    [GeneratedRegex("^While (parsing|scanning) [^,]*, ", RegexOptions.IgnoreCase)]
    private static partial Regex Doing();
}
