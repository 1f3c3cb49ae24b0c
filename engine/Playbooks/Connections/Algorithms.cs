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

    /// <param name="offer">What is put in order.</param>
    /// <param name="knownKeyTypes">Types of the host's keys that are known.</param>
    /// <param name="postQuantum">The exchanges that a quantum computer would not break go first, whatever they cost.</param>
    public static void Order(ConnectionInfo offer, IReadOnlyList<string> knownKeyTypes, bool postQuantum = false)
    {
        First(offer.KeyExchangeAlgorithms, KeyExchanges);
        if (postQuantum) First(offer.KeyExchangeAlgorithms, PostQuantum);
        // Certificates are not checked yet, so none is asked for.
        foreach (var name in offer.HostKeyAlgorithms.Keys.Where(n => n.Contains("-cert-", StringComparison.Ordinal)).ToList())
            offer.HostKeyAlgorithms.Remove(name);
        First(offer.HostKeyAlgorithms, [.. knownKeyTypes.SelectMany(Signatures)]);
    }

    /// <summary>One RSA key signs in three ways; its type in known_hosts is always ssh-rsa.</summary>
    private static string[] Signatures(string keyType) => keyType == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [keyType];

    private static void First<T>(IOrderedDictionary<string, T> offer, IReadOnlyList<string> names)
    {
        var at = 0;
        foreach (var name in names)
            if (offer.ContainsKey(name)) offer.SetPosition(name, at++);
    }
}
