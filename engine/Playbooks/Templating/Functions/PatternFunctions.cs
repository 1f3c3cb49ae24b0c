using System.Text.RegularExpressions;
using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>Scriban's `regex` functions.</summary>
internal static class PatternFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("regex.escape(text)", x => Regex.Escape(x.Text(0))),
        new("regex.match(text, regex)", x => x.Match(1, () => Groups(Regex.Match(x.Text(0), x.Text(1), RegexOptions.None, Limits.Pattern)))) { Pattern = 1 },
        new("regex.matches(text, regex)", Matches) { Pattern = 1 },
        new("regex.replace(text, regex, other)", Replace) { Pattern = 1 },
        new("regex.split(text, regex)", Split) { Pattern = 1 },
    ];

    /// <summary>The match and its groups; empty where nothing matches.</summary>
    private static object?[] Groups(Match match) =>
        match.Success ? [.. match.Groups.Values.Select(group => group.Success ? group.Value : null)] : [];

    private static object?[] Matches(Arguments x) => x.Match(1, () =>
    {
        var all = new List<object?>();
        for (var match = Regex.Match(x.Text(0), x.Text(1), RegexOptions.None, Limits.Pattern); match.Success; match = match.NextMatch())
        {
            if (all.Count == Limits.Items) throw x.Fail($"these are more than {Limits.Items} matches");
            all.Add(Groups(match));
        }
        return all.ToArray();
    });

    private static string Replace(Arguments x) => x.Match(1, () =>
    {
        var length = (long)x.Text(0).Length;
        return Regex.Replace(x.Text(0), x.Text(1), match =>
        {
            var other = match.Result(x.Text(2));
            length += other.Length - match.Length;
            return length <= Limits.Text ? other : throw x.Fail($"the text would be longer than {Limits.Text} characters");
        }, RegexOptions.None, Limits.Pattern);
    });

    private static string[] Split(Arguments x) => x.Match(1, () =>
    {
        var parts = Regex.Split(x.Text(0), x.Text(1), RegexOptions.None, Limits.Pattern);
        return parts.Length <= Limits.Items ? parts : throw x.Fail($"these are more than {Limits.Items} parts");
    });
}
