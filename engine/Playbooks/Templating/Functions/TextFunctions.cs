using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Templating.Evaluating;
using Scriban.Functions;

namespace Playbooks.Templating.Functions;

/// <summary>Scriban's `string` functions, on texts only: what is no text is an error and never made one.</summary>
internal static class TextFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("string.append(text, more)", "A text with more behind it.", "string.append('web', '1') → 'web1'", x => Joined(x, x.Text(0), x.Text(1))),
        new("string.prepend(text, more)", "A text with more before it.", "string.prepend('1', 'web') → 'web1'", x => Joined(x, x.Text(1), x.Text(0))),
        new("string.capitalize(text)", "Its first letter as a capital.", "string.capitalize('tomcat') → 'Tomcat'", x => StringFunctions.Capitalize(x.Text(0))),
        new("string.contains(text, part)", "Whether a text holds another.", "string.contains('it is up', 'up') → true", x => x.Text(0).Contains(x.Text(1), StringComparison.Ordinal)),
        new("string.downcase(text)", "All in small letters.", "string.downcase('WAS1') → 'was1'", x => Lower(x.Text(0))),
        new("string.upcase(text)", "All in capitals.", "string.upcase('was1') → 'WAS1'", x => x.Text(0).ToUpperInvariant()),
        new("string.starts_with(text, start)", "Whether it begins so.", "string.starts_with('tomcat1', 'tom') → true", x => x.Text(0).StartsWith(x.Text(1), StringComparison.Ordinal)),
        new("string.ends_with(text, end)", "Whether it ends so.", "string.ends_with('app.war', '.war') → true", x => x.Text(0).EndsWith(x.Text(1), StringComparison.Ordinal)),
        new("string.equals_ignore_case(text, other)", "Whether two texts are equal but for capitals.", "string.equals_ignore_case('On', 'on') → true", x => x.Text(0).Equals(x.Text(1), StringComparison.OrdinalIgnoreCase)),
        new("string.index_of(text, part)", "Where a part begins, from 0; -1 where it is not there.", "string.index_of('a=b', '=') → 1", x => (long)x.Text(0).IndexOf(x.Text(1), StringComparison.Ordinal)),
        new("string.strip(text)", "Without the blanks at both ends.", "string.strip('  up ') → 'up'", x => x.Text(0).Trim()),
        new("string.lstrip(text)", "Without the blanks at its beginning.", "string.lstrip('  up ') → 'up '", x => x.Text(0).TrimStart()),
        new("string.rstrip(text)", "Without the blanks at its end.", "string.rstrip('  up ') → '  up'", x => x.Text(0).TrimEnd()),
        new("string.strip_newlines(text)", "Without its line ends.", "string.strip_newlines(\"a\\nb\") → 'ab'", x => x.Text(0).ReplaceLineEndings("")),
        new("string.replace(text, part, other)", "Each part replaced by another text.", "string.replace('a.b.c', '.', '/') → 'a/b/c'", x => Replaced(x, x.Text(1), x.Text(2))),
        new("string.replace_first(text, part, other)", "The first such part replaced.", "string.replace_first('a.b.c', '.', '/') → 'a/b.c'", x => StringFunctions.ReplaceFirst(x.Text(0), x.Text(1), x.Text(2))),
        new("string.remove(text, part)", "Without each such part.", "string.remove('1,024', ',') → '1024'", x => Replaced(x, x.Text(1), "")),
        new("string.remove_first(text, part)", "Without the first such part.", "string.remove_first('a.b.c', '.') → 'ab.c'", x => StringFunctions.ReplaceFirst(x.Text(0), x.Text(1), "")),
        new("string.size(text)", "How many characters it has.", "string.size('tomcat') → 6", x => (long)x.Text(0).Length),
        new("string.slice(text, start[, length])", "A part of it; a negative start counts from the end.", "string.slice('tomcat1', 0, 6) → 'tomcat'", Slice),
        new("string.split(text, separator)", "The parts between separators, empty ones left out.", "string.split('a,b,,c', ',') → ['a', 'b', 'c']", Split),
        new("string.truncate(text, length[, end])", "Cut to a length, the end (`...` unless said) counted in.", "string.truncate('catalina.out', 8) → 'catal...'", x => StringFunctions.Truncate(x.Text(0), x.Whole(1), x.Text(2, "..."))),
        new("string.pad_left(text, width)", "Filled up with blanks at its beginning.", "string.pad_left('7', 3) → '  7'", x => x.Text(0).PadLeft(Width(x))),
        new("string.pad_right(text, width)", "Filled up with blanks at its end.", "string.pad_right('7', 3) → '7  '", x => x.Text(0).PadRight(Width(x))),
        new("string.handleize(text)", "Small letters, digits and dashes only.", "string.handleize('Web 1 (new)') → 'web-1-new'", x => StringFunctions.Handleize(x.Text(0))),
        new("string.escape(text)", "Quotes, backslashes and the like escaped as in a text of a program.", "string.escape('say \"hi\"') → 'say \\\\\"hi\\\\\"'", x => StringFunctions.Escape(x.Text(0))),
        new("string.md5(text)", "Its MD5, to compare with one that others publish; it protects nothing.", "string.md5('a') → '0cc175b9c0f1b6a831c399e269772661'", x => Md5(x.Text(0))),
        new("string.sha1(text)", "Its SHA-1, to compare with one that others publish; it protects nothing.", "string.sha1('a') → '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'", x => Sha1(x.Text(0))),
        new("string.sha256(text)", "The SHA-256 of its UTF-8.", "string.slice(string.sha256('a'), 0, 8) → 'ca978112'", x => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(x.Text(0))))),
        new("string.sha512(text)", "The SHA-512 of its UTF-8.", "string.slice(string.sha512('a'), 0, 8) → '1f40fc92'", x => Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(x.Text(0))))),
        new("string.base64_encode(text)", "Its UTF-8 in base64.", "string.base64_encode('play') → 'cGxheQ=='", x => Convert.ToBase64String(Encoding.UTF8.GetBytes(x.Text(0)))),
        new("string.base64_decode(text)", "The text that base64 holds.", "string.base64_decode('cGxheQ==') → 'play'", Base64Decode),
        new("html.escape(text)", "For a place in HTML.", "html.escape('a < b') → 'a &lt; b'", x => HtmlFunctions.Escape(x.Text(0))),
        new("html.url_encode(text)", "For a part of a URL: all but letters, digits and a few is encoded.", "html.url_encode('a b/c') → 'a%20b%2Fc'", x => HtmlFunctions.UrlEncode(x.Text(0))),
        new("html.url_escape(text)", "For a whole URL: what parts it stays.", "html.url_escape('/a b') → '/a%20b'", x => HtmlFunctions.UrlEscape(x.Text(0))),
    ];

    private static string Joined(Arguments x, string first, string second) =>
        (long)first.Length + second.Length <= Limits.Text ? first + second : throw TooLong(x);

    private static ExpressionException TooLong(Arguments x) => x.Fail($"the text would be longer than {Limits.Text} characters");

    [SuppressMessage("Globalization", "CA1308", Justification = "The user asks for lower case, to read it, not to compare by it.")]
    private static string Lower(string text) => text.ToLowerInvariant();

    private static int Width(Arguments x) => x.Whole(1) is >= 0 and <= Limits.Text and var width ? width : throw x.Fail(1, "a width is not negative");

    private static string Replaced(Arguments x, string part, string other)
    {
        var text = x.Text(0);
        if (part.Length == 0) throw x.Fail(1, "nothing cannot be replaced: this text is empty");
        // Counted first: a million times a million characters would be made before any limit sees them.
        var longest = other.Length > part.Length ? text.Length + (long)text.AsSpan().Count(part) * (other.Length - part.Length) : 0;
        return longest <= Limits.Text ? text.Replace(part, other, StringComparison.Ordinal) : throw TooLong(x);
    }

    private static string Slice(Arguments x)
    {
        var text = x.Text(0);
        var start = x.Whole(1);
        // As in Scriban: a negative start counts from the end, and what lies beyond is empty.
        start = start < 0 ? Math.Max(0, text.Length + start) : Math.Min(start, text.Length);
        var length = x.Whole(2, text.Length);
        return length >= 0 ? text.Substring(start, Math.Min(length, text.Length - start)) : throw x.Fail(2, "a length is not negative");
    }

    private static string[] Split(Arguments x)
    {
        var parts = x.Text(1).Length > 0 ? x.Text(0).Split(x.Text(1), Limits.Items + 1, StringSplitOptions.RemoveEmptyEntries) : throw x.Fail(1, "the separator is empty");
        return parts.Length <= Limits.Items ? parts : throw x.Fail($"these are more than {Limits.Items} parts");
    }

    private static string Base64Decode(Arguments x)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(x.Text(0)));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw x.Fail(0, $"{Data.Show(x.Text(0), 60)} is no base64 of a UTF-8 text");
        }
    }

    // To compare with checksums that others publish, never to protect anything.
    [SuppressMessage("Security", "CA5351", Justification = "See above.")]
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    [SuppressMessage("Security", "CA5350", Justification = "See above.")]
    private static string Sha1(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
}
