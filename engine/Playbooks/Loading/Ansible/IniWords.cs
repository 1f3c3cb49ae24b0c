using System.Text;

namespace Playbooks.Loading.Ansible;

/// <summary>Parts a line into words as Python's shlex does (docs.python.org, "shlex", POSIX mode): quotes group, a backslash takes the next character, `#` ends the line where comments are read.</summary>
internal static class IniWords
{
    /// <summary>The words, and where each begins (0-based); null where a quote is not closed or nothing follows a backslash.</summary>
    public static IReadOnlyList<(string Text, int At)>? Split(string line, bool comments = true)
    {
        var words = new List<(string, int)>();
        var word = new StringBuilder();
        var begin = -1;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else if (c == '\\' && quote == '"')
                {
                    if (++i >= line.Length) return null;
                    if (line[i] is not ('"' or '\\')) word.Append('\\');
                    word.Append(line[i]);
                }
                else word.Append(c);
            }
            else if (c is ' ' or '\t' or '\r' or '\n') End();
            else if (comments && c == '#') break;
            else
            {
                if (begin < 0) begin = i;
                if (c is '"' or '\'') quote = c;
                else if (c != '\\') word.Append(c);
                else if (++i < line.Length) word.Append(line[i]);
                else return null;
            }
        }
        if (quote != '\0') return null;
        End();
        return words;

        void End()
        {
            if (begin >= 0) words.Add((word.ToString(), begin));
            begin = -1;
            word.Clear();
        }
    }
}
