using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps.Servers;

/// <summary>Which certificates of servers are taken.</summary>
internal sealed record Trust
{
    /// <summary>False: any certificate will do.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>The file of `ca` as the playbook has it; null: the system's roots.</summary>
    public string? File { get; init; }

    /// <summary>The certificates in it, which take the place of the system's.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>How a chain is made and judged.</summary>
    public X509ChainPolicy Policy
    {
        get
        {
            // A missing link is not fetched from wherever the certificate says: that takes time, and hides what the server forgot to send.
            var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            if (File is null) return policy;
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Authorities);
            return policy;
        }
    }

    /// <summary>What to do about a certificate that is not taken.</summary>
    public string Mend => File is { } file
        ? $"is {file} the right one? `verify_tls: false` takes any certificate"
        : "name its issuer's certificate with `ca`, or say `verify_tls: false` if any certificate will do";

    /// <summary>The parameter `ca`: a path that is written out is read when the playbook is.</summary>
    public static Setting<string>? Bind(Arguments arguments)
    {
        var ca = arguments.Get("ca", SettingTypes.Text);
        if (ca is { IsConstant: true } && Read(ca.Get(Scope.Empty), ca.At, out var unread) is null) arguments.Problems.Add(ca.At, unread!);
        return ca;
    }

    /// <exception cref="ExpressionException">The file has no certificates.</exception>
    public static Trust Fill(Setting<string>? ca, bool verify, Scope scope)
    {
        if (ca is null) return new Trust { Verify = verify };
        var path = ca.Get(scope);
        var found = Read(path, ca.At, out var refused) ?? throw new ExpressionException(ca.At, refused!);
        return new Trust { Verify = verify, File = path, Authorities = found };
    }

    /// <summary>All authorities of a Debian are 0.2 MB.</summary>
    private const int MostBytes = 16 << 20;

    /// <summary>Reads a PEM file; its path starts at the folder of the file it is written in. Null, with the reason, where it has no certificate.</summary>
    private static X509Certificate2Collection? Read(string path, Position at, out string? refused)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(System.Text.Encoding.UTF8.GetString(LocalFile.Read(LocalFile.PathOf(path, at), MostBytes)));
            refused = found.Count > 0 ? null : $"the file {path} holds no certificate: there is no -----BEGIN CERTIFICATE----- in it";
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            refused = LocalFile.Problem(LocalFile.PathOf(path, at), e);
        }
        catch (CryptographicException)
        {
            refused = $"a certificate in the file {path} is broken";
        }
        return refused is null ? found : null;
    }
}
