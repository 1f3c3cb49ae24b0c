using System.Net.Security;
using Playbooks.Connections;
using Playbooks.Steps.Servers;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>A fresh way to a server, with TLS on it where the URL asks for that. Disposing closes it.</summary>
internal sealed record Line(Stream Stream, Wire Wire) : IDisposable
{
    /// <summary>Null on plain http.</summary>
    public DataMap? Tls { get; init; }

    /// <summary>Agreed on with TLS (RFC 7301).</summary>
    public bool IsHttp2 { get; init; }

    /// <summary>
    /// A new connection for each request, as a new visitor's would be. TLS is spoken here and not by .NET's client, which would take the
    /// name to ask for from the Host header and tells less about what went wrong.
    /// </summary>
    /// <exception cref="NoAnswerException">There is no way to it.</exception>
    public static async Task<Line> Connect(Request request, IConnection from, DateTimeOffset now, CancellationToken cancel)
    {
        var ((host, port), url) = (request.Target, request.Url);
        var wire = new Wire(await Reach.Open(from, host, port, cancel));
        if (url.Scheme != Uri.UriSchemeHttps) return new Line(wire, wire);
        var tls = (await Handshake.Make(wire, url.IdnHost, request.Trust, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], cancel)).Stream;
        return new Line(tls, wire) { Tls = Certificates.Fields(tls, now), IsHttp2 = tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 };
    }

    public void Dispose() => Stream.Dispose();
}
