using System.Text.RegularExpressions;
using Xunit;

namespace Lab.Tests;

/// <summary>What a page shows of an output, held against what was printed.</summary>
internal static partial class Shown
{
    public static IEnumerable<Match> Blocks(string page) => Block().Matches(page);

    /// <summary>All of it was printed, in that order, but for what is another at each run. How many parts that are.</summary>
    public static int In(string shown, string printed)
    {
        var (said, at, parts) = (Blanks().Replace(printed, " "), 0, 0);
        foreach (var part in Varying().Split(shown).Select(p => Blanks().Replace(p, " ").Trim(' ', '(', ')')).Where(p => p.Length > 2))
        {
            var found = said.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"it shows \"{part}\", which was not printed, or not there:\n{said}");
            (at, parts) = (found + part.Length, parts + 1);
        }
        return parts;
    }

    [GeneratedRegex(@"^```(?<kind>\w*)\n(?<body>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    /// <summary>What is left out, times, how often (so is the counter), which member, a session, a run's name and when it was, a version.</summary>
    [GeneratedRegex(@"…|\d+(?:\.\d+)?s\b|\d+ times|(?:와스|was|tomcat)\d|counter: \d+|\b[0-9A-F]{32}\b|\d{8}-\d{6}-\w+ of \S+ \S+|\d+\.\d+\.\d+ \S+")]
    private static partial Regex Varying();
}
