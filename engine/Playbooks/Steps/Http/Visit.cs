using Playbooks.Connections;
using Playbooks.Steps.Servers;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>A visit to a URL: the request, and those that its redirects lead to, with the cookies of one client.</summary>
internal sealed class Visit(IConnection from, CookieJar jar, TimeProvider time)
{
    private const int MaxRedirects = 10;

    private readonly List<Set> sets = [];

    /// <summary>A cookie that an answer of this visit set, or why it was not kept.</summary>
    public sealed record Set(string Name, Cookie? Cookie, string? Refused);

    /// <summary>The request under way, and in the end the last one.</summary>
    public required Request Request { get; set; }

    /// <summary>Where it is, and in the end was.</summary>
    public Uri Url => Request.Url;

    public IReadOnlyList<Set> Sets => sets;

    /// <summary>The last answer, also where it leads on to where nobody may go.</summary>
    public Answer? Answer { get; private set; }

    /// <summary>Why its redirect was not followed.</summary>
    public string? Stopped { get; private set; }

    /// <exception cref="NoAnswerException">There is no answer that could be read.</exception>
    public async Task Go(CancellationToken cancel)
    {
        var site = Url;
        for (var redirects = 0; ; redirects++)
        {
            Answer = null;
            using (var line = await Line.Connect(Request, from, time.GetUtcNow(), cancel))
                Answer = await Exchange.Run(Request, CookieHeader(), line, cancel);
            KeepCookies(Answer);
            if (!Request.FollowsRedirects || Answer.Status is not (301 or 302 or 303 or 307 or 308) || Answer.First("location") is not { } location) return;
            if (Next(Answer.TextOf(location), redirects, site) is not { } next) return;
            Request = Request.Redirected(Answer.Status, next);
        }
    }

    private Uri? Next(string location, int redirects, Uri site)
    {
        var shown = Data.Show(location);
        if (redirects == MaxRedirects) Stopped = $"it redirects more than {MaxRedirects} times, the last time to {shown}";
        else if (!Uri.TryCreate(Url, location, out var whole) || RequestRules.Read(whole.AbsoluteUri) is not { } next) Stopped = $"it redirects to {shown}, which is no URL to go to";
        else if (Url.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps) Stopped = $"it redirects from https to {shown}: that is not followed";
        else if (!Request.KnowsWay(next, site)) Stopped = $"it redirects to {shown}, and `connect_to` does not say where that is";
        else return next;
        return null;
    }

    private string? CookieHeader() =>
        jar.For(Url, time.GetUtcNow()) is { Count: > 0 } cookies ? string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")) : null;

    private void KeepCookies(Answer answer)
    {
        var now = time.GetUtcNow();
        foreach (var header in answer.All("set-cookie"))
        {
            var cookie = Cookie.Read(header, Url, now, out var name, out var refused);
            if (cookie is not null) jar.Keep(cookie, now);
            sets.Add(new Set(name, cookie, refused));
        }
    }
}
