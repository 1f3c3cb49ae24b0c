using Playbooks.Connections;
using Playbooks.Loading.Secrets;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads the files of Ansible's inventories: whole, decrypted where they are vaulted, and so that no message shows a line with a password in it.</summary>
internal sealed class AnsibleFiles(IReadOnlyDictionary<string, object?> environment, ProblemList problems)
{
    /// <summary>All of them together.</summary>
    private const int MostFiles = 20_000;

    // What is read before there is a run asks nobody.
    private readonly VaultPassword vault = new((_, _) => Task.FromResult<string?>(null), environment, TimeProvider.System, new Masker());
    private int count;

    /// <summary>The text of a file; null where it cannot be read, and the problems say why.</summary>
    public SourceText? Text(string path)
    {
        if (++count > MostFiles) throw problems.TooMuch(Position.In(path), $"more than {MostFiles} files");
        try
        {
            return Yaml.Text(path, LocalFile.Read(path, Yaml.MaxBytes), problems, "split it: a folder of several files is an inventory too", IsSecret);
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            problems.Add(Position.In(path), LocalFile.ItsProblem(e, path));
            return null;
        }
    }

    public static bool IsVaulted(SourceText source) => source.Text.StartsWith(Vault.Sign, StringComparison.Ordinal);

    /// <summary>What was vaulted as a whole; null where the password is not known.</summary>
    public SourceText? Decrypted(SourceText source)
    {
        try
        {
            // Only a program that gives the password takes time, and it has a limit.
            var text = VaultFile.Text(Vault.Decrypt(source.Text, Task.Run(() => vault.Get(CancellationToken.None)).GetAwaiter().GetResult()));
            return new SourceText(source.Name, text) { Hides = _ => true };
        }
        catch (SecretException e)
        {
            problems.Add(Position.In(source.Name), $"{source.Name} is vaulted as a whole, so not even the names in it are known: {e.Message}", $"set {ConnectionOptions.VaultVariable} or ANSIBLE_VAULT_PASSWORD_FILE, or vault only the values in it: ansible-vault encrypt_string");
        }
        catch (VaultException e)
        {
            problems.Add(Position.In(source.Name), $"{source.Name} cannot be read: {e.Message}");
        }
        return null;
    }

    /// <summary>YAML or JSON, as Ansible tries them: what is JSON is typed as JSON.</summary>
    public static Node? Nodes(SourceText source, ProblemList problems) =>
        source.Text.AsSpan().TrimStart() is ['{', ..] && JsonNodes.Read(source, out _) is { } json ? json : Yaml.Read(source, problems, YamlDialect.Ansible);

    public static bool IsSecret(string line) => line.Contains("pass", StringComparison.OrdinalIgnoreCase);
}
