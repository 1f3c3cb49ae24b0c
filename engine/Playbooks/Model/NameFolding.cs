using System.Globalization;
using System.Text.RegularExpressions;

namespace Playbooks.Model;

/// <summary>Writes many names short for people, as ClusterShell's `nodeset` does: `was[1-2]`, `app[001-200]`, `rack[1-2]-node[01-16,20]`.</summary>
public static partial class NameFolding
{
    /// <summary>Numbers that are looked at, from the end of a name.</summary>
    private const int MostNumbers = 4;

    /// <summary>More digits are no number that counts.</summary>
    private const int MostDigits = 17;

    /// <summary>The names, those folded that differ in a number, in the order in which each first came. A name that is there twice is shown once.</summary>
    public static IReadOnlyList<string> Fold(IEnumerable<string> names)
    {
        var folded = names.Distinct().Select(Parts).ToList();
        for (var number = 0; number < MostNumbers && folded.Count > 1; number++) folded = Fold(folded, number);
        return [.. folded.Select(parts => string.Concat(parts))];
    }

    /// <summary>The same as one text; behind several names stands how many they are.</summary>
    public static string Counted(IEnumerable<string> names)
    {
        var all = names.Where(name => name.Length > 0).Distinct().ToList();
        return string.Join(", ", Fold(all)) + (all.Count > 1 ? $" ({all.Count})" : "");
    }

    /// <summary>Numbers at odd places, what stands between them at even ones; brackets of its own leave a name as it is.</summary>
    private static string[] Parts(string name) => name.AsSpan().ContainsAny('[', ']', ',') ? [name] : Numbers().Split(name);

    /// <summary>Of names that differ in their n-th number from the end, and in nothing else, one.</summary>
    private static List<string[]> Fold(List<string[]> names, int number)
    {
        var folded = new List<string[]>();
        var alike = new Dictionary<string, (int Place, List<string> Numbers)>();
        foreach (var parts in names)
        {
            var at = parts.Length - 2 - 2 * number;
            if (at < 1 || parts[at].Length > MostDigits)
            {
                folded.Add(parts);
                continue;
            }
            var key = string.Join('\0', parts[..at].Append("").Concat(parts[(at + 1)..]));
            if (alike.TryGetValue(key, out var others)) others.Numbers.Add(parts[at]);
            else
            {
                alike[key] = (folded.Count, [parts[at]]);
                folded.Add([.. parts]);
            }
        }
        foreach (var (place, numbers) in alike.Values.Where(a => a.Numbers.Count > 1)) folded[place][folded[place].Length - 2 - 2 * number] = $"[{Runs(numbers)}]";
        return folded;
    }

    /// <summary>`1-3,5`. Where one number has a zero before it, all of its length count as written with zeros; so each run tells how it is written.</summary>
    private static string Runs(List<string> numbers)
    {
        var padded = numbers.Where(n => n is ['0', _, ..]).Select(n => n.Length).ToHashSet();
        var runs = new List<(string First, string Last)>();
        (int Width, long Value) before = default;
        foreach (var (text, width, value) in numbers.Select(n => (n, Width: padded.Contains(n.Length) ? n.Length : 0, Value: long.Parse(n, CultureInfo.InvariantCulture))).OrderBy(n => n.Width).ThenBy(n => n.Value))
        {
            if (runs.Count > 0 && before == (width, value - 1)) runs[^1] = (runs[^1].First, text);
            else runs.Add((text, text));
            before = (width, value);
        }
        return string.Join(',', runs.Select(r => r.First == r.Last ? r.First : $"{r.First}-{r.Last}"));
    }

    [GeneratedRegex("([0-9]+)")]
    private static partial Regex Numbers();
}
