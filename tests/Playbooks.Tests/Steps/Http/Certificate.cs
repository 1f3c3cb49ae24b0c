using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Playbooks.Tests.Steps.Http;

/// <summary>Certificates for test servers, made on the spot.</summary>
internal static class Certificate
{
    public static X509Certificate2 SelfSigned(string host) => Make(host, null, TimeSpan.FromDays(-1), TimeSpan.FromDays(90));

    public static X509Certificate2 Expired(string host) => Make(host, null, TimeSpan.FromDays(-90), TimeSpan.FromDays(-1));

    /// <summary>Issued by an authority that nobody knows.</summary>
    public static X509Certificate2 Issued(string host)
    {
        using var authority = Authority("Nobody's authority");
        return Issued(host, authority);
    }

    public static X509Certificate2 Issued(string host, X509Certificate2 authority) => Make(host, authority, TimeSpan.FromDays(-1), TimeSpan.FromDays(90));

    /// <summary>An authority of one's own, or one that another has made.</summary>
    public static X509Certificate2 Authority(string name, X509Certificate2? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        if (above is null) return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(365));
        using var issued = request.Create(above, now.AddDays(-2), now.AddDays(364), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    /// <param name="hosts">Names and addresses; a comma between two.</param>
    /// <param name="authority">Issues it; null: it is self-signed.</param>
    /// <param name="from">Seen from now.</param>
    /// <param name="to">Seen from now.</param>
    public static X509Certificate2 Make(string hosts, X509Certificate2? authority, TimeSpan from, TimeSpan to)
    {
        var all = hosts.Split(',');
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={all[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in all)
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        if (authority is null) return request.CreateSelfSigned(now + from, now + to);
        using var issued = request.Create(authority, now + from, now + to, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }
}
