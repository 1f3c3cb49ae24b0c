namespace Playbooks.Steps.Http;

/// <summary>
/// A visitor's cookies, as RFC 6265 has them. The CookieContainer of .NET is not used: it splits a value at its commas, refuses `$` in a
/// name and a quote that is not closed, and drops a host's oldest cookie silently from the 21st on.
/// </summary>
public sealed class CookieJar(IEnumerable<Cookie>? before = null)
{
    private const int MaxCookies = 3000;

    private readonly Lock gate = new();
    private readonly List<Cookie> cookies = [.. before ?? []];
    private bool hasChanged;

    /// <summary>The cookies that a request for that URL is sent with, in their order.</summary>
    public IReadOnlyList<Cookie> For(Uri url, DateTimeOffset now)
    {
        lock (gate)
        {
            cookies.RemoveAll(cookie => cookie.Expires <= now);
            // The sort keeps the order of creation among equals.
            return [.. cookies.Where(cookie => cookie.IsFor(url)).OrderByDescending(cookie => cookie.Path.Length)];
        }
    }

    /// <summary>All it holds, where that has changed since this was last asked; else null.</summary>
    public IReadOnlyList<Cookie>? TakeChanged()
    {
        lock (gate)
        {
            if (!hasChanged) return null;
            hasChanged = false;
            return [.. cookies];
        }
    }

    /// <summary>Keeps the cookie in place of one with the same name, domain and path, whose age it inherits; one that has expired only takes that away.</summary>
    public void Keep(Cookie cookie, DateTimeOffset now)
    {
        lock (gate)
        {
            hasChanged |= !cookies.Contains(cookie);
            var old = cookies.FindIndex(other => other.Name == cookie.Name && other.Domain.Equals(cookie.Domain, StringComparison.OrdinalIgnoreCase) && other.Path == cookie.Path);
            if (cookie.Expires <= now)
            {
                if (old >= 0) cookies.RemoveAt(old);
            }
            else if (old >= 0) cookies[old] = cookie;
            else
            {
                if (cookies.Count == MaxCookies) cookies.RemoveAt(0);
                cookies.Add(cookie);
            }
        }
    }
}
