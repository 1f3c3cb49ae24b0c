using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Templating;

namespace Playbooks.Steps.Servers;

/// <summary>What a server's certificate says, and in plain words what is wrong with it.</summary>
internal static class Certificates
{
    public const string Distrusted = "its certificate is not trusted: ";

    /// <summary>Completes that sentence.</summary>
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

    /// <summary>What is to be done about it; null: nothing that the certificate itself says.</summary>
    public static string? Mend(X509Chain? chain, SslPolicyErrors errors)
    {
        if (chain is not null && chain.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid))
            return chain.ChainElements.Any(link => link.Certificate.NotAfter < chain.ChainPolicy.VerificationTime) ? "the server needs a new certificate" : "is the clock right, here and there?";
        return errors == SslPolicyErrors.RemoteCertificateNameMismatch ? "ask it by a name of its certificate, or give it one for this name" : null;
    }

    /// <summary>Which certificate of the chain is not valid yet, or not any more.</summary>
    private static string OutOfTime(X509Chain chain, X509Certificate2 certificate)
    {
        var (now, wrong) = (chain.ChainPolicy.VerificationTime, chain.ChainElements.Select(link => link.Certificate).FirstOrDefault(one => one.NotAfter < chain.ChainPolicy.VerificationTime || one.NotBefore > chain.ChainPolicy.VerificationTime) ?? certificate);
        var whose = wrong.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span) ? "it" : $"the certificate of its issuer {Data.Show(wrong.Subject)}";
        return wrong.NotBefore > now ? $"{whose} is valid only from {Literals.Print(Time(wrong.NotBefore))} on" : $"{whose} expired on {Literals.Print(Time(wrong.NotAfter))}, {Ago((int)(now - wrong.NotAfter).TotalDays)}";
    }

    private static string Ago(int days) => days switch { 0 => "today", 1 => "a day ago", _ => $"{days} days ago" };

    private static string Reason(X509ChainStatus status, X509Certificate2 certificate, X509Chain chain, string known) => status.Status switch
    {
        X509ChainStatusFlags.UntrustedRoot when chain.ChainElements.Count == 1 => "it is self-signed",
        X509ChainStatusFlags.UntrustedRoot => $"its issuer {Data.Show(chain.ChainElements[^1].Certificate.Subject)} is not {known}",
        X509ChainStatusFlags.PartialChain => $"the certificate of its issuer {Data.Show(chain.ChainElements[^1].Certificate.Issuer)} is neither sent nor {known}",
        X509ChainStatusFlags.NotTimeValid => OutOfTime(chain, certificate),
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
