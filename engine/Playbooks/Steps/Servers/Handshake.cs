using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Playbooks.Steps.Servers;

/// <summary>TLS on a connection, and what the server showed of itself.</summary>
/// <param name="Stream">Ready to be spoken over.</param>
/// <param name="Sent">The certificates as they came, its own first.</param>
/// <param name="Distrust">Completes "its certificate is not trusted: "; null where it is.</param>
internal sealed record Handshake(SslStream Stream, IReadOnlyList<byte[]> Sent, string? Distrust)
{
    /// <summary>Takes the stream: it is closed where there is no TLS on it.</summary>
    /// <param name="wire">The bare connection.</param>
    /// <param name="name">Asked for, and looked for in the certificate; an address is not asked for by name.</param>
    /// <param name="trust">Which certificates are taken; where not every one is, nothing is said to a server that is not trusted.</param>
    /// <param name="protocols">Offered to be spoken over it.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="NoAnswerException">There is no TLS to be had with it.</exception>
    public static async Task<Handshake> Make(Stream wire, string name, Trust trust, List<SslApplicationProtocol>? protocols, CancellationToken cancel)
    {
        var tls = new SslStream(wire);
        string? distrust = null, mend = null;
        List<byte[]> sent = [];
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            ApplicationProtocols = protocols,
            // A session that is taken up again shows the certificate of its first time, not the one the server has now.
            AllowTlsResume = false,
            CertificateChainPolicy = trust.Policy,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                // They are not ours to keep.
                sent = [.. (chain?.ChainPolicy.ExtraStore ?? []).Select(one => one.RawData)];
                if (certificate?.GetRawCertData() is { } own && !sent.Any(own.SequenceEqual)) sent.Insert(0, own);
                if (errors != SslPolicyErrors.None) (distrust, mend) = (Certificates.Reason(certificate as X509Certificate2, chain, errors, name, trust.File), Certificates.Mend(chain, errors) ?? trust.Mend);
                return !trust.Verify || distrust is null;
            },
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancel);
            return new Handshake(tls, sent, distrust);
        }
        catch (Exception e)
        {
            await tls.DisposeAsync();
            cancel.ThrowIfCancellationRequested();
            if (e is IOException or AuthenticationException) Reach.Lost(e);
            throw e switch
            {
                AuthenticationException when distrust is not null && trust.Verify => new NoAnswerException($"{Certificates.Distrusted}{distrust}", mend) { HasAnswered = true },
                IOException { InnerException: SocketException { SocketErrorCode: SocketError.TimedOut } silent } => Reach.Broken(silent, name),
                AuthenticationException { InnerException: null } => new NoAnswerException("what came is not TLS", "does plain http listen there?"),
                AuthenticationException or IOException => new NoAnswerException($"TLS could not be agreed on ({Reach.Reason(e)})"),
                _ => e,
            };
        }
    }
}
