using System.Text;

namespace Playbooks.Connections.LoggingIn;

/// <summary>Reads public keys and certificates where files show them: a line `TYPE BASE64 comment`, or the part of a private key that is never encrypted (PROTOCOL.key of OpenSSH).</summary>
internal static class PublicKeyText
{
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----", End = "-----END OPENSSH PRIVATE KEY-----";

    private const int Longest = 1 << 20;

    /// <summary>Null: it has none, or is not there.</summary>
    public static byte[]? OfFile(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: < Longest }) return null;
            var text = File.ReadAllText(path);
            return text.StartsWith(Begin, StringComparison.Ordinal) ? OfPrivate(text) : text.Split('\n').Select(OfLine).FirstOrDefault(found => found is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    private static byte[]? OfLine(string line) =>
        line.Split([' ', '\t', '\r'], 3, StringSplitOptions.RemoveEmptyEntries) is [var type, var base64, ..] && Decoded(base64) is { } blob && KeyBlob.TypeOf(blob) == type ? blob : null;

    private static byte[]? OfPrivate(string text)
    {
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (end < 0 || Decoded(text[Begin.Length..end]) is not { } bytes) return null;
        var reader = new WireReader(bytes);
        if (Encoding.ASCII.GetString(reader.Take(15)) != "openssh-key-v1\0") return null;
        // Cipher, key derivation and its options.
        for (var i = 0; i < 3; i++) reader.Bytes();
        return reader.Number() == 0 ? null : reader.Bytes().ToArray();
    }

    private static byte[]? Decoded(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
