using Renci.SshNet;
using Renci.SshNet.Common;

namespace Playbooks.Connections.LoggingIn;

/// <summary>A private key in a file, read and opened once, which many connections sign with.</summary>
internal sealed class KeyFile
{
    private readonly Lock _gate = new();
    private readonly string? _given;
    private PrivateKeyFile? _key;
    private KeyUnusableException? _trouble;

    /// <param name="path">Of the private key; what stands there may also be the public half of one that an agent holds.</param>
    /// <param name="given">The passphrase to try before the user is asked.</param>
    /// <param name="canAsk">Somebody may be asked for the passphrase.</param>
    public KeyFile(string path, string? given, bool canAsk)
    {
        (Path, _given, CanAsk) = (path, given, canAsk);
        Public = PublicKeyText.OfFile(path) ?? PublicKeyText.OfFile(path + ".pub");
    }

    public string Path { get; }

    private bool CanAsk { get; }

    public bool Exists => File.Exists(Path);

    /// <summary>Null: it is not known before the key is open, as with old formats that have no PATH.pub beside them.</summary>
    public byte[]? Public { get; private set; }

    /// <summary>On a security key, which only an agent can sign with.</summary>
    public bool IsOfDevice => Public is { } known && KeyBlob.TypeOf(known).StartsWith("sk-", StringComparison.Ordinal);

    /// <summary>Whether it can sign, without anything being asked.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate) return _key is not null || _trouble is null && TryOpen(null);
        }
    }

    /// <exception cref="KeyUnusableException">It cannot be opened.</exception>
    /// <exception cref="PassphraseWantedException">It can be, by a passphrase that is to be asked for.</exception>
    public void Open()
    {
        lock (_gate)
        {
            if (_key is not null || _trouble is null && (TryOpen(null) || _given is not null && TryOpen(_given))) return;
            if (_trouble is null && CanAsk) throw new PassphraseWantedException(this);
            throw _trouble ??= NoPassphrase();
        }
    }

    /// <summary>Opens it with what the user answered, who is not asked again; null: nothing.</summary>
    public void Answer(string? passphrase)
    {
        lock (_gate)
        {
            if (_key is not null || _trouble is not null || passphrase is { Length: > 0 } && TryOpen(passphrase)) return;
            _trouble = passphrase is { Length: > 0 }
                ? new KeyUnusableException($"The passphrase given for the private key {Path} is wrong.", "Run it again to be asked again.")
                : NoPassphrase();
        }
    }

    private KeyUnusableException NoPassphrase() => _given is null
        ? new($"The private key {Path} has a passphrase, and none was given.", "Set PLAY_KEY_PASSPHRASE, or run it at a terminal to be asked.")
        : new($"The passphrase in PLAY_KEY_PASSPHRASE is not that of the private key {Path}.", "Correct it, or unset it and run it at a terminal to be asked.");

    /// <summary>The signature has its algorithm before it, as SSH packs it. The library's own keys are made for one at a time.</summary>
    /// <exception cref="KeyUnusableException">It cannot be opened.</exception>
    /// <exception cref="PassphraseWantedException">It can be, by a passphrase that is to be asked for.</exception>
    public byte[] Sign(string algorithm, byte[] data)
    {
        lock (_gate)
        {
            Open();
            return _key!.HostKeyAlgorithms.First(a => a.Name == algorithm).Sign(data);
        }
    }

    /// <summary>False: it needs a passphrase, or another one; or there is trouble with it.</summary>
    private bool TryOpen(string? passphrase)
    {
        try
        {
            var key = new PrivateKeyFile(Path, passphrase);
            var own = key.HostKeyAlgorithms.First().Data;
            if (IsOpenToOthers()) _trouble = new KeyUnusableException($"The private key {Path} may be read or written by others, so it is not used.", $"chmod 600 {ShellText.Word(Path)}");
            else if (Public is { } known && !known.AsSpan().SequenceEqual(own))
                _trouble = new KeyUnusableException($"The private key {Path} is not the one whose public half is in {Path}.pub.", $"Write it anew: ssh-keygen -y -f {ShellText.Word(Path)} > {ShellText.Word(Path + ".pub")}");
            else (Public, _key) = (own, key);
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
        }
        catch (Exception) when (passphrase is not null || IsEncryptedPkcs8())
        {
            // Each format fails in its own way with a wrong passphrase, and PKCS#8 with none.
        }
        catch (Exception e)
        {
            _trouble = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => new KeyUnusableException($"There is no private key {Path}."),
                IOException or UnauthorizedAccessException => new KeyUnusableException($"The private key {Path} cannot be read: {e.Message}"),
                _ when Path.EndsWith(".pub", StringComparison.Ordinal) => new KeyUnusableException($"{Path} is the public half of a key, and no agent holds the other.", $"Name the private one, {Path[..^4]}, or give it to an agent with ssh-add."),
                _ => new KeyUnusableException($"{Path} is not a private key that can be used here: {e.Message}", "Keys of type ed25519, ecdsa and rsa can; those on a security key (sk-…) through an agent."),
            };
        }

        return _key is not null;
    }

    /// <summary>ssh asks this too, and only of a file that is the user's own (sshkey_perm_ok in its authfile.c): of others' files their owner decides.</summary>
    private bool IsOpenToOthers() => OperatingSystem.IsLinux() && File.Exists(Path)
        && (File.GetUnixFileMode(Path) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) != 0
        && LocalUser.Owns(Path);

    private bool IsEncryptedPkcs8() => File.Exists(Path) && File.ReadLines(Path).Take(1).Any(line => line.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal));
}
