using System.Text.RegularExpressions;
using Xunit;

namespace Lab.Tests;

/// <summary>What a page shows of an output, held against what was printed.</summary>
internal static partial class Shown
{
    public static IEnumerable<Match> Blocks(string page) => Block().Matches(page);

    /// <summary>All of it was printed, in that order, but for what is another at each run. How many parts that are.</summary>
    /// <param name="also">What else is another, as a regular expression.</param>
    public static int In(string shown, string printed, string also = "…")
    {
        shown = Regex.Replace(shown, also, "…");
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

    /// <summary>What is left out, times, how often, which member, a run's name and when it was, a version.</summary>
    [GeneratedRegex(@"…|\d+(?:\.\d+)?s\b|\d+ times|(?:와스|was)\d|\d{8}-\d{6}-\w+ of \S+ \S+|\d+\.\d+\.\d+ \S+")]
    private static partial Regex Varying();
}
