using System.Globalization;

namespace Playbooks.Steps.Http;

/// <summary>A cookie as a visitor keeps it (RFC 6265, section 5.3). Texts hold one character for each byte that came.</summary>
public sealed record Cookie(string Name, string Value)
{
    /// <summary>Name and value together; browsers keep no more (RFC 6265bis, section 5.6).</summary>
    private const int MaxLength = 4096;

    public required string Domain { get; init; }

    public required string Path { get; init; }

    /// <summary>It was set without a domain, and is sent to no other host.</summary>
    public bool HostOnly { get; init; }

    public bool Secure { get; init; }

    /// <summary>In a journal: it holds a secret, which is not kept, so nobody can send it again.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Null: until the play ends.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether it is sent with a request for that URL.</summary>
    public bool IsFor(Uri url) =>
        (HostOnly ? url.IdnHost.Equals(Domain, StringComparison.OrdinalIgnoreCase) : IsUnder(url.IdnHost, Domain))
        && IsPathUnder(url.AbsolutePath, Path) && (!Secure || url.Scheme == Uri.UriSchemeHttps);

    /// <summary>Reads the value of a Set-Cookie header (RFC 6265, section 5.2); null, with the reason, where a visitor would not keep it.</summary>
    public static Cookie? Read(string header, Uri from, DateTimeOffset now, out string name, out string? refused)
    {
        var parts = header.Split(';');
        var equals = parts[0].IndexOf('=', StringComparison.Ordinal);
        name = equals < 0 ? "" : parts[0][..equals].Trim(' ', '\t');
        var value = parts[0][(equals + 1)..].Trim(' ', '\t');
        refused =
            name.Length == 0 ? "it has no name"
            : header.Any(c => c < ' ' && c != '\t' || c == '\x7f') ? "it holds a control character"
            : name.Length + value.Length > MaxLength ? $"it is longer than {MaxLength} bytes"
            : null;
        if (refused is not null) return null;

        var cookie = new Cookie(name, value) { Domain = from.IdnHost, HostOnly = true, Path = DefaultPath(from) };
        DateTimeOffset? lives = null;
        foreach (var part in parts.Skip(1))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var said = at < 0 ? "" : part[(at + 1)..].Trim(' ', '\t');
            switch ((at < 0 ? part : part[..at]).Trim(' ', '\t').ToLowerInvariant())
            {
                case "domain" when said.TrimStart('.') is { Length: > 0 } domain: cookie = cookie with { Domain = domain.ToLowerInvariant(), HostOnly = false }; break;
                case "path": cookie = cookie with { Path = said.StartsWith('/') ? said : DefaultPath(from) }; break;
                case "secure": cookie = cookie with { Secure = true }; break;
                case "expires" when CookieDate.Read(said) is { } date: cookie = cookie with { Expires = date }; break;
                case "max-age" when Seconds(said) is { } seconds: lives = seconds <= 0 ? DateTimeOffset.MinValue : now.AddSeconds(Math.Min(seconds, 400 * 86400)); break;
            }
        }
        cookie = cookie with { Expires = lives ?? cookie.Expires };
        refused = Refusal(cookie, from);
        return refused is null ? cookie : null;
    }

    private static string? Refusal(Cookie cookie, Uri from)
    {
        if (cookie.Secure && from.Scheme != Uri.UriSchemeHttps) return "it is marked Secure, but came over http";
        // RFC 6265bis, section 4.1.3; names are compared whatever their case there.
        if (IsNamed(cookie, "__Secure-") && !cookie.Secure) return "a cookie __Secure-… must be marked Secure";
        if (IsNamed(cookie, "__Host-") && !(cookie is { Secure: true, HostOnly: true, Path: "/" })) return "a cookie __Host-… must be marked Secure, with Path=/ and no domain";
        if (cookie.HostOnly) return null;
        if (!IsUnder(from.IdnHost, cookie.Domain)) return $"it is for the domain {cookie.Domain}, which {from.IdnHost} is not in";
        // Without the list of public suffixes only this is certain: a whole top level is nobody's domain.
        return cookie.Domain.Contains('.', StringComparison.Ordinal) || cookie.Domain == from.IdnHost ? null : $"it is for all of .{cookie.Domain}";
    }

    private static bool IsNamed(Cookie cookie, string prefix) => cookie.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static bool IsUnder(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase) && Uri.CheckHostName(host) == UriHostNameType.Dns;

    private static bool IsPathUnder(string path, string over) =>
        path.StartsWith(over, StringComparison.Ordinal) && (path.Length == over.Length || over.EndsWith('/') || path[over.Length] == '/');

    private static string DefaultPath(Uri url) => url.AbsolutePath.LastIndexOf('/') is > 0 and var last ? url.AbsolutePath[..last] : "/";

    private static double? Seconds(string text) =>
        text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] == '-') && double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
