using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading.Secrets;

/// <summary>Gets the secrets that a run needs, each source once, before any host is touched. What cannot be had is a problem.</summary>
/// <param name="ask">Asks the user, who is not shown what they type; null from it: there is nobody to ask.</param>
/// <param name="environment">The control machine's.</param>
/// <param name="time">For the limit of commands.</param>
/// <param name="masker">Hides each of them from the moment it is known.</param>
/// <param name="problems">Takes what is wrong.</param>
public sealed class SecretReader(Func<string, CancellationToken, Task<string?>> ask, IReadOnlyDictionary<string, object?> environment, TimeProvider time, Masker masker, ProblemList problems)
{
    internal const int MostBytes = 16 * 1024;

    private const string Otherwise = "run it in a terminal, or take the secret from { env: NAME }, { file: PATH }, { vault: FILE, key: NAME } or { command: [WORD, …] }";

    private readonly Dictionary<SecretSource, string?> read = [];
    private readonly VaultPassword vault = new(ask, environment, time, masker);

    /// <summary>The values by their sources; those that could not be had are missing.</summary>
    public async Task<IReadOnlyDictionary<SecretSource, string>> Read(IEnumerable<Secret> secrets, CancellationToken cancel)
    {
        // What needs nobody first: who types a password should not do it in vain.
        foreach (var secret in secrets.OrderBy(secret => secret.Source is SecretSource.Ask ? 2 : secret.Source is SecretSource.VaultFile or SecretSource.VaultText ? 1 : 0))
        {
            if (secret.Source is SecretSource.Ask && problems.Count > 0 || read.ContainsKey(secret.Source)) continue;
            read[secret.Source] = await One(secret, cancel);
        }
        return read.Where(r => r.Value is not null).ToDictionary(r => r.Key, r => r.Value!);
    }

    private async Task<string?> One(Secret secret, CancellationToken cancel)
    {
        try
        {
            var value = await Value(secret.Source, cancel);
            if (value.Length == 0) problems.Add(secret.At, $"`{secret.Name}` is empty");
            else if (Encoding.UTF8.GetByteCount(value) > MostBytes) problems.Add(secret.At, $"`{secret.Name}` has more than {MostBytes >> 10} KB, which is no password, token or key");
            else if (value.Contains('\0', StringComparison.Ordinal)) problems.Add(secret.At, $"`{secret.Name}` holds a NUL character");
            else
            {
                masker.Add(value);
                return value;
            }
        }
        catch (SecretException e)
        {
            problems.Add(secret.At, $"`{secret.Name}` cannot be had: {e.Message}", e.Mend);
        }
        catch (VaultException e)
        {
            problems.Add(secret.At, $"`{secret.Name}` cannot be had from this vault: {e.Message}");
        }
        return null;
    }

    private async Task<string> Value(SecretSource source, CancellationToken cancel)
    {
        switch (source)
        {
            case SecretSource.Held held:
                return held.Value;
            case SecretSource.Variable variable:
                return environment.TryGetValue(variable.Name, out var value) && value is string text ? text : throw new SecretException($"the environment has no {variable.Name}");
            case SecretSource.File file:
                return LineEndless(PrivateFile.Read(file.Path));
            case SecretSource.Ask question:
                return await ask(question.Question, cancel) ?? throw new SecretException($"it wants to be asked for (\"{question.Question}\"), and there is no terminal to ask in", Otherwise);
            case SecretSource.VaultFile file:
                var bytes = PrivateFile.Bytes(file.Path, Yaml.MaxBytes);
                if (bytes.Length > Yaml.MaxBytes) throw new VaultException($"it is larger than {Yaml.MaxBytes >> 20} MiB");
                return LineEndless(await VaultFile.Read(VaultFile.Text(bytes), file.Key, () => vault.Get(cancel)));
            case SecretSource.VaultText inline:
                return LineEndless(VaultFile.Text(Vault.Decrypt(inline.Text, await vault.Get(cancel))));
            case SecretSource.Command command:
                return LineEndless(await LocalProgram.Run(command.Words, command.Folder, time, cancel));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static string LineEndless(string text) => CommandOutput.TrimLineEnd(text);
}

/// <summary>Why a secret cannot be had, as the end of a sentence for the user.</summary>
internal sealed class SecretException(string message, string? mend = null) : Exception(message)
{
    public string? Mend => mend;
}
