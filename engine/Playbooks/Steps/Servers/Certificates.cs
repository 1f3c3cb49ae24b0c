using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Templating;

namespace Playbooks.Steps.Servers;

/// <summary>What a server's certificate says, and in plain words what is wrong with it.</summary>
internal static class Certificates
{
    /// <summary>Completes "the certificate of X is not trusted: ".</summary>
    public static string Reason(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string host, string? ca)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "it showed none";
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add(Names(certificate) is { Count: > 0 } names ? $"it is for {string.Join(", ", names.Take(5))}{(names.Count > 5 ? ", …" : "")}, not for {host}" : $"it names no host, so not {host}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            reasons.AddRange((chain?.ChainStatus ?? []).Select(status => Reason(status, certificate, chain!, ca is null ? "known to this machine" : $"in {ca}")).Distinct());
        return string.Join("; ", reasons);
    }

    private static string Reason(X509ChainStatus status, X509Certificate2 certificate, X509Chain chain, string known) => status.Status switch
    {
        X509ChainStatusFlags.UntrustedRoot when chain.ChainElements.Count == 1 => "it is self-signed",
        X509ChainStatusFlags.UntrustedRoot => $"its issuer {Data.Show(chain.ChainElements[^1].Certificate.Subject)} is not {known}",
        X509ChainStatusFlags.PartialChain => $"the certificate of its issuer {Data.Show(chain.ChainElements[^1].Certificate.Issuer)} is neither sent nor {known}",
        X509ChainStatusFlags.NotTimeValid => $"it is valid from {Literals.Print(Time(certificate.NotBefore))} to {Literals.Print(Time(certificate.NotAfter))}",
        X509ChainStatusFlags.NotSignatureValid => "its signature is wrong",
        X509ChainStatusFlags.NotValidForUsage => "it is not meant for a server",
        _ => status.StatusInformation.Trim().TrimEnd('.'),
    };

    /// <summary>The fields of `tls`.</summary>
    public static DataMap Fields(SslStream tls, DateTimeOffset now)
    {
        var fields = new Dictionary<string, object?>
        {
            ["protocol"] = tls.SslProtocol switch { SslProtocols.Tls13 => "TLS 1.3", SslProtocols.Tls12 => "TLS 1.2", var older => older.ToString() },
            ["cipher"] = tls.NegotiatedCipherSuite.ToString(),
        };
        if (tls.RemoteCertificate is X509Certificate2 certificate) Add(fields, certificate, now);
        return new DataMap(fields);
    }

    /// <summary>The fields of a certificate by itself.</summary>
    public static DataMap Fields(byte[] raw, DateTimeOffset now)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(raw);
        var fields = new Dictionary<string, object?>();
        Add(fields, certificate, now);
        fields["names"] = Names(certificate).ToList<object?>();
        fields["serial"] = certificate.SerialNumber;
        fields["sha256"] = Fingerprint(raw);
        return new DataMap(fields);
    }

    /// <summary>The fields of a link of a chain.</summary>
    public static DataMap Link(byte[] raw)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(raw);
        return new DataMap(new Dictionary<string, object?> { ["subject"] = certificate.Subject, ["issuer"] = certificate.Issuer, ["not_after"] = Time(certificate.NotAfter), ["sha256"] = Fingerprint(raw) });
    }

    /// <summary>For telling it from another.</summary>
    public static string Describe(byte[] raw)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(raw);
        return $"one of {Literals.Print(Time(certificate.NotBefore))} to {Literals.Print(Time(certificate.NotAfter))}, serial {certificate.SerialNumber}";
    }

    private static string Fingerprint(byte[] raw) => Convert.ToHexStringLower(SHA256.HashData(raw));

    private static void Add(Dictionary<string, object?> fields, X509Certificate2 certificate, DateTimeOffset now)
    {
        fields["subject"] = certificate.Subject;
        fields["issuer"] = certificate.Issuer;
        fields["not_before"] = Time(certificate.NotBefore);
        fields["not_after"] = Time(certificate.NotAfter);
        fields["days_left"] = (long)Math.Floor((Time(certificate.NotAfter) - now).TotalDays);
    }

    private static List<string> Names(X509Certificate2 certificate)
    {
        // A name that is no name makes the whole extension unreadable; the message is then less exact, not lost.
        try
        {
            return [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(ip => ip.ToString())))];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private static DateTimeOffset Time(DateTime local) => new DateTimeOffset(local).ToUniversalTime();
}
