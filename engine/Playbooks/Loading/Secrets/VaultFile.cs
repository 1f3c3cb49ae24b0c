using System.Text;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading.Secrets;

/// <summary>A file that ansible-vault encrypted as a whole, or one whose values it encrypted. Nothing of what was in it is ever in a message.</summary>
internal static class VaultFile
{
    /// <summary>The value of that name; without one the whole text.</summary>
    /// <exception cref="VaultException">It is not there, or cannot be decrypted.</exception>
    public static async Task<string> Read(string text, string? key, Func<Task<string>> password)
    {
        var isWhole = text.StartsWith(Vault.Sign, StringComparison.Ordinal);
        if (isWhole) text = Text(Vault.Decrypt(text, await password()));
        if (key is null) return isWhole ? text : throw new VaultException("it is not encrypted as a whole, so a `key` must say which of its values is meant");

        // Its own problems would show its lines.
        var wrong = new ProblemList();
        var root = Yaml.Read(new SourceText("", text), wrong, YamlDialect.Vault);
        if (wrong.Count > 0 || root is not MapNode map) throw new VaultException("it holds no YAML map");
        return map[key] switch
        {
            null => throw new VaultException($"it has no key `{key}`"),
            ScalarNode { Value: not null, Text.Value: var value } when value.StartsWith(Vault.Sign, StringComparison.Ordinal) => Text(Vault.Decrypt(value, await password())),
            ScalarNode { Value: not null, Text.Value: var value } when isWhole => value,
            ScalarNode { Value: not null } => throw new VaultException($"`{key}` stands there in plain text"),
            _ => throw new VaultException($"`{key}` is not a single value"),
        };
    }

    public static string Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new VaultException("what it holds is no UTF-8 text");
        }
    }
}
