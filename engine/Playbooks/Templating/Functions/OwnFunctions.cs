using System.Text.RegularExpressions;
using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>The functions that Scriban does not have. default and defined are the interpreter's own, because they forgive what is absent.</summary>
internal static class OwnFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("number(text)", Number),
        new("text(value)", Text),
        new("parse_json(text)", ParseJson),
        new("words(text)", Words),
        new("extract(text, regex)", Extract) { Pattern = 1 },
        new("matches(text, regex)", x => x.Match(1, () => Regex.IsMatch(x.Text(0), x.Text(1), RegexOptions.None, Limits.Pattern))) { Pattern = 1 },
        new("default(value, other)", x => x[0] ?? x[1]),
        new("defined(name)", _ => true),
        new("count(list)", x => Count(x)),
        new("raw(text)", x => x[0]),
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
