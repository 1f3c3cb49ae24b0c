using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Connections;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>
/// Makes a new connection for each request, as a new visitor's would be. TLS is spoken here and not by .NET's client, which would take
/// the name to ask for from the Host header and tells less about what went wrong.
/// </summary>
internal static class Dialer
{
    /// <exception cref="NoAnswerException">There is no way to it.</exception>
    public static async Task<Line> Connect(Uri url, bool verify, DateTimeOffset now, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await Reach(socket, url, cancel);
            Silence.Notice(socket);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (url.Scheme != Uri.UriSchemeHttps) return new Line(stream, null);
            var tls = new SslStream(stream);
            stream = tls;
            return new Line(tls, await Secure(tls, url, verify, now, cancel));
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (stream is not null) await stream.DisposeAsync();
            cancel.ThrowIfCancellationRequested();
            throw e switch
            {
                SocketException broken => Broken(broken, url),
                IOException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } silent } => Broken(silent, url),
                AuthenticationException { InnerException: null } => new NoAnswerException("what came is not TLS", "does plain http listen there?"),
                AuthenticationException or IOException => new NoAnswerException($"TLS could not be agreed on ({Reason(e)})"),
                _ => e,
            };
        }
    }

    /// <summary>The system alone would try for two minutes.</summary>
    private static async Task Reach(Socket socket, Uri url, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        either.CancelAfter(Silence.Longest);
        try
        {
            await socket.ConnectAsync(url.IdnHost, url.Port, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NoAnswerException($"it did not take a connection within {Literals.Print(Silence.Longest)}");
        }
    }

    private static async Task<DataMap> Secure(SslStream tls, Uri url, bool verify, DateTimeOffset now, CancellationToken cancel)
    {
        string? distrust = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = url.IdnHost,
            // A session that is taken up again shows the certificate of its first time, not the one the server has now.
            AllowTlsResume = false,
            // A missing link is not fetched from wherever the certificate says: that takes time, and hides what the server forgot to send.
            CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (!verify || errors == SslPolicyErrors.None) return true;
                distrust = Certificates.Reason(certificate as X509Certificate2, chain, errors, url.IdnHost);
                return false;
            },
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancel);
        }
        catch (AuthenticationException) when (distrust is not null)
        {
            throw new NoAnswerException($"the certificate of {url.IdnHost}:{url.Port} is not trusted: {distrust}", "say `verify_tls: false` if that is meant to be so, or make its issuer known to this machine");
        }
        return Certificates.Fields(tls, now);
    }

    /// <summary>The words for a connection that broke, at any time of its life.</summary>
    public static NoAnswerException Broken(SocketException e, Uri url) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new NoAnswerException("connection refused"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => new NoAnswerException("the connection was reset"),
        SocketError.HostNotFound or SocketError.NoData => new NoAnswerException($"the name {url.IdnHost} is not known"),
        SocketError.TryAgain => new NoAnswerException($"the name {url.IdnHost} could not be looked up: no name server answered"),
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
