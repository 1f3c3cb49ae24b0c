using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Problems;

namespace Playbooks.Steps.Http;

/// <summary>Which certificates of servers are taken.</summary>
internal sealed record Trust
{
    /// <summary>False: any certificate will do.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>The file of `ca` as the playbook has it; null: the system's roots.</summary>
    public string? File { get; init; }

    /// <summary>The certificates in it, which take the place of the system's.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>Reads a PEM file; its path starts at the folder of the file it is written in. Null, with the reason, where it has no certificate.</summary>
    public static X509Certificate2Collection? Read(string path, Position at, out string? refused)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(System.IO.File.ReadAllText(Absolute(path, at)));
            refused = found.Count > 0 ? null : $"the file {path} holds no certificate: there is no -----BEGIN CERTIFICATE----- in it";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            refused = e is FileNotFoundException or DirectoryNotFoundException ? $"there is no file {path}" : $"the file {path} cannot be read: {e.Message}";
        }
        catch (CryptographicException)
        {
            refused = $"a certificate in the file {path} is broken";
        }
        return refused is null ? found : null;
    }

    private static string Absolute(string path, Position at) => path.StartsWith("~/", StringComparison.Ordinal)
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
        : Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(at.Source.Name))!);
}
