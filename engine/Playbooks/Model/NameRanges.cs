using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Model;

/// <summary>
/// Names that stand for many: `app[001:200]`, `rack[1:2]-node[a:f]`, `db[0:10:2]`, both ends meant, zeros kept. As Ansible's inventories
/// have them (docs.ansible.com, "Adding ranges of hosts"), but that a beginning is written out.
/// </summary>
public static partial class NameRanges
{
    /// <summary>Names that one text may stand for.</summary>
    public const int Most = 10_000;

    /// <summary>A range, right or wrong, stands in it; an IPv6 address in its brackets is none.</summary>
    public static bool IsIn(string text) => Brackets().Matches(text).Any(IsRange);

    /// <summary>The names, the last range counting fastest; null where a range cannot be read, and the problems say why.</summary>
    public static IReadOnlyList<string>? Expand(PlacedText text, ProblemList problems)
    {
        List<string> names = [""];
        var at = 0;
        foreach (var bracket in Brackets().Matches(text.Value).Where(IsRange))
        {
            if (Read(text, bracket, problems) is not { } range) return null;
            if (names.Count * range.Count > Most)
            {
                problems.Add(text.Start, $"`{text.Value}` stands for more than {Most} names", "part it");
                return null;
            }
            var before = text.Value[at..bracket.Index];
            names = [.. names.SelectMany(name => range.Items.Select(item => name + before + item))];
            at = bracket.Index + bracket.Length;
        }
        return [.. names.Select(name => name + text.Value[at..])];
    }

    private static bool IsRange(Match bracket) => bracket.Value.Contains(':', StringComparison.Ordinal) && !IPAddress.TryParse(bracket.Groups["inside"].Value.Split('%')[0], out _) || WithDash().IsMatch(bracket.Value);

    private static (decimal Count, IEnumerable<string> Items)? Read(PlacedText text, Match bracket, ProblemList problems)
    {
        var parts = Form().Match(bracket.Value);
        if (!parts.Success)
            return Wrong($"`{bracket.Value}` is no range", WithDash().IsMatch(bracket.Value) ? $"did you mean `{bracket.Value.Replace('-', ':')}`?" : "[from:to] or [from:to:step], of numbers or of single letters: app[001:200], rack[a:f]");
        var (from, to) = (parts.Groups["from"].Value, parts.Groups["to"].Value);
        var letters = char.IsAsciiLetter(from[0]);
        if (letters != char.IsAsciiLetter(to[0]) || letters && char.IsAsciiLetterUpper(from[0]) != char.IsAsciiLetterUpper(to[0]))
            return Wrong($"`{bracket.Value}` has ends of different kinds", "two numbers, two small letters or two capitals");
        if (!letters && from.Length != to.Length && (from is ['0', _, ..] || to is ['0', _, ..]))
            return Wrong($"the ends of `{bracket.Value}` have different numbers of digits", from is ['0', _, ..] && from.Length < to.Length ? $"[{from.PadLeft(to.Length, '0')}:{to}], or without zeros before" : "with zeros before, both are of the same length: [001:200]");
        var (first, last) = letters ? (from[0], to[0]) : (long.Parse(from, CultureInfo.InvariantCulture), long.Parse(to, CultureInfo.InvariantCulture));
        var step = parts.Groups["step"] is { Success: true, Value: var said } ? long.Parse(said, CultureInfo.InvariantCulture) : 1;
        if (step == 0) return Wrong($"`{bracket.Value}` has a step of 0");
        if (first > last) return Wrong($"`{bracket.Value}` goes backwards", $"[{to}:{from}]");
        return ((last - first) / step + 1, Items());

        IEnumerable<string> Items()
        {
            for (var i = first; i <= last; i += step)
                yield return letters ? ((char)i).ToString() : i.ToString(CultureInfo.InvariantCulture).PadLeft(from is ['0', ..] ? from.Length : 0, '0');
        }

        (decimal, IEnumerable<string>)? Wrong(string message, string? mend = null)
        {
            problems.Add(text.At(bracket.Index, bracket.Length), message, mend);
            return null;
        }
    }

    [GeneratedRegex(@"\[(?<inside>[^\[\]=]*)\]")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"^\[(?<from>[0-9]{1,17}|[A-Za-z]):(?<to>[0-9]{1,17}|[A-Za-z])(:(?<step>[0-9]{1,17}))?\]\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"^\[[0-9]+-[0-9]+\]\z")]
    private static partial Regex WithDash();
}
