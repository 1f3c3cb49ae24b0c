using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>A `command` with a word that only a shell would understand.</summary>
internal sealed partial class CommandWantsShell : LintRule
{
    /// <summary>They are no programs: a shell does them itself.</summary>
    private static readonly string[] OnlyInShells = ["cd", "export", "source", ".", "alias", "ulimit", "umask", "eval", "exec", "exit", "set", "if", "for", "while", "case", "[[", "{", "(", "((", "!"];

    /// <summary>Behind these a `*` is the program's own.</summary>
    private static readonly string[] Matchers = ["-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-lname", "-g", "--include", "--exclude"];

    public override string Name => "command-wants-shell";

    public override string Summary => "A `command` with `|`, `>`, `&&`, `$VAR`, `~` or `*`, which only a shell understands.";

    public override string Explanation => """
        No shell reads a `command`: `|`, `>`, `&&`, `;`, `$HOME`, `~` and `*` reach the program as they are written. `command: echo ok > /tmp/f`
        prints `ok > /tmp/f`, changes no file and passes.

        Write `shell:` where a shell is meant; it quotes the values that are filled in. Often less does: `in:` is the working directory,
        `env:` gives variables, an `assert` over `lines` is a `grep`. A sign that is meant as it is stands in quotes.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        foreach (var linted in file.Steps)
            if (linted.Step.Work is CommandWork { Written: { } written })
                // One a step: who is told of the first sees the others.
                if (First(written, file.Secrets.Contains(linted.Step)) is var (at, message, mend))
                    yield return Found(at, message, mend, linted);
    }

    private static (Position, string, string)? First(Template command, bool hides)
    {
        const string shell = "write `shell:` where a shell is meant, or quote what is meant as it is";
        var words = Words(command);
        for (var i = 0; i < words.Count; i++)
        {
            var (text, bare, at) = words[i];
            at = at with { Length = text.Length };
            var shown = hides ? "this" : $"`{text}`";
            if (i == 0 && Assignment().IsMatch(bare)) return (at, "the program would be called this: no shell takes it as a variable", "give it with `env:`");
            if (i == 0 && OnlyInShells.Contains(bare)) return (at, $"{shown} is no program, only a shell knows it", bare == "cd" ? "`in:` is the working directory; or write `shell:`" : "write `shell:`");
            if (Operator().IsMatch(bare)) return (at, $"{shown} is a word like any other here: no shell reads a `command`", shell);
            if (bare.Length > 1 && bare[^1] == ';') return (at with { Column = at.Column + text.Length - 1, Length = 1 }, "the `;` is a part of this word: no shell reads a `command`", shell);
            if (Variable().IsMatch(bare)) return (at, $"{shown} reaches the program as it is written: no shell fills it in", "write {{ env.NAME }} for this machine's variable, or `shell:` for the host's");
            if (bare.Contains('`', StringComparison.Ordinal)) return (at, "backquotes reach the program as they are written: no shell reads a `command`", shell);
            if (bare == "~" || bare.StartsWith("~/", StringComparison.Ordinal)) return (at, "`~` is a file of that name here: no shell makes it the home directory", "write the path out, or `shell:`");
            if (i > 0 && Path().IsMatch(bare) && !Matchers.Contains(words[i - 1].Text)) return (at, "`*` and `?` reach the program as they are written: no shell looks for files", shell);
        }
        return null;
    }

    /// <summary>The words, each as it is written and with only what stands in no quotes; a quoted sign and a value are a NUL in that.</summary>
    private static List<(string Text, string Bare, Position At)> Words(Template command)
    {
        var words = new List<(string, string, Position)>();
        var (text, bare, splitter) = (new StringBuilder(), new StringBuilder(), new ShellWords.Splitter());
        Position? start = null;
        void End()
        {
            if (start is not null) words.Add((text.ToString(), bare.ToString(), start));
            text.Clear();
            bare.Clear();
            start = null;
        }
        foreach (var part in command.Parts)
        {
            if (part is not TemplatePart.Literal { Text: var literal })
            {
                splitter.Join();
                start ??= part.At;
                text.Append("{{ … }}");
                bare.Append('\0');
                continue;
            }
            for (var i = 0; i < literal.Value.Length; i++)
            {
                var isPlain = !splitter.InQuotes && !splitter.IsEscaped && literal.Value[i] is not ('\'' or '"' or '\\');
                var (kept, ends) = splitter.Next(literal.Value[i], i);
                if (ends) End();
                else if (kept is not null || splitter.InWord)
                {
                    start ??= literal.At(i);
                    text.Append(literal.Value[i]);
                    if (kept is not null) bare.Append(isPlain ? kept : "\0");
                }
            }
        }
        End();
        return words;
    }

    [GeneratedRegex(@"^[A-Za-z_]\w*=")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(\|\|?|\|&|&&?|;|(\d|&)?>>?(&\d|\S*)|\d?<(<-?)?\S*)\z")]
    private static partial Regex Operator();

    [GeneratedRegex(@"\$[A-Za-z_{(]")]
    private static partial Regex Variable();

    /// <summary>Behind a value, which may be a URL, a `?` is none.</summary>
    [GeneratedRegex(@"^(?:\0[^*?]*\*|[./~][^*?]*[*?])")]
    private static partial Regex Path();
}
