using System.Text;

namespace Playbooks.Connections.Configuring;

/// <summary>One line of a file of ssh's configuration (ssh_config(5)): its key in lower case, and what stands behind it.</summary>
internal sealed record SshConfigLine(string File, int Number, string Key, string Rest)
{
    private const string Blank = " \t\r\f\n";

    public string Where => $"{File}:{Number}";

    /// <summary>Null: a blank line or a comment.</summary>
    /// <exception cref="UndecidedException">The key stands in quotes.</exception>
    public static SshConfigLine? Parse(string file, int number, string text)
    {
        text = text.Trim(Blank.ToCharArray());
        if (text.Length == 0 || text[0] == '#') return null;
        var end = text.AsSpan().IndexOfAny(Blank + "=\"");
        var key = end < 0 ? text : text[..end];
        var line = new SshConfigLine(file, number, key.ToLowerInvariant(), "");
        if (end < 0) return line;
        if (text[end] == '"') throw new UndecidedException(line.Where, "quotes around a key");
        // One `=` stands for blanks, or among them.
        var rest = text[end..].TrimStart(Blank.ToCharArray());
        if (rest.StartsWith('=')) rest = rest[1..].TrimStart(Blank.ToCharArray());
        return line with { Rest = rest };
    }

    /// <summary>The words, up to a comment: in quotes of either kind, with a backslash before a quote, a backslash or, outside quotes, a blank.</summary>
    /// <exception cref="UndecidedException">A quote is not closed, or there is no word.</exception>
    public IReadOnlyList<string> Words()
    {
        var words = new List<string>();
        for (var at = 0; at < Rest.Length;)
        {
            if (Rest[at] is ' ' or '\t')
            {
                at++;
                continue;
            }
            if (Rest[at] == '#') break;
            words.Add(Word(ref at));
        }
        return words.Count > 0 ? words : throw new UndecidedException(Where, $"`{Key}` without a value");
    }

    public string Only() => Words() is [{ Length: > 0 } word] ? word : throw new UndecidedException(Where, $"more than one value for `{Key}`, or an empty one");

    private string Word(ref int at)
    {
        var word = new StringBuilder();
        var quote = '\0';
        for (; at < Rest.Length; at++)
        {
            var (c, next) = (Rest[at], at + 1 < Rest.Length ? Rest[at + 1] : '\0');
            if (c == '\\' && (next is '\'' or '"' or '\\' || next == ' ' && quote == '\0')) word.Append(Rest[++at]);
            else if (quote == '\0' && c is ' ' or '\t') break;
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else if (quote != '\0' && c == quote) quote = '\0';
            else word.Append(c);
        }
        return quote == '\0' ? word.ToString() : throw new UndecidedException(Where, "quotes that are not closed");
    }
}

/// <summary>Something in ssh's configuration that only ssh itself can tell.</summary>
internal sealed class UndecidedException(string where, string what) : Exception(what)
{
    public string Where => where;
}
