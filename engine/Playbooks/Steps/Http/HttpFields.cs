using System.Text;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>Turns a visit into the fields of a result.</summary>
internal sealed class HttpFields(Visit visit, Answer answer, CookieJar jar, string sessionCookie, DateTimeOffset now)
{
    private readonly List<string> notes = [];

    public IReadOnlyList<string> Notes => notes;

    public DataMap ToMap(TimeSpan duration)
    {
        var cookies = jar.For(visit.Url, now);
        var body = Body();
        return new DataMap(new Dictionary<string, object?>
        {
            ["status"] = (long)answer.Status,
            ["headers"] = new DataMap(answer.Headers.GroupBy(header => header.Name).Select(same => KeyValuePair.Create<string, object?>(same.Key, same.Key == "set-cookie"
                ? same.Select(header => (object?)Answer.TextOf(header.Value)).ToList()
                : string.Join(", ", same.Select(header => Answer.TextOf(header.Value)))))),
            // Of two with one name the one that is sent first counts.
            ["cookies"] = new DataMap(cookies.Reverse().Select(cookie => KeyValuePair.Create<string, object?>(cookie.Name, Answer.TextOf(cookie.Value)))),
            ["body"] = body,
            ["json"] = new Later(() => body is string text ? Json(text) : body),
            ["session"] = Session(cookies),
            ["duration"] = duration,
            ["version"] = answer.Version,
            ["url"] = visit.Url.AbsoluteUri,
            ["tls"] = (object?)answer.Tls ?? new Absent($"the connection to {visit.Url.AbsoluteUri} was plain http"),
        });
    }

    private object Body()
    {
        if (answer.IsCut) return new Absent($"the body was cut: it had {answer.BodyBytes} bytes, and {Answer.MaxBody} are kept");
        if (answer is { UnknownEncoding: { } encoding, BodyBytes: > 0 }) return new Absent($"the body is packed as {Data.Show(encoding)}, which play cannot undo", "ask for another with the header `accept-encoding`");
        var text = Charset().GetString(answer.Body.Span);
        return text.StartsWith('\ufeff') ? text[1..] : text;
    }

    private Encoding Charset()
    {
        var named = (answer.First("content-type") ?? "").Split(';').Skip(1).Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("charset=", StringComparison.OrdinalIgnoreCase));
        if (named is null) return Encoding.UTF8;
        var name = named["charset=".Length..].Trim(' ', '"', '\'');
        if (Encodings.Find(name) is { } known) return known;
        notes.Add($"its charset {Data.Show(name)} is not known: the body was read as UTF-8");
        return Encoding.UTF8;
    }

    private static object? Json(string text)
    {
        try
        {
            return Data.FromJson(text);
        }
        catch (FormatException e)
        {
            return new Absent($"the body is not JSON: {e.Message}", $"it begins with {Data.Show(text, 60)}");
        }
    }

    private object Session(IReadOnlyList<Cookie> cookies)
    {
        var set = visit.Sets.LastOrDefault(set => set.Name == sessionCookie);
        var cookie = cookies.FirstOrDefault(cookie => cookie.Name == sessionCookie);
        if (cookie is null && set?.Cookie is { } elsewhere && !(elsewhere.Expires <= now))
        {
            cookie = elsewhere;
            notes.Add($"the cookie {sessionCookie} is for the path {Answer.TextOf(cookie.Path)}: a visitor does not send it to {visit.Url.AbsoluteUri}");
        }
        if (cookie is null)
            return new Absent(set switch
            {
                null => $"there is no cookie {sessionCookie}",
                { Refused: { } reason } => $"there is no cookie {sessionCookie}: one was set, but {reason}",
                _ => $"there is no cookie {sessionCookie}: the answer took it away",
            }, "say `session_cookie` if it has another name");
        // Some servers quote the value; the quotes belong to the cookie, not to the session.
        var value = Answer.TextOf(cookie.Value) is ['"', .. var inner, '"'] ? inner : Answer.TextOf(cookie.Value);
        var dot = value.LastIndexOf('.') is > 0 and var last && last < value.Length - 1 ? last : -1;
        return new DataMap(new Dictionary<string, object?>
        {
            ["id"] = dot < 0 ? value : value[..dot],
            ["route"] = dot < 0 ? new Absent($"the cookie {sessionCookie} names no route: there is none behind a dot in {Data.Show(value, 80)}", "has each Tomcat its jvmRoute?") : value[(dot + 1)..],
            ["renewed"] = set?.Cookie is not null,
        });
    }
}
