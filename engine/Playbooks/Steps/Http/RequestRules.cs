using System.Buffers;
using Playbooks.Model;

namespace Playbooks.Steps.Http;

/// <summary>What a request may be made of; everything else is refused, never mended.</summary>
internal static class RequestRules
{
    /// <summary>RFC 9110, section 5.6.2.</summary>
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] SetByUs = ["content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "keep-alive", "proxy-connection"];

    public static SettingType<Uri> Url { get; } = new("a URL such as https://example.org/path, whole, without blanks and without a user's name", (object? value, out Uri read) =>
    {
        var found = value is string text && !text.Any(c => c <= ' ' || c == '\x7f' || c == '\\') ? Read(text) : null;
        read = found!;
        return found is not null;
    });

    public static SettingType<string> Method { get; } = new("a method in capitals, such as GET or POST", (object? value, out string read) =>
    {
        read = value as string ?? "";
        return read.Length is > 0 and < 32 && !read.AsSpan().ContainsAnyExcept(Token) && !read.Any(char.IsAsciiLetterLower) && read != "CONNECT";
    });

    public static SettingType<string> CookieName { get; } = new("the name of a cookie, such as JSESSIONID", (object? value, out string read) =>
    {
        read = value as string ?? "";
        return read.Length > 0 && !read.AsSpan().ContainsAnyExcept(Token);
    });

    /// <summary>Why such headers cannot be sent; null where they can.</summary>
    public static string? Refusal(IReadOnlyDictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token)) return $"{Templating.Data.Show(name)} is not a header's name";
            if (SetByUs.Contains(name, StringComparer.OrdinalIgnoreCase)) return $"the header `{name}` belongs to the connection, which play looks after itself";
            if (value.AsSpan().ContainsAny('\r', '\n', '\0')) return $"the header `{name}` must not hold a line end: what follows it would be read as a header of its own";
            if (value.Any(c => c is < ' ' and not '\t' or > '~')) return $"the header `{name}` may hold printable ASCII only";
        }
        return headers.Keys.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"the header `{twice.Key}` is given twice" : null;
    }

    /// <summary>Null where it is not a whole http or https URL, or names a user: a password there ends in logs.</summary>
    public static Uri? Read(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", IdnHost: not "" } ? url : null;
}
