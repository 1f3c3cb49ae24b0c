using System.Collections.Concurrent;
using Playbooks.Problems;

namespace Playbooks.Connections.LoggingIn;

/// <summary>What a host may be shown: keys and certificates in OpenSSH's order, what is wrong with others, and the password.</summary>
internal sealed record Credentials(IReadOnlyList<Identity> Keys, IReadOnlyList<KeyUnusableException> Unusable, LoginPassword? Password);

/// <summary>Who we are, for all hosts of a run: each key file is read, each passphrase asked for, and each agent asked for its keys, once.</summary>
internal sealed class Identities(ConnectionOptions options, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<KeyFile>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<Held>>> _agents = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string User, string Password), LoginPassword> _passwords = new();
    private readonly ConcurrentDictionary<KeyFile, Lazy<Task>> _questions = new();

    /// <summary>One question at a time: two at once on one terminal cannot be told apart.</summary>
    private readonly SemaphoreSlim _asking = new(1);

    /// <summary>An agent, and what it holds.</summary>
    private sealed record Held(SshAgent Agent, IReadOnlyList<AgentKey> Keys, KeyUnusableException? Trouble);

    /// <exception cref="RefusedException">There is nothing to log in with.</exception>
    public async Task<Credentials> For(ConnectTarget target, CancellationToken cancel)
    {
        var password = options.Password(target.Host) is { Length: > 0 } value ? _passwords.GetOrAdd((target.User, value), _ => new LoginPassword(value)) : null;
        var unusable = new List<KeyUnusableException>();
        var keys = target.Config.PubkeyAuthentication ? await Keys(target, unusable, cancel) : [];
        if (keys.Count > 0 || password is not null) return new Credentials(keys, unusable, password);
        if (target.Host.Ssh.Key is not null && unusable is [var only, ..]) throw new RefusedException(only.Message, only.Mend);
        throw new RefusedException(
            string.Join(' ', [$"There is no private key to log in with: {Nowhere(target)}.", .. unusable.Select(trouble => trouble.Message)]),
            "Name one in the inventory, ssh: { key: PATH }, give an agent one with ssh-add, or make one with ssh-keygen -t ed25519. A password is given as ssh: { password: { env: NAME } }.");
    }

    /// <summary>Asks the user for a key's passphrase; once, whoever wants it.</summary>
    public Task Ask(KeyFile key, CancellationToken cancel) => _questions.GetOrAdd(key, wanted => new Lazy<Task>(async () =>
    {
        // The question is shared, so it is not the first caller's to cancel; each waits as long as it likes.
        await _asking.WaitAsync(CancellationToken.None);
        try
        {
            var said = await options.AskPassphrase!(wanted.Path, CancellationToken.None);
            await Task.Run(() => wanted.Answer(said), CancellationToken.None);
        }
        finally
        {
            _asking.Release();
        }
    })).Value.WaitAsync(cancel);

    public void Dispose() => _asking.Dispose();

    private string? AgentOf(ConnectTarget target) => (target.Config.IdentityAgent ?? options.AgentSocket) is { Length: > 0 } socket ? socket : null;

    private string Nowhere(ConnectTarget target)
    {
        if (!target.Config.PubkeyAuthentication) return "ssh's configuration says PubkeyAuthentication no, and no password is given";
        var agent = AgentOf(target) is { } socket ? $"the agent at {socket} has none{(target.IdentitiesOnly ? " of them" : "")}" : target.Config.IdentityAgent is null ? "there is no agent (SSH_AUTH_SOCK is not set)" : "no agent is asked (IdentityAgent)";
        var files = target.NamesKeys ? string.Join(", ", target.IdentityFiles) : $"{Path.GetDirectoryName(target.IdentityFiles[0])} has no {string.Join(", ", target.IdentityFiles.Select(Path.GetFileName))}";
        return target.NamesKeys ? $"there is no {files}, and {agent}" : $"none is named, {files}, and {agent}";
    }

    /// <summary>
    /// In the order of OpenSSH's client (pubkey_prepare in its sshconnect2.c): certificates that are named, keys of the agent that
    /// are also in files, other keys of the agent, other files; a certificate beside a key comes after it.
    /// </summary>
    private async Task<List<Identity>> Keys(ConnectTarget target, List<KeyUnusableException> unusable, CancellationToken cancel)
    {
        var files = target.IdentityFiles.Select(path => _files.GetOrAdd(path, p => new Lazy<KeyFile>(() => new KeyFile(p, options.KeyPassphrase, options.AskPassphrase is not null))).Value).ToList();
        var held = AgentOf(target) is { } socket ? await _agents.GetOrAdd(socket, s => new Lazy<Task<Held>>(() => ListOf(s))).Value.WaitAsync(cancel) : null;
        if (held?.Trouble is { } trouble) unusable.Add(trouble);
        // An old format shows its public half only when it is open, and an agent's key is known by that.
        foreach (var file in files.Where(file => file.Public is null && file.Exists)) _ = file.IsOpen;

        List<Identity> first = [], ofAgent = [], ofFiles = [];
        foreach (var path in target.CertificateFiles)
            if (PublicKeyText.OfFile(path) is not { } blob || UserCertificate.Read(blob) is not { } certificate) unusable.Add(new KeyUnusableException($"{path} is not the certificate of a user's key."));
            else if (target.Host.Ssh.Key is null || files.Exists(file => Same(file.Public, certificate.Key))) Certified(first, path, blob, certificate.Key, null);

        foreach (var file in files)
        {
            ofFiles.Add(Identity.Of(file));
            if (target.CertificateFiles.Count == 0 && $"{file.Path}-cert.pub" is var beside && PublicKeyText.OfFile(beside) is { } blob && UserCertificate.Read(blob) is { } certificate)
                Certified(ofFiles, beside, blob, certificate.Key, file);
        }

        foreach (var key in held?.Keys ?? [])
            if (ofFiles.Find(id => Same(id.Blob, key.Blob)) is { } known)
            {
                ofFiles.Remove(known);
                first.Add(Identity.Of(known.Name, key.Blob, held!.Agent, key.Blob));
            }
            else if (!target.IdentitiesOnly) ofAgent.Add(Identity.Of(DisplayText.Safe(key.Comment), key.Blob, held!.Agent, key.Blob));

        foreach (var id in ofFiles.Where(id => id.File is { Exists: false } or { IsOfDevice: true }).ToList())
        {
            ofFiles.Remove(id);
            if (id.File!.Exists) unusable.Add(new KeyUnusableException($"The key {id.File.Path} is on a security key, and no agent holds it.", $"Give it to an agent: ssh-add {ShellText.Word(id.File.Path)}"));
            else if (target.NamesKeys) unusable.Add(new KeyUnusableException($"There is no private key {id.File.Path}."));
        }

        // Once each: OpenSSH shows one twice that is in two files, which only spends attempts.
        return [.. first.Concat(ofAgent).Concat(ofFiles).DistinctBy(id => id.Blob is { } blob ? Convert.ToBase64String(blob) : id.Name)];

        void Certified(List<Identity> to, string path, byte[] blob, byte[] key, KeyFile? beside)
        {
            if (held?.Keys.FirstOrDefault(k => Same(k.Blob, key)) is { } ours) to.Add(Identity.Of(path, blob, held.Agent, ours.Blob));
            else if ((files.Find(file => file.Exists && Same(file.Public, key)) ?? (beside is { Exists: true, Public: null } ? beside : null)) is { } own) to.Add(Identity.Of(path, blob, own));
            else unusable.Add(new KeyUnusableException($"The certificate {path} is for {(beside is { Exists: true } ? $"another key than {beside.Path}" : "a key that is in no file and no agent")}."));
        }
    }

    private async Task<Held> ListOf(string socket)
    {
        var agent = new SshAgent(socket, clock);
        try
        {
            return new Held(agent, await agent.List(), null);
        }
        catch (KeyUnusableException e)
        {
            return new Held(agent, [], e);
        }
    }

    private static bool Same(byte[]? a, byte[]? b) => a is not null && b is not null && a.AsSpan().SequenceEqual(b);
}
