using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Connections;

/// <summary>The ways in which a secret may come back: as it is, line by line, and as programs write it into base64, URLs, shells, JSON and messages.</summary>
internal static class SecretForms
{
    /// <summary>Shorter ones would hide half of what is shown.</summary>
    private const int Shortest = 4;

    /// <summary>`base64` and PEM break lines: of what is longer than that each piece counts by itself.</summary>
    private const int BrokenFrom = 60, Piece = 20;

    /// <summary>What is left as it is beside letters and digits: RFC 3986; JavaScript's encodeURIComponent and encodeURI; Python's quote; forms.</summary>
    private static readonly string[] Unescaped = ["-._~", "-._~!'()*", "-._~!'()*;,/?:@&=+$#", "-._~/", "-._*"];

    public static HashSet<string> Of(string secret)
    {
        var forms = new HashSet<string>(StringComparer.Ordinal) { secret };
        // A lone surrogate has no bytes, and what was written to bytes has none.
        secret = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(secret));
        if (secret.Length < Shortest) return forms;
        string[] texts = secret.Contains('\n', StringComparison.Ordinal) ? [secret, secret.TrimEnd('\r', '\n'), .. secret.Split('\n').Select(line => line.TrimEnd('\r'))] : [secret];
        // What a shell or JSON wrote may be shown in a message, or stand in JSON again.
        var written = texts.Concat(texts.SelectMany(InShells)).Concat(texts.SelectMany(Escaped)).Distinct().ToList();
        forms.UnionWith(written.Concat(written.SelectMany(Escaped)).Concat(Base64(Encoding.UTF8.GetBytes(secret))).Concat(InUrls(secret)).Where(form => form.Length >= Shortest));
        return forms;
    }

    /// <summary>Within longer base64 it stands at one of three places of a group; what depends on its neighbours is left out.</summary>
    private static IEnumerable<string> Base64(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String((byte[])[.. new byte[before], .. bytes]);
            var start = (before * 8 + 5) / 6;
            var inside = whole[start..((before + bytes.Length) * 8 / 6)];
            foreach (var form in (string[])[inside, whole[start..], whole[start..].TrimEnd('='), .. Pieces(inside)])
            {
                yield return form;
                yield return form.Replace('+', '-').Replace('/', '_');
            }
        }
    }

    private static IEnumerable<string> Pieces(string form)
    {
        for (var at = 0; form.Length > BrokenFrom && at + Piece <= form.Length; at++) yield return form.Substring(at, Piece);
    }

    private static IEnumerable<string> InUrls(string text)
    {
        foreach (var unescaped in Unescaped)
            foreach (var digits in (string[])["X2", "x2"])
            {
                var form = string.Concat(Encoding.UTF8.GetBytes(text).Select(b => char.IsAsciiLetterOrDigit((char)b) || unescaped.Contains((char)b, StringComparison.Ordinal) ? ((char)b).ToString() : "%" + b.ToString(digits, null)));
                yield return form;
                yield return form.Replace("%20", "+", StringComparison.Ordinal);
            }
    }

    /// <summary>As we write it, as others do (Python's shlex, `printf %q`), and as it goes through a login shell.</summary>
    private static IEnumerable<string> InShells(string text)
    {
        string[] quoted =
        [
            text.Replace("'", @"'\''", StringComparison.Ordinal),
            text.Replace("'", "'\"'\"'", StringComparison.Ordinal),
            string.Concat(text.Select(c => c is '"' or '$' or '`' or '\\' ? $"\\{c}" : c.ToString())),
            string.Concat(text.Select(c => c > '~' || char.IsAsciiLetterOrDigit(c) || "_./:,@%+=-".Contains(c, StringComparison.Ordinal) ? c.ToString() : $"\\{c}")),
        ];
        return quoted.Concat([ShellText.Octal(text), ShellText.Octal(quoted[0])]);
    }

    private static IEnumerable<string> Escaped(string text)
    {
        var json = JsonEncodedText.Encode(text, JavaScriptEncoder.Default).ToString();
        var relaxed = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        return
        [
            json, Lower(json), relaxed, Ascii(relaxed), Html(text, "'"), Html(text, "&#x27;"), Html(text, "&#39;"), Html(text, "&apos;"), relaxed.Replace("/", "\\/", StringComparison.Ordinal),
            WebUtility.HtmlEncode(text), DisplayText.Safe(text), Data.Show(text, int.MaxValue)[1..^1],
        ];
    }

    /// <summary>As Python's json and others with it write it, which leave only ASCII.</summary>
    private static string Ascii(string json) => string.Concat(json.Select(c => c > '~' ? $"\\u{(int)c:x4}" : c.ToString()));

    private static string Html(string text, string quote) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", quote, StringComparison.Ordinal);

    /// <summary>`\u00E9` as others write it: `\u00e9`.</summary>
    private static string Lower(string json)
    {
        var text = new StringBuilder(json);
        for (var at = json.IndexOf("\\u", StringComparison.Ordinal); at >= 0; at = json.IndexOf("\\u", at + 2, StringComparison.Ordinal))
            for (var i = at + 2; i < at + 6 && i < text.Length; i++) text[i] = char.ToLowerInvariant(text[i]);
        return text.ToString();
    }
}
