using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>Which algorithms are offered first.</summary>
internal static class Algorithms
{
    /// <summary>
    /// sntrup761 costs 110 ms of client CPU per connection where curve25519 costs 2 to 8, so it comes after the classic ones;
    /// mlkem768 is post-quantum, and first.
    /// </summary>
    private static readonly string[] KeyExchanges =
    [
        "mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
        "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com",
    ];

    private static readonly string[] PostQuantum = [.. KeyExchanges.Where(name => name.StartsWith("mlkem", StringComparison.Ordinal) || name.StartsWith("sntrup", StringComparison.Ordinal))];

    /// <summary>Those of the known types come before the others, and where an authority is known all certificates; among each other they keep their order. So does ssh.</summary>
    /// <param name="offer">What the library offers.</param>
    /// <param name="knownKeyTypes">As known_hosts calls them.</param>
    /// <param name="certificates">False: none is asked for.</param>
    /// <param name="authority">One is known.</param>
    /// <param name="postQuantum">The exchanges that a quantum computer would not break go first, whatever they cost.</param>
    public static void Order(ConnectionInfo offer, IReadOnlyList<string> knownKeyTypes, bool certificates, bool authority, bool postQuantum)
    {
        First(offer.KeyExchangeAlgorithms, KeyExchanges);
        if (postQuantum) First(offer.KeyExchangeAlgorithms, PostQuantum);
        foreach (var name in offer.HostKeyAlgorithms.Keys.Where(KeyBlob.IsCertificate).ToList())
            if (!certificates || name.StartsWith("ssh-rsa", StringComparison.Ordinal)) offer.HostKeyAlgorithms.Remove(name);
        First(offer.HostKeyAlgorithms, [.. offer.HostKeyAlgorithms.Keys.Where(name =>
            (authority && KeyBlob.IsCertificate(name)) || knownKeyTypes.Contains(KeyType(name).Replace(KeyBlob.CertificateSuffix, "", StringComparison.Ordinal)))]);
    }

    /// <summary>The type of the keys of an algorithm: one RSA key signs in three ways, and is always ssh-rsa.</summary>
    public static string KeyType(string algorithm) =>
        algorithm.Replace("rsa-sha2-512", "ssh-rsa", StringComparison.Ordinal).Replace("rsa-sha2-256", "ssh-rsa", StringComparison.Ordinal);

    /// <summary>Whether the library can verify what keys of that type sign.</summary>
    public static bool IsKeyType(string type) => type is "ssh-ed25519" or "ssh-rsa" or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521";

    private static void First<T>(IOrderedDictionary<string, T> offer, IReadOnlyList<string> names)
    {
        var at = 0;
        foreach (var name in names)
            if (offer.ContainsKey(name)) offer.SetPosition(name, at++);
    }
}
