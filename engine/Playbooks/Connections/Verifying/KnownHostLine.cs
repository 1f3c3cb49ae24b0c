using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Connections.Verifying;

/// <summary>One line of a known_hosts file, as sshd(8) describes it.</summary>
internal sealed record KnownHostLine(string File, int Number, string Marker, string Hosts, byte[] Key)
{
    public const string Revoked = "@revoked", Authority = "@cert-authority";

    private readonly (byte[] Salt, byte[] Hash)? _hash = ReadHash(Hosts);

    public string Where => $"{File}:{Number}";

    /// <summary>The key's own name for its type.</summary>
    public string Type => KeyBlob.TypeOf(Key);

    /// <summary>Null for blank lines, comments and what cannot be read: such a line vouches for nobody.</summary>
    public static KnownHostLine? Parse(string file, int number, string text)
    {
        var words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#')) return null;
        var marker = words[0].StartsWith('@') ? words[0] : "";
        if (marker.Length > 0) words = words[1..];
        if (words.Length < 3) return null;
        var key = new byte[words[2].Length];
        if (!Convert.TryFromBase64String(words[2], key, out var length)) return null;
        var line = new KnownHostLine(file, number, marker, words[0], key[..length]);
        // As for ssh, a line that calls a key something else vouches for nobody; but what it revokes is revoked.
        return line.Type == words[1] || marker == Revoked ? line : null;
    }

    private static (byte[], byte[])? ReadHash(string hosts)
    {
        const int Length = 20;
        byte[] salt = new byte[Length], hash = new byte[Length];
        return hosts.Split('|') is ["", "1", var first, var second] && Convert.TryFromBase64String(first, salt, out var saltLength) && saltLength == Length
            && Convert.TryFromBase64String(second, hash, out var hashLength) && hashLength == Length ? (salt, hash) : null;
    }

    /// <summary>The names it has as they are; null where it has patterns, or a hash.</summary>
    public IReadOnlyList<string>? PlainNames => Hosts.AsSpan().ContainsAny("*?!|") ? null : Hosts.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The name as a line says it without telling it, with a salt of its own.</summary>
    public static string Hashed(string name)
    {
        var salt = RandomNumberGenerator.GetBytes(20);
        return $"|1|{Convert.ToBase64String(salt)}|{Convert.ToBase64String(Hash(salt, name))}";
    }

    /// <summary>Whether the line speaks of a host, given as `host` or `[host]:port` in lower case.</summary>
    public bool Names(string host) => Hosts.StartsWith('|')
        ? IsHashOf(host)
        : Wildcards.AnyMatches(Hosts.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries), host);

    private bool IsHashOf(string host) => _hash is { } hash && Hash(hash.Salt, host).AsSpan().SequenceEqual(hash.Hash);

#pragma warning disable CA5350 // The file format of OpenSSH: it hides names from a casual reader, and proves nothing.
    private static byte[] Hash(ReadOnlySpan<byte> salt, string name) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350
}
