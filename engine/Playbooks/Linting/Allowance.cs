using System.Text.RegularExpressions;
using Playbooks.Loading;
using Playbooks.Problems;

namespace Playbooks.Linting;

/// <summary>A comment that silences rules on a line: `# lint: allow RULE, RULE why`.</summary>
/// <param name="At">The comment.</param>
/// <param name="Line">The line it is about: its own, or the next one where it has its line to itself.</param>
/// <param name="Rules">The words behind `allow` up to the first that no comma joins.</param>
internal sealed partial record Allowance(Position At, int Line, IReadOnlyList<string> Rules)
{
    private const string Start = "lint: allow";

    /// <summary>It is spelled just so; else it silences nothing.</summary>
    public bool IsExact { get; private init; } = true;

    /// <summary>Those of its rules that had something to silence.</summary>
    public HashSet<string> Used { get; } = [];

    public static IReadOnlyList<Allowance> In(SourceText source)
    {
        // Most files have none, and need no second scan.
        if (!source.Text.Contains("lint", StringComparison.OrdinalIgnoreCase)) return [];
        var comments = YamlComments.Of(source);
        // Of comments below each other all are about the line below the last.
        var below = new Dictionary<int, int>();
        foreach (var line in comments.Where(comment => comment.IsAlone).Select(comment => comment.Text.Start.Line).OrderDescending()) below[line] = below.GetValueOrDefault(line + 1, line + 1);
        var allowances = new List<Allowance>();
        foreach (var (text, isAlone) in comments)
        {
            var said = text.Value.TrimStart();
            if (Meant().Match(said) is not { Success: true } meant) continue;
            var line = text.Start.Line;
            allowances.Add(new Allowance(text.At(text.Value.Length - said.Length, said.TrimEnd().Length), isAlone ? below[line] : line, Words(said[meant.Length..])) { IsExact = meant.Value == Start });
        }
        return allowances;
    }

    [GeneratedRegex(@"^(?i:lint[ \t:]*allow(?![\w-])(?:[ \t]*:)?)")]
    private static partial Regex Meant();

    private static List<string> Words(string text)
    {
        var rules = new List<string>();
        foreach (var (place, part) in text.Split(',').Index())
        {
            var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            // A comma in the reason joins no rule, for blanks stand in what is before it.
            if (words.Length == 0) break;
            if (place > 0 && !words[0].All(c => char.IsAsciiLetterLower(c) || c == '-')) break;
            rules.Add(words[0]);
            if (words.Length > 1) break;
        }
        return rules;
    }
}
