using System.Text.RegularExpressions;

namespace Playbooks.Connections.Verifying;

/// <summary>A host's key as the inventory has it: the whole key, or its fingerprint.</summary>
internal sealed partial record HostKeyPin(string Text, string? Type, byte[]? Key)
{
    public const string AcceptNew = "accept-new";

    /// <summary>What may be written, for who wrote something else.</summary>
    public const string Mend = "write the two words of the host's .pub file (`ssh-ed25519 AAAA…`), or what `ssh-keygen -lf` prints of it (`SHA256:…`); `accept-new` accepts and notes a key that is not known yet";

    /// <summary>`TYPE BASE64`, `SHA256:…`, or the line that `ssh-keygen -lf` prints; a comment counts for nothing. Null: it is none of these.</summary>
    public static HostKeyPin? Parse(string text)
    {
        if (Fingerprint().Match(text) is { Success: true } print)
            // ssh-keygen says the type as (ED25519): enough to ask for the right one.
            return new HostKeyPin(print.Groups["type"] is { Success: true, Value: var type } ? $"{print.Groups["print"]} ({type})" : print.Groups["print"].Value, TypeOf(print.Groups["type"].Value), null);
        var words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !Algorithms.IsKeyType(words[0])) return null;
        var key = new byte[words[1].Length];
        return Convert.TryFromBase64String(words[1], key, out var length) && KeyBlob.TypeOf(key[..length]) == words[0]
            ? new HostKeyPin($"{words[0]} {words[1]}", words[0], key[..length])
            : null;
    }

    /// <summary>All that stand in a setting, with commas between.</summary>
    public static IReadOnlyList<HostKeyPin> All(string text) => [.. text.Split(',').Select(Parse).OfType<HostKeyPin>()];

    public bool Fits(byte[] key) => Key is not null ? Key.AsSpan().SequenceEqual(key) : Text.Split(' ')[0] == KeyBlob.Fingerprint(key);

    /// <summary>For messages: the type, where it is known, and the fingerprint.</summary>
    public string Shown => Key is null ? Text : $"{Type} {KeyBlob.Fingerprint(Key)}";

    private static string? TypeOf(string name) => name switch { "ED25519" => "ssh-ed25519", "RSA" => "ssh-rsa", _ => null };

    [GeneratedRegex(@"^\s*([0-9]+ +)?(?<print>SHA256:[A-Za-z0-9+/]{43})( .*?)??( \((?<type>ED25519|ECDSA|RSA)\))?\s*\z")]
    private static partial Regex Fingerprint();
}
