using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>A fresh way to a server, with TLS on it where the URL asks for that. Disposing closes it.</summary>
internal sealed record Line(Stream Stream, Wire Wire) : IDisposable
{
    /// <summary>Null on plain http.</summary>
    public DataMap? Tls { get; init; }

    /// <summary>Agreed on with TLS (RFC 7301).</summary>
    public bool IsHttp2 { get; init; }

    public void Dispose() => Stream.Dispose();
}
