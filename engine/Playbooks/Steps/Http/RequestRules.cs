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

    /// <summary>The header that cannot be sent, and why; null where all can.</summary>
    public static (string Name, string Reason)? Refusal(IReadOnlyDictionary<string, string> headers)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
            if ((Refusal(name, value) ?? (seen.Add(name) ? null : $"the header `{name}` is given twice")) is { } reason) return (name, reason);
        return null;
    }

    private static string? Refusal(string name, string value) =>
        name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token) ? $"{Templating.Data.Show(name)} is not a header's name"
        : SetByUs.Contains(name, StringComparer.OrdinalIgnoreCase) ? $"the header `{name}` belongs to the connection, which play looks after itself"
        : value.AsSpan().ContainsAny('\r', '\n', '\0') ? $"the header `{name}` must not hold a line end: what follows it would be read as a header of its own"
        : value.Any(c => c is < ' ' and not '\t' or > '~') ? $"the header `{name}` may hold printable ASCII only"
        : null;

    /// <summary>Null where it is not a whole http or https URL, or names a user: a password there ends in logs.</summary>
    public static Uri? Read(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", IdnHost: not "" } ? url : null;
}
