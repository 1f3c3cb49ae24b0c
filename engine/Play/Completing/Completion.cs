using System.CommandLine;
using System.CommandLine.Completions;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Play.Completing;

/// <summary>What may stand at the end of a command line. Files are read for it; nothing is run, nobody is asked, no host is touched.</summary>
internal sealed class Completion(RootCommand root)
{
    /// <summary>Nobody reads more.</summary>
    private const int Most = 1_000;

    public IReadOnlyList<Candidate> Of(string line)
    {
        try
        {
            // The first word is the program.
            if (ShellWords.Begun(line).ToArray() is not [_, .. var before, var word]) return [];
            return [.. At(before, word).Where(candidate => candidate.Text.StartsWith(word, StringComparison.Ordinal) && DisplayText.Safe(candidate.Text) == candidate.Text).DistinctBy(candidate => candidate.Text).Take(Most).Select(candidate => candidate with { About = DisplayText.Fit(DisplayText.Safe(candidate.About), 60) })];
        }
        catch (Exception)
        {
            // Whatever is wrong with a file is told by who uses it; under the Tab key there is no place for it.
            return [];
        }
    }

    private IEnumerable<Candidate> At(IReadOnlyList<string> before, string word)
    {
        var typed = Typed.Of(root, before);
        if (typed.IsOver) return [];
        if (typed.Open is { } option) return Values(typed, option, word, "");
        if (word.StartsWith('-')) return word.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && typed.Option(word[..equals]) is { } named ? Values(typed, named, word[(equals + 1)..], word[..(equals + 1)]) : Options(typed);
        var here = typed.Argument is { } argument ? Values(typed, argument, word, "") : [];
        return typed.Arguments.Count > 0 ? here : here.Concat(typed.Command.Subcommands.Where(sub => !sub.Hidden).Select(sub => new Candidate(sub.Name, sub.Description ?? "")));
    }

    private static IEnumerable<Candidate> Options(Typed typed) => typed.Command.Options.Concat(typed.Command is RootCommand ? [] : typed.Command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
        .Where(option => !option.Hidden && (option.Arity.MaximumNumberOfValues > 1 || !typed.Options.Contains(option)))
        .Select(option => new Candidate(option.Name.StartsWith("--", StringComparison.Ordinal) ? option.Name : option.Aliases.Append(option.Name).MaxBy(name => name.Length)!, option.Description ?? ""));

    /// <param name="prefix">What of the word stands before the value: `--report=`.</param>
    private static IEnumerable<Candidate> Values(Typed typed, Symbol symbol, string word, string prefix) =>
        symbol.GetCompletions(CompletionContext.Empty).Select(fixedWord => new Candidate(fixedWord.Label)).Concat(Candidates.Of(typed, symbol, word)).Select(candidate => candidate with { Text = prefix + candidate.Text });
}
