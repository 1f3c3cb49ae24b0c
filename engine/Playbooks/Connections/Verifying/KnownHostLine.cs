using System.Buffers.Binary;
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
    public string Type => TypeOf(Key);

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

    public static string TypeOf(byte[] key)
    {
        if (key.Length < 4) return "";
        var length = BinaryPrimitives.ReadUInt32BigEndian(key);
        return length <= 64 && 4 + length <= key.Length ? Encoding.ASCII.GetString(key, 4, (int)length) : "";
    }

    public static string Fingerprint(byte[] key) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');

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
    public bool Names(string host)
    {
        if (Hosts.StartsWith('|')) return IsHashOf(host);
        var named = false;
        foreach (var pattern in Hosts.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // A negated pattern that matches rules the line out, whatever else it says.
            if (pattern.StartsWith('!') && Matches(pattern.AsSpan(1), host)) return false;
            named |= !pattern.StartsWith('!') && Matches(pattern, host);
        }

        return named;
    }

    private bool IsHashOf(string host) => _hash is { } hash && Hash(hash.Salt, host).AsSpan().SequenceEqual(hash.Hash);

#pragma warning disable CA5350 // The file format of OpenSSH: it hides names from a casual reader, and proves nothing.
    private static byte[] Hash(ReadOnlySpan<byte> salt, string name) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350

    /// <summary>`*` stands for any text, `?` for any character; everything else for itself, also `[`.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, retry = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, retry) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++retry);
            else return false;
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
