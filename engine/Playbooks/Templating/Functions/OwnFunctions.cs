using System.Text.RegularExpressions;
using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>The functions that Scriban does not have. default and defined are the interpreter's own, because they forgive what is absent.</summary>
internal static class OwnFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("number(text)", "The number that a text is; of a duration its seconds, of a size its bytes.", "number('42') + 1 → 43", Number),
        new("text(value)", "A value as text; a list or a map as JSON.", "text(4000) + '/tcp' → '4000/tcp'", Text),
        new("parse_json(text)", "The value that a text holds as JSON.", "parse_json('{\"up\": true}').up → true", ParseJson),
        new("words(text)", "A text split into words as a shell would split it.", "words('java -cp \"a b\"') → ['java', '-cp', 'a b']", Words),
        new("extract(text, regex)", "What a regex finds in a text: its first group, else all that matched. It is an error where nothing matches.", "extract('version 9.0.82', `([0-9.]+)`) → '9.0.82'", Extract) { Pattern = 1 },
        new("matches(text, regex)", "Whether a regex finds something in a text.", "matches('tomcat1', `[0-9]$`) → true", x => x.Match(1, () => Regex.IsMatch(x.Text(0), x.Text(1), RegexOptions.None, Limits.Pattern))) { Pattern = 1 },
        new("default(value, other)", "The value, or the other one where there is none or it is null.", "default(nothing, 8009) → 8009", x => x[0] ?? x[1]),
        new("defined(name)", "Whether there is such a name; it is given as a text, as it would be written.", "defined('nobody') → false", _ => true),
        new("count(list)", "How many items a list has, or keys a map.", "count([1, 2]) → 2", x => Count(x)),
        new("raw(text)", "In `shell` and in `log`'s `matches`: the text goes in as code, unquoted. Never give it what a host printed.", "raw('a b') → 'a b'", x => x[0]),
    ];

    private static object Number(Arguments x)
    {
        if (x[0] is long or double) return x[0]!;
        if (x[0] is Size size) return size.Bytes;
        if (x[0] is TimeSpan duration) return duration.TotalSeconds;
        var text = x.Text(0);
        return Data.ToNumber(text) ?? throw x.Fail(0, $"{x.Said(0)}, which is no number");
    }

    private static string Text(Arguments x) => x[0] switch
    {
        null => throw x.Fail(0, "null has no text", "write default(x, \"…\")"),
        IMembers or IReadOnlyList<object?> => Json(x),
        var value => Data.ToText(value),
    };

    internal static string Json(Arguments x)
    {
        try
        {
            return Data.ToJson(x[0]);
        }
        catch (Exception e) when (e is InvalidOperationException or MissingValueException)
        {
            throw x.Fail(0, e is MissingValueException ? e.Message : "the value is nested too deep for JSON");
        }
    }

    internal static object? ParseJson(Arguments x)
    {
        try
        {
            return Data.FromJson(x.Text(0));
        }
        catch (FormatException e)
        {
            throw x.Fail(0, $"this is no JSON: {e.Message}; it begins {Data.Show(x.Text(0), 40)}");
        }
    }

    private static IReadOnlyList<object?> Words(Arguments x)
    {
        try
        {
            return [.. ShellWords.Split(x.Text(0))];
        }
        catch (FormatException e)
        {
            throw x.Fail(0, $"{Data.Show(x.Text(0), 60)} cannot be split into words: {e.Message}");
        }
    }

    private static string Extract(Arguments x)
    {
        var text = x.Text(0);
        var match = x.Match(1, () => Regex.Match(text, x.Text(1), RegexOptions.None, Limits.Pattern));
        if (!match.Success) throw x.Fail($"nothing in {Data.Show(text, 60)} matches {x.Text(1)}", "whether it does is asked with matches(text, `regex`)");
        if (match.Groups.Count == 1) return match.Value;
        // A first group that took no part is not the empty text.
        return match.Groups[1].Success ? match.Groups[1].Value : throw x.Fail($"the first group of {x.Text(1)} took no part in the match {Data.Show(match.Value, 60)}");
    }

    private static long Count(Arguments x) => x[0] switch
    {
        IReadOnlyList<object?> list => list.Count,
        IMembers map => map.Names.Count(),
        string => throw x.Fail(0, "count is of a list or a map, and this is text", "write string.size(text)"),
        var other => throw x.Fail(0, $"count is of a list or a map, and this is {Data.Describe(other)}"),
    };
}
