using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Connections;

/// <summary>One line of a known_hosts file, as sshd(8) describes it.</summary>
internal sealed record KnownHostLine(string File, int Number, string Marker, string Hosts, byte[] Key)
{
    public string Where => $"{File}:{Number}";

    /// <summary>The key's own name for its type; what the line says beside it counts for nothing.</summary>
    public string Type => TypeOf(Key);

    /// <summary>Null for blank lines, comments and what cannot be read: such a line vouches for nobody.</summary>
    public static KnownHostLine? Parse(string file, int number, string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#')) return null;
        var marker = words[0].StartsWith('@') ? words[0] : "";
        if (marker.Length > 0) words = words[1..];
        if (words.Length < 3) return null;
        var key = new byte[words[2].Length];
        return Convert.TryFromBase64String(words[2], key, out var length) ? new KnownHostLine(file, number, marker, words[0], key[..length]) : null;
    }

    public static string TypeOf(byte[] key)
    {
        if (key.Length < 4) return "";
        var length = BinaryPrimitives.ReadUInt32BigEndian(key);
        return length <= 64 && 4 + length <= key.Length ? Encoding.ASCII.GetString(key, 4, (int)length) : "";
    }

    public static string Fingerprint(byte[] key) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');

    /// <summary>Whether the line speaks of a host, given as `host` or `[host]:port` in lower case.</summary>
    public bool Names(string host)
    {
        if (Hosts.StartsWith("|1|", StringComparison.Ordinal)) return IsHashOf(host);
        var named = false;
        foreach (var pattern in Hosts.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // A negated pattern that matches rules the line out, whatever else it says.
            if (pattern.StartsWith('!') && Matches(pattern.AsSpan(1), host)) return false;
            named |= !pattern.StartsWith('!') && Matches(pattern, host);
        }

        return named;
    }

    private bool IsHashOf(string host)
    {
        var parts = Hosts.Split('|');
        if (parts.Length != 4) return false;
        var salt = new byte[parts[2].Length];
        var hash = new byte[parts[3].Length];
        if (!Convert.TryFromBase64String(parts[2], salt, out var saltLength) || !Convert.TryFromBase64String(parts[3], hash, out var hashLength)) return false;
#pragma warning disable CA5350 // The file format of OpenSSH: it hides names from a casual reader, and proves nothing.
        return HMACSHA1.HashData(salt.AsSpan(0, saltLength), Encoding.UTF8.GetBytes(host)).AsSpan().SequenceEqual(hash.AsSpan(0, hashLength));
#pragma warning restore CA5350
    }

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
