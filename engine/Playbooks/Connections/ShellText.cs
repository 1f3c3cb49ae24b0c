using System.Buffers;
using System.Text;

namespace Playbooks.Connections;

/// <summary>Writes texts so that a shell reads them back unchanged.</summary>
internal static class ShellText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,@%+=-");

    /// <summary>One word for a POSIX shell.</summary>
    public static string Word(string text)
    {
        // zsh puts the path of a program for a word that begins with = (its option EQUALS).
        if (text.Length > 0 && text[0] != '=' && !text.AsSpan().ContainsAnyExcept(Plain)) return text;
        // Double quotes where they do: what has no single quote needs no encoding on its way through the login shell.
        if (IsSafeInSingleQuotes(text) && !text.AsSpan().ContainsAny("\"$`")) return $"\"{text}\"";
        return "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }

    /// <summary>
    /// Whether every login shell takes the text literally between single quotes: a backslash is special there in fish, `!` and a
    /// line end in csh, and what is not ASCII would depend on a locale.
    /// </summary>
    public static bool IsSafeInSingleQuotes(string text)
    {
        foreach (var c in text)
            if (c is < ' ' or > '~' or '\'' or '\\' or '!') return false;
        return true;
    }

    /// <summary>
    /// The text for `printf %b` between double quotes between single quotes: what could be special in any of the three is octal.
    /// </summary>
    public static string Octal(string text)
    {
        var octal = new StringBuilder(text.Length + 64);
        foreach (var b in Encoding.UTF8.GetBytes(text))
            if (b is < (byte)' ' or > (byte)'~' or (byte)'\'' or (byte)'\\' or (byte)'!' or (byte)'"' or (byte)'$' or (byte)'`')
                octal.Append("\\0").Append((char)('0' + (b >> 6))).Append((char)('0' + (b >> 3 & 7))).Append((char)('0' + (b & 7)));
            else
                octal.Append((char)b);
        return octal.ToString();
    }
}
