using System.Globalization;
using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>The hosts that a name stands for, and its port: `web[01:20].example.com:2222` (docs.ansible.com, "Adding ranges of hosts").</summary>
internal static partial class HostNames
{
    private const int Most = 10_000;

    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>Null where a range cannot be read, and the problems say why.</summary>
    public static (IReadOnlyList<string> Names, long? Port)? Expand(string text, Position at, ProblemList problems)
    {
        var (name, port) = Parted(text);
        if (port is < 1 or > 65535)
        {
            problems.Add(at, $"{port} is no port", "a port is a number from 1 to 65535");
            return null;
        }
        IReadOnlyList<string> names = [name];
        // The first range counts slowest; what a range gives is never read as one again.
        for (var from = 0; names.Count > 0 && name.IndexOf('[', from) is >= 0 and var open;)
        {
            var close = name.IndexOf(']', open);
            if (close < 0 || Range(name[(open + 1)..close]) is not { } items)
            {
                problems.Add(at, $"`{name}` holds no range that Ansible reads", "[from:to] or [from:to:step], of numbers with as many digits or of single letters: web[01:20], rack[a:f]");
                return null;
            }
            var (head, until) = (name[from..open], close + 1);
            if (from == 0) names = [""];
            if (names.Count * items.Count > Most) throw problems.TooMuch(at, $"`{name}` stands for more than {Most} names", "part it");
            names = [.. names.SelectMany(before => items.Select(item => before + head + item))];
            from = until;
            if (name.IndexOf('[', from) < 0) names = [.. names.Select(before => before + name[until..])];
        }
        return (names, port);
    }

    /// <summary>What is no address with a port behind it is a name as a whole.</summary>
    public static (string Name, long? Port) Parted(string text, bool ranges = true)
    {
        var (name, port) = (text, (long?)null);
        foreach (var form in (Regex[])[Bracketed(), WithPort()])
            if (form.Match(name) is { Success: true } match && long.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) (name, port) = (match.Groups["name"].Value, number);
        return (Address().IsMatch(name) || IsV6(name)) && (ranges || !name.Contains('[', StringComparison.Ordinal)) ? (name, port) : (text, null);
    }

    private static bool IsV6(string name) => V6().IsMatch(name) && System.Net.IPAddress.TryParse(HexRange().Replace(name, "0"), out _);

    private static List<string>? Range(string inside)
    {
        var parts = inside.Split(':');
        if (parts.Length is not (2 or 3) || parts[1].Length == 0 || !long.TryParse(parts.Length == 3 ? parts[2] : "1", NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step == 0) return null;
        var (begin, end) = (parts[0].Length == 0 ? "0" : parts[0], parts[1]);
        var width = begin is ['0', _, ..] ? begin.Length : 0;
        if (width > 0 && width != end.Length) return null;
        if (begin.Length == 1 && end.Length == 1 && Letters.IndexOf(begin[0], StringComparison.Ordinal) is >= 0 and var first && Letters.IndexOf(end[0], StringComparison.Ordinal) is var last && last >= first)
            return [.. Enumerable.Range(first, last - first + 1).Where(i => (i - first) % step == 0).Select(i => Letters[i].ToString())];
        if (!long.TryParse(begin, NumberStyles.None, CultureInfo.InvariantCulture, out var low) || !long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var high) || low > high) return null;
        var items = new List<string>();
        // One more than may be: the caller counts.
        for (var i = low; i <= high && items.Count <= Most; i += step) items.Add(i.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0'));
        return items;
    }

    [GeneratedRegex(@"^\[(?<name>.+)\]:(?<port>[0-9]+)\z")]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"^(?<name>([^:\[\]]|\[[^\]]*\])*):(?<port>[0-9]+)\z", RegexOptions.NonBacktracking)]
    private static partial Regex WithPort();

    /// <summary>Labels with dots between; each begins with a letter, a digit, `_` or a range, and does not end in `-` or `_`.</summary>
    [GeneratedRegex(@"^(\w|\[([a-zA-Z]:[a-zA-Z]|[0-9]+:[0-9]+)(:[0-9]+)?\])([\w-]|\[([a-zA-Z]:[a-zA-Z]|[0-9]+:[0-9]+)(:[0-9]+)?\])*(?<![_-])(\.(\w|\[([a-zA-Z]:[a-zA-Z]|[0-9]+:[0-9]+)(:[0-9]+)?\])([\w-]|\[([a-zA-Z]:[a-zA-Z]|[0-9]+:[0-9]+)(:[0-9]+)?\])*(?<![_-]))*\z")]
    private static partial Regex Address();

    [GeneratedRegex(@"^([0-9a-fA-F:.]|\[[0-9a-fA-F]+:[0-9a-fA-F]+(:[0-9]+)?\])+\z")]
    private static partial Regex V6();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex HexRange();
}
