using Playbooks.Steps.Servers;

namespace Playbooks.Steps.Http;

/// <summary>A request with everything filled in.</summary>
internal sealed record Request
{
    public required Uri Url { get; init; }

    public required string Method { get; init; }

    /// <summary>The user's own headers; names are unique whatever their case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Null: no body.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>What the body is, unless the user's headers say.</summary>
    public string? BodyType { get; init; }

    public required Trust Trust { get; init; }

    /// <summary>Null: where the URL says.</summary>
    public ServerAddress? ConnectTo { get; init; }

    public bool FollowsRedirects { get; init; } = true;

    /// <summary>Where the connection goes.</summary>
    public (string Host, int Port) Target => (ConnectTo?.Host ?? Url.IdnHost, ConnectTo?.Port ?? Url.Port);

    /// <summary>Whether it is known where to connect for that URL: what `connect_to` says holds for the site's host, and the port it names belongs to one port of the site.</summary>
    public bool KnowsWay(Uri url, Uri site) => ConnectTo is not { } other || url.IdnHost == site.IdnHost && (other.Port is null || url.Port == site.Port);

    /// <summary>The request that follows a redirect, as browsers do it (fetch.spec.whatwg.org, HTTP-redirect fetch).</summary>
    public Request Redirected(int status, Uri to)
    {
        var next = this with { Url = to };
        if (status == 303 && Method is not ("GET" or "HEAD") || status is 301 or 302 && Method == "POST")
            next = next with { Method = "GET", Body = null, BodyType = null, Headers = Without("content-type", "content-encoding", "content-language", "content-location") };
        // What was meant for one server is not shown to another.
        if (to.Scheme != Url.Scheme || to.IdnHost != Url.IdnHost || to.Port != Url.Port)
            next = next with { Headers = next.Without("authorization", "cookie", "host") };
        return next;
    }

    private Dictionary<string, string> Without(params string[] names) =>
        Headers.Where(header => !names.Contains(header.Key, StringComparer.OrdinalIgnoreCase)).ToDictionary();
}
