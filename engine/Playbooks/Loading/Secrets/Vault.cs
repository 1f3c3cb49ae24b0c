using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Loading.Secrets;

/// <summary>Decrypts what ansible-vault encrypted: its formats 1.1 and 1.2 (docs.ansible.com, "Ansible Vault payload format").</summary>
internal static class Vault
{
    public const string Sign = "$ANSIBLE_VAULT";

    private const int Rounds = 10_000, KeyLength = 32, Block = 16;

    /// <summary>The bytes that were encrypted.</summary>
    /// <exception cref="VaultException">It is no such text, or the password is another one.</exception>
    public static byte[] Decrypt(string text, string password)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var header = lines.Length > 0 ? lines[0].Split(';') : [];
        if (header is not [Sign, var version, var cipher, ..]) throw new VaultException($"it does not begin with {Sign}");
        if (version is not ("1.1" or "1.2") || cipher != "AES256") throw new VaultException($"it has the format {version} with {cipher}, and only 1.1 and 1.2 with AES256 can be read");

        var parts = Encoding.ASCII.GetString(Bytes(string.Concat(lines.Skip(1)))).Split('\n');
        if (parts.Length != 3) throw Damaged();
        var (salt, tag, hidden) = (Bytes(parts[0]), Bytes(parts[1]), Bytes(parts[2]));
        if (hidden.Length is 0 || hidden.Length % Block != 0) throw Damaged();
        var keys = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Rounds, HashAlgorithmName.SHA256, 2 * KeyLength + Block);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(keys.AsSpan(KeyLength, KeyLength), hidden), tag)) throw new VaultException("the vault's password is wrong, or the text is damaged");
        return Unpadded(Counted(hidden, keys[..KeyLength], keys.AsSpan(2 * KeyLength)));
    }

    /// <summary>AES in counter mode (NIST SP 800-38A, 6.5): the same both ways. .NET has only the cipher itself.</summary>
    private static byte[] Counted(byte[] bytes, byte[] key, ReadOnlySpan<byte> first)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var counter = BinaryPrimitives.ReadUInt128BigEndian(first);
        var blocks = new byte[bytes.Length];
        for (var at = 0; at < blocks.Length; at += Block) BinaryPrimitives.WriteUInt128BigEndian(blocks.AsSpan(at), counter++);
        var stream = aes.EncryptEcb(blocks, PaddingMode.None);
        for (var i = 0; i < bytes.Length; i++) stream[i] ^= bytes[i];
        return stream;
    }

    /// <summary>PKCS #7 (RFC 5652, 6.3): the last byte says how many of that value were added.</summary>
    private static byte[] Unpadded(byte[] bytes)
    {
        int added = bytes[^1];
        return added is >= 1 and <= Block && !bytes.AsSpan(bytes.Length - added).ContainsAnyExcept((byte)added) ? bytes[..^added] : throw Damaged();
    }

    private static byte[] Bytes(string hex)
    {
        try
        {
            return Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            throw Damaged();
        }
    }

    private static VaultException Damaged() => new("it is damaged: what stands behind its first line is not what ansible-vault writes");
}

/// <summary>Why a vault cannot be read, as the end of a sentence for the user.</summary>
internal sealed class VaultException(string message) : Exception(message);
