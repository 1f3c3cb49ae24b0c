using System.Text;

namespace Playbooks.Templating;

/// <summary>Splits text into words as a POSIX shell does (XCU 2.2, 2.3), where nothing expands: quotes group, a backslash takes the next character as it is.</summary>
public static class ShellWords
{
    /// <summary>The words of a text that is data.</summary>
    /// <exception cref="FormatException">A quote is never closed, or a backslash stands last.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = Read(text, out var splitter, out var last);
        if (splitter.Unfinished is { } unfinished) throw new FormatException(unfinished.Message);
        return splitter.InWord ? [.. words, last] : words;
    }

    /// <summary>The words of a line that is being typed: the last one has just begun, and is empty where nothing of it is there.</summary>
    public static IReadOnlyList<string> Begun(string text) => [.. Read(text, out _, out var last), last];

    private static List<string> Read(string text, out Splitter splitter, out string last)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        splitter = new Splitter();
        for (var i = 0; i < text.Length; i++)
        {
            var step = splitter.Next(text[i], i);
            if (step.Text is { } kept) word.Append(kept);
            if (!step.EndsWord) continue;
            words.Add(word.ToString());
            word.Clear();
        }
        last = word.ToString();
        return words;
    }

    /// <summary>The state between two characters; both the words of a text and those of a template are split with it.</summary>
    internal struct Splitter()
    {
        private char quote = '\0';
        private bool escaped;
        private int opened;

        /// <summary>A word has begun, if only with an empty pair of quotes.</summary>
        public bool InWord { get; private set; }

        public readonly bool InQuotes => quote != '\0';

        public readonly (int At, string Message)? Unfinished =>
            quote != '\0' ? (opened, $"the {quote} is never closed")
            : escaped ? (opened, "the backslash at the end has nothing to escape")
            : null;

        /// <summary>Something that is no character joins the word: an expression of a template.</summary>
        public void Join()
        {
            InWord = true;
            escaped = false;
        }

        public readonly bool IsEscaped => escaped;

        public (string? Text, bool EndsWord) Next(char c, int at)
        {
            if (escaped)
            {
                escaped = false;
                // Backslash and line end together are nothing, within double quotes and without.
                if (c == '\n') return (null, false);
                InWord = true;
                return (quote == '"' && c is not ('$' or '`' or '"' or '\\') ? $"\\{c}" : c.ToString(), false);
            }
            if (quote == '\'') return Quoted(c);
            if (c == '\\')
            {
                (escaped, opened) = (true, quote == '\0' ? at : opened);
                return (null, false);
            }
            if (quote == '"') return Quoted(c);
            if (c is '"' or '\'')
            {
                (quote, opened, InWord) = (c, at, true);
                return (null, false);
            }
            if (c is ' ' or '\t' or '\n')
            {
                var ends = InWord;
                InWord = false;
                return (null, ends);
            }
            InWord = true;
            return (c.ToString(), false);
        }

        private (string?, bool) Quoted(char c)
        {
            if (c != quote) return (c.ToString(), false);
            quote = '\0';
            return (null, false);
        }
    }
}
