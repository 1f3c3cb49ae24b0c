using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>Scriban's `regex` functions.</summary>
internal static class PatternFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("regex.escape(text)", "A text as a regex that matches just it.", "regex.escape('a.b') → 'a\\\\.b'", x => Regex.Escape(x.Text(0))),
        new("regex.match(text, regex)", "The first match and its groups; empty where nothing matches.", "regex.match('p=80', `(.)=(\\d+)`) → ['p=80', 'p', '80']", x => x.Match(1, () => Groups(Regex.Match(x.Text(0), x.Text(1), RegexOptions.None, Limits.Pattern)))) { Pattern = 1 },
        new("regex.matches(text, regex)", "Every match, each with its groups.", "regex.matches('a1 b2', `[a-z]\\d`) → [['a1'], ['b2']]", Matches) { Pattern = 1 },
        new("regex.replace(text, regex, other)", "Each match replaced; `$1` is its first group.", "regex.replace('a-1', `-(\\d)`, '$1') → 'a1'", Replace) { Pattern = 1 },
        new("regex.split(text, regex)", "The parts between matches.", "regex.split('a1b2c', `\\d`) → ['a', 'b', 'c']", Split) { Pattern = 1 },
    ];

    /// <summary>The match and its groups; empty where nothing matches.</summary>
    private static object?[] Groups(Match match) =>
        match.Success ? [.. match.Groups.Values.Select(group => group.Success ? group.Value : null)] : [];

    private static object?[] Matches(Arguments x) => x.Match(1, () => Each(x).Select(match => (object?)Groups(match)).ToArray());

    private static string Replace(Arguments x) => x.Match(1, () =>
    {
        var text = x.Text(0);
        var result = new StringBuilder();
        var end = 0;
        foreach (var match in Each(x))
        {
            result.Append(text, end, match.Index - end).Append(match.Result(x.Text(2)));
            end = match.Index + match.Length;
            if (result.Length > Limits.Text) throw x.Fail($"the text would be longer than {Limits.Text} characters");
        }
        return result.Append(text, end, text.Length - end).ToString();
    });

    private static string[] Split(Arguments x) => x.Match(1, () =>
    {
        var parts = new List<string>();
        var end = 0;
        foreach (var match in Each(x))
        {
            parts.Add(x.Text(0)[end..match.Index]);
            end = match.Index + match.Length;
        }
        return (string[])[.. parts, x.Text(0)[end..]];
    });

    /// <summary>One match after the other. .NET's limit is for each of them: a hundred thousand slow ones need one for all.</summary>
    private static IEnumerable<Match> Each(Arguments x)
    {
        var count = 0;
        for (var match = Regex.Match(x.Text(0), x.Text(1), RegexOptions.None, Limits.Pattern); match.Success; match = match.NextMatch())
        {
            x.MindTheTime();
            if (count++ == Limits.Items) throw x.Fail($"these are more than {Limits.Items} matches");
            yield return match;
        }
    }
}
