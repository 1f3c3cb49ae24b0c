using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Connections;

/// <summary>Public keys, and certificates of keys, as SSH packs them (RFC 4253, section 6.6; PROTOCOL.certkeys of OpenSSH).</summary>
internal static class KeyBlob
{
    public const string CertificateSuffix = "-cert-v01@openssh.com";

    /// <summary>What it calls its type itself; empty where that cannot be read.</summary>
    public static string TypeOf(byte[] blob)
    {
        if (blob.Length < 4) return "";
        var length = BinaryPrimitives.ReadUInt32BigEndian(blob);
        return length <= 64 && 4 + length <= blob.Length ? Encoding.ASCII.GetString(blob, 4, (int)length) : "";
    }

    public static string Fingerprint(byte[] blob) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');

    public static bool IsCertificate(string type) => type.EndsWith(CertificateSuffix, StringComparison.Ordinal);

    /// <summary>The key that a certificate is about, alone; what is no certificate as it is.</summary>
    public static byte[] PlainKey(byte[] blob)
    {
        try
        {
            var reader = new WireReader(blob);
            return Certified(ref reader) ?? blob;
        }
        catch (InvalidDataException)
        {
            return blob;
        }
    }

    /// <summary>The same from a reader, which then stands behind the key; null: it is no certificate of a kind that is known.</summary>
    /// <exception cref="InvalidDataException">It ends too early.</exception>
    public static byte[]? Certified(ref WireReader certificate)
    {
        var type = certificate.Text();
        if (!IsCertificate(type)) return null;
        certificate.Bytes(); // a random number
        var plain = type.StartsWith("sk-", StringComparison.Ordinal) ? type.Replace("-cert-v01", "", StringComparison.Ordinal) : type[..^CertificateSuffix.Length];
        var fields = plain switch
        {
            "ssh-ed25519" => 1,
            "ssh-rsa" or "sk-ssh-ed25519@openssh.com" => 2,
            "sk-ecdsa-sha2-nistp256@openssh.com" => 3,
            _ when plain.StartsWith("ecdsa-", StringComparison.Ordinal) => 2,
            _ => 0,
        };
        if (fields == 0) return null;
        List<byte[]> parts = [Encoding.ASCII.GetBytes(plain)];
        for (; fields > 0; fields--) parts.Add(certificate.Bytes().ToArray());
        return Packed([.. parts]);
    }

    /// <summary>Each with its length before it (RFC 4251, section 5).</summary>
    public static byte[] Packed(params ReadOnlySpan<byte[]> parts)
    {
        var packed = new List<byte>();
        var length = new byte[4];
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            packed.AddRange(length);
            packed.AddRange(part);
        }

        return [.. packed];
    }
}
