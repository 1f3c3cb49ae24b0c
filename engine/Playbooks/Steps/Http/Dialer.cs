using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Connections;

namespace Playbooks.Steps.Http;

/// <summary>
/// Makes a new connection for each request, as a new visitor's would be. TLS is spoken here and not by .NET's client, which would take
/// the name to ask for from the Host header and tells less about what went wrong.
/// </summary>
internal static class Dialer
{
    /// <exception cref="NoAnswerException">There is no way to it.</exception>
    public static async Task<Line> Connect(Request request, IConnection from, DateTimeOffset now, CancellationToken cancel)
    {
        var (host, port) = request.Target;
        Stream? stream = null;
        try
        {
            var wire = new Wire(stream = await from.Open(host, port, cancel));
            if (request.Url.Scheme != Uri.UriSchemeHttps) return new Line(wire, wire);
            var tls = new SslStream(wire);
            stream = tls;
            await Secure(tls, request, cancel);
            return new Line(tls, wire) { Tls = Certificates.Fields(tls, now), IsHttp2 = tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 };
        }
        catch (Exception e)
        {
            if (stream is not null) await stream.DisposeAsync();
            cancel.ThrowIfCancellationRequested();
            if (e is IOException or AuthenticationException) Lost(e);
            throw e switch
            {
                SocketException broken => Broken(broken, host),
                AuthenticationException { InnerException: null } => new NoAnswerException("what came is not TLS", "does plain http listen there?"),
                AuthenticationException or IOException => new NoAnswerException($"TLS could not be agreed on ({Reason(e)})"),
                _ => e,
            };
        }
    }

    private static async Task Secure(SslStream tls, Request request, CancellationToken cancel)
    {
        var (url, trust) = (request.Url, request.Trust);
        string? distrust = null;
        // A missing link is not fetched from wherever the certificate says: that takes time, and hides what the server forgot to send.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (trust.File is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trust.Authorities);
        }
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = url.IdnHost,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            // A session that is taken up again shows the certificate of its first time, not the one the server has now.
            AllowTlsResume = false,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (!trust.Verify || errors == SslPolicyErrors.None) return true;
                distrust = Certificates.Reason(certificate as X509Certificate2, chain, errors, url.IdnHost, trust.File);
                return false;
            },
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancel);
        }
        catch (AuthenticationException) when (distrust is not null)
        {
            throw new NoAnswerException($"the certificate of {url.IdnHost}:{url.Port} is not trusted: {distrust}", trust.File is { } file
                ? $"is {file} the right one? `verify_tls: false` takes any certificate"
                : "name its issuer's certificate with `ca`, or say `verify_tls: false` if any certificate will do");
        }
    }

    /// <exception cref="HostUnreachableException">The machine that connects for us was lost: it says nothing about the server.</exception>
    public static void Lost(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            if (e is HostUnreachableException lost) throw lost;
    }

    /// <summary>The words for a connection that broke, at any time of its life.</summary>
    public static NoAnswerException Broken(SocketException e, string host) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new NoAnswerException("connection refused"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => new NoAnswerException("the connection was reset"),
        SocketError.HostNotFound or SocketError.NoData => new NoAnswerException($"the name {host} is not known"),
        SocketError.TryAgain => new NoAnswerException($"the name {host} could not be looked up: no name server answered"),
        SocketError.HostUnreachable or SocketError.HostDown => new NoAnswerException("there is no way to that host"),
        SocketError.NetworkUnreachable or SocketError.NetworkDown => new NoAnswerException("there is no way to that network"),
        SocketError.TimedOut => new NoAnswerException("the system gave up waiting for it"),
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressNotAvailable or SocketError.AccessDenied => new NoAnswerException(e.Message) { IsOurs = true },
        _ => new NoAnswerException(e.Message),
    };

    /// <summary>OpenSSL's own words (`error:0A00010B:SSL routines::wrong version number`) are the only ones that tell what happened.</summary>
    public static string Reason(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.LastIndexOf("::", StringComparison.Ordinal) is >= 0 and var at ? e.Message[(at + 2)..] : e is IOException ? "the connection ended in the middle" : e.Message.TrimEnd('.');
    }
}
