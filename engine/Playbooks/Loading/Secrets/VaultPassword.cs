using Playbooks.Connections;
using Playbooks.Steps;

namespace Playbooks.Loading.Secrets;

/// <summary>The one password of all vaults of a run: from the environment, from the file or program that Ansible's variable names, or from the user.</summary>
internal sealed class VaultPassword(Func<string, CancellationToken, Task<string?>> ask, IReadOnlyDictionary<string, object?> environment, TimeProvider time, Masker masker)
{
    private const string Own = ConnectionOptions.VaultVariable, File = "ANSIBLE_VAULT_PASSWORD_FILE";

    private Task<string>? password;

    /// <exception cref="SecretException">There is none to be had; asked for again, the answer is the same.</exception>
    public Task<string> Get(CancellationToken cancel) => password ??= Find(cancel);

    private async Task<string> Find(CancellationToken cancel)
    {
        var found = await Given(cancel);
        masker.Add(found);
        return found;
    }

    private async Task<string> Given(CancellationToken cancel)
    {
        if (Variable(Own) is { } given) return given;
        if (Variable(File) is { } written)
        {
            var path = Path.GetFullPath(LocalFile.PathOf(written, Environment.CurrentDirectory));
            // As Ansible does: what may be run is run.
            var text = IsProgram(path) ? await LocalProgram.Run([path], Environment.CurrentDirectory, time, cancel) : PrivateFile.Read(path);
            return text.Trim() is { Length: > 0 } said ? said : throw new SecretException($"the vault's password in {path} ({File}) is empty");
        }
        return await ask("Vault password", cancel) is { Length: > 0 } typed
            ? typed
            : throw new SecretException("the vault's password is not known", $"set {Own}, or {File}, or run it in a terminal to be asked");
    }

    private string? Variable(string name) => environment.TryGetValue(name, out var value) && value is string { Length: > 0 } text ? text : null;

    private static bool IsProgram(string path) => !OperatingSystem.IsWindows() && System.IO.File.Exists(path) && (System.IO.File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;
}
