using System.Collections.Concurrent;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Playbooks.Connections;

/// <summary>The private keys of a run: each file is read, and its passphrase asked for, once.</summary>
internal sealed class PrivateKeys(ConnectionOptions options) : IDisposable
{
    private static readonly string[] DefaultNames = ["id_ed25519", "id_ecdsa", "id_rsa"];

    private readonly ConcurrentDictionary<string, Lazy<Task<SharedKey>>> _keys = new(StringComparer.Ordinal);

    /// <summary>One question at a time: two at once on one terminal cannot be told apart.</summary>
    private readonly SemaphoreSlim _asking = new(1);

    /// <summary>The keys to try on a host, in order.</summary>
    /// <exception cref="RefusedException">There is none, or none that can be read.</exception>
    public async Task<IReadOnlyList<SharedKey>> For(ConnectTarget target, CancellationToken cancel)
    {
        if (target.Host.Ssh.Key is { } named) return [await Read(named, cancel)];
        var paths = DefaultNames.Select(name => Path.Combine(options.Home, ".ssh", name)).Where(File.Exists).ToList();
        if (paths.Count == 0)
            throw new RefusedException($"There is no private key to log in with: none is named, and {Path.Combine(options.Home, ".ssh")} has no {string.Join(", ", DefaultNames)}.",
                "Name one in the inventory, ssh: { key: PATH }, or make one with ssh-keygen -t ed25519.");
        var open = paths.Where(path => !HasPassphrase(path)).ToList();
        // The user is only asked for the passphrase of a default key where there is no other key to try.
        var keys = new List<SharedKey>();
        foreach (var path in open.Count > 0 && options.KeyPassphrase is null ? open : paths)
            try
            {
                keys.Add(await Read(path, cancel));
            }
            catch (RefusedException) when (path != paths[^1] || keys.Count > 0)
            {
            }

        return keys;
    }

    public void Dispose() => _asking.Dispose();

    /// <summary>The attempt is shared, so it is not the first caller's to cancel; each waits as long as it likes.</summary>
    private Task<SharedKey> Read(string path, CancellationToken cancel) =>
        _keys.GetOrAdd(path, p => new Lazy<Task<SharedKey>>(() => Task.Run(() => Load(p, CancellationToken.None)))).Value.WaitAsync(cancel);

    private async Task<SharedKey> Load(string path, CancellationToken cancel)
    {
        if (Parse(path, null) is { } open) return open;
        if (options.KeyPassphrase is { } given && Parse(path, given) is { } byVariable) return byVariable;
        if (options.AskPassphrase is { } ask)
        {
            await _asking.WaitAsync(cancel);
            try
            {
                if (await ask(path, cancel) is { Length: > 0 } said)
                    return Parse(path, said) ?? throw new RefusedException($"The passphrase given for the private key {path} is wrong.");
            }
            finally
            {
                _asking.Release();
            }
        }

        throw options.KeyPassphrase is null
            ? new RefusedException($"The private key {path} has a passphrase, and none was given.", "Set PLAY_KEY_PASSPHRASE, or run it at a terminal to be asked.")
            : new RefusedException($"The passphrase in PLAY_KEY_PASSPHRASE is not that of the private key {path}.");
    }

    private static bool IsEncryptedPkcs8(string path) =>
        File.Exists(path) && File.ReadLines(path).Take(1).Any(line => line.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal));

    private static bool HasPassphrase(string path)
    {
        try
        {
            return Parse(path, null) is null;
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    /// <summary>Null: it needs a passphrase, or another one.</summary>
    private static SharedKey? Parse(string path, string? passphrase)
    {
        try
        {
            return new SharedKey(path, new PrivateKeyFile(path, passphrase));
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            return null;
        }
        catch (Exception e) when (passphrase is null ? IsEncryptedPkcs8(path) : !e.Message.Contains("not supported", StringComparison.Ordinal))
        {
            // Each format fails in its own way with a wrong passphrase, and PKCS#8 with none.
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RefusedException($"There is no private key {path}.", null, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"The private key {path} cannot be read: {e.Message}", null, e);
        }
        catch (Exception e)
        {
            throw new RefusedException($"{path} is not a private key that can be used here: {e.Message}", "Keys of type ed25519, ecdsa and rsa can; those on a security key (sk-…) cannot.", e);
        }
    }
}
