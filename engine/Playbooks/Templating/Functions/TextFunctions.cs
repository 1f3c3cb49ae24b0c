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
        new("string.append(text, more)", x => Joined(x, x.Text(0), x.Text(1))),
        new("string.prepend(text, more)", x => Joined(x, x.Text(1), x.Text(0))),
        new("string.capitalize(text)", x => StringFunctions.Capitalize(x.Text(0))),
        new("string.contains(text, part)", x => x.Text(0).Contains(x.Text(1), StringComparison.Ordinal)),
        new("string.downcase(text)", x => Lower(x.Text(0))),
        new("string.upcase(text)", x => x.Text(0).ToUpperInvariant()),
        new("string.starts_with(text, start)", x => x.Text(0).StartsWith(x.Text(1), StringComparison.Ordinal)),
        new("string.ends_with(text, end)", x => x.Text(0).EndsWith(x.Text(1), StringComparison.Ordinal)),
        new("string.equals_ignore_case(text, other)", x => x.Text(0).Equals(x.Text(1), StringComparison.OrdinalIgnoreCase)),
        new("string.index_of(text, part)", x => (long)x.Text(0).IndexOf(x.Text(1), StringComparison.Ordinal)),
        new("string.strip(text)", x => x.Text(0).Trim()),
        new("string.lstrip(text)", x => x.Text(0).TrimStart()),
        new("string.rstrip(text)", x => x.Text(0).TrimEnd()),
        new("string.strip_newlines(text)", x => x.Text(0).ReplaceLineEndings("")),
        new("string.replace(text, part, other)", x => Replaced(x, x.Text(1), x.Text(2))),
        new("string.replace_first(text, part, other)", x => StringFunctions.ReplaceFirst(x.Text(0), x.Text(1), x.Text(2))),
        new("string.remove(text, part)", x => Replaced(x, x.Text(1), "")),
        new("string.remove_first(text, part)", x => StringFunctions.ReplaceFirst(x.Text(0), x.Text(1), "")),
        new("string.size(text)", x => (long)x.Text(0).Length),
        new("string.slice(text, start[, length])", Slice),
        new("string.split(text, separator)", Split),
        new("string.truncate(text, length[, end])", x => StringFunctions.Truncate(x.Text(0), x.Whole(1), x.Text(2, "..."))),
        new("string.pad_left(text, width)", x => x.Text(0).PadLeft(Width(x))),
        new("string.pad_right(text, width)", x => x.Text(0).PadRight(Width(x))),
        new("string.handleize(text)", x => StringFunctions.Handleize(x.Text(0))),
        new("string.escape(text)", x => StringFunctions.Escape(x.Text(0))),
        new("string.md5(text)", x => Md5(x.Text(0))),
        new("string.sha1(text)", x => Sha1(x.Text(0))),
        new("string.sha256(text)", x => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(x.Text(0))))),
        new("string.sha512(text)", x => Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(x.Text(0))))),
        new("string.base64_encode(text)", x => Convert.ToBase64String(Encoding.UTF8.GetBytes(x.Text(0)))),
        new("string.base64_decode(text)", Base64Decode),
        new("html.escape(text)", x => HtmlFunctions.Escape(x.Text(0))),
        new("html.url_encode(text)", x => HtmlFunctions.UrlEncode(x.Text(0))),
        new("html.url_escape(text)", x => HtmlFunctions.UrlEscape(x.Text(0))),
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
