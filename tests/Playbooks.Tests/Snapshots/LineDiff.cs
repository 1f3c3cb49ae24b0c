namespace Playbooks.Tests.Snapshots;

/// <summary>What changed between two texts, short: the lines between their common beginning and their common end.</summary>
internal static class LineDiff
{
    private const int Shown = 15;

    public static string Show(string expected, string actual)
    {
        string[] was = expected.Split('\n'), now = actual.Split('\n');
        var start = was.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        var end = was[start..].Reverse().Zip(now[start..].Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Join('\n',
        [
            .. was[Math.Max(0, start - 2)..start].Select(line => "  " + line),
            .. Cut("- ", was[start..^end]),
            .. Cut("+ ", now[start..^end]),
            .. was[^end..].Take(2).Select(line => "  " + line),
        ]);
    }

    private static IEnumerable<string> Cut(string mark, string[] lines) =>
        lines.Take(Shown).Select(line => mark + line).Concat(lines.Length > Shown ? [$"{mark}… {lines.Length - Shown} more lines"] : []);
}
