using Playbooks.Loading.Secrets;
using Xunit;

namespace Playbooks.Tests.Loading;

/// <summary>What ansible-vault 2.14 encrypted, in `Vault/`, with the password `correct horse`.</summary>
public sealed class VaultTests
{
    private const string Password = "correct horse";

    private static string File(string name) => System.IO.File.ReadAllText(Repository.PathOf($"tests/Playbooks.Tests/Loading/Vault/{name}"));

    private static Task<string> Read(string name, string? key = null, string password = Password) => VaultFile.Read(File(name), key, () => Task.FromResult(password));

    [Theory]
    [InlineData("whole.vault.yml", "db", "s3cret-db")]
    [InlineData("whole.vault.yml", "port", "5432")]
    [InlineData("whole.vault.yml", "multi", "line one\nline two\n")]
    [InlineData("whole.vault.yml", null, "db: s3cret-db\nport: 5432\nmulti: |\n  line one\n  line two\n")]
    [InlineData("text.vault", null, "just the text\n")]
    [InlineData("15.vault", null, "xxxxxxxxxxxxxxx")]
    [InlineData("16.vault", null, "xxxxxxxxxxxxxxxx")]
    [InlineData("inline.yml", "db", "s3cret inline ü")]
    [InlineData("inline.yml", "token", "two\nlines")]
    public async Task What_ansible_vault_encrypted_is_read(string file, string? key, string expected) => Assert.Equal(expected, await Read(file, key));

    [Theory]
    [InlineData("whole.vault.yml", "nothing", "it has no key `nothing`")]
    [InlineData("text.vault", "db", "it holds no YAML map")]
    [InlineData("inline.yml", null, "it is not encrypted as a whole, so a `key` must say which of its values is meant")]
    [InlineData("inline.yml", "plain", "`plain` stands there in plain text")]
    public async Task What_is_not_there_is_said_without_what_is(string file, string? key, string expected) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<VaultException>(() => Read(file, key))).Message);

    [Theory, InlineData("whole.vault.yml", null), InlineData("inline.yml", "db")]
    public async Task Another_password_reads_nothing(string file, string? key) =>
        Assert.Equal("the vault's password is wrong, or the text is damaged", (await Assert.ThrowsAsync<VaultException>(() => Read(file, key, "correct horse "))).Message);

    [Fact]
    public void A_byte_that_was_changed_anywhere_is_noticed()
    {
        var text = File("text.vault");
        var body = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        for (var at = body; at < text.Length; at += 7)
        {
            // Hex in hex: in the first half of a pair a change may only turn `a` into `A`.
            if (text[at] == '\n' || (at - text.LastIndexOf('\n', at)) % 2 != 0) continue;
            var changed = text[..at] + (text[at] == '4' ? '5' : '4') + text[(at + 1)..];
            Assert.Throws<VaultException>(() => Vault.Decrypt(changed, Password));
        }
    }

    [Theory]
    [InlineData("", "it does not begin with $ANSIBLE_VAULT")]
    [InlineData("$ANSIBLE_VAULT;1.0;AES\n00", "it has the format 1.0 with AES, and only 1.1 and 1.2 with AES256 can be read")]
    [InlineData("$ANSIBLE_VAULT;1.1;AES256", "it is damaged: what stands behind its first line is not what ansible-vault writes")]
    [InlineData("$ANSIBLE_VAULT;1.1;AES256\nxyz", "it is damaged: what stands behind its first line is not what ansible-vault writes")]
    [InlineData("$ANSIBLE_VAULT;1.1;AES256\n30300a30300a3030", "it is damaged: what stands behind its first line is not what ansible-vault writes")]
    public void What_is_no_vault_is_said(string text, string expected) => Assert.Equal(expected, Assert.Throws<VaultException>(() => Vault.Decrypt(text, Password)).Message);
}
