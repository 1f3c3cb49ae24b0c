namespace Playbooks.Connections.LoggingIn;

/// <summary>One thing to show a server: a key or a certificate, and who signs for it, an agent or a file.</summary>
internal sealed class Identity
{
    private readonly byte[]? _blob;

    private Identity(string name, byte[]? blob, KeyFile? file, SshAgent? agent, byte[]? held) => (Name, _blob, File, Agent, Held) = (name, blob, file, agent, held);

    /// <summary>A path, or what the agent calls it.</summary>
    public string Name { get; }

    /// <summary>Null where an agent signs.</summary>
    public KeyFile? File { get; }

    private SshAgent? Agent { get; }

    /// <summary>By what the agent knows the key.</summary>
    private byte[]? Held { get; }

    /// <summary>What is shown. Null: not known before its file is open.</summary>
    public byte[]? Blob => _blob ?? File?.Public;

    public UserCertificate? Certificate => _blob is null ? null : UserCertificate.Read(_blob);

    public static Identity Of(KeyFile file) => new(file.Path, null, file, null, null);

    public static Identity Of(string path, byte[] certificate, KeyFile file) => new(path, certificate, file, null, null);

    /// <param name="name">A path, or what the agent calls it.</param>
    /// <param name="blob">What is shown.</param>
    /// <param name="agent">Who signs.</param>
    /// <param name="held">By what the agent knows the key.</param>
    public static Identity Of(string name, byte[] blob, SshAgent agent, byte[] held) => new(name, blob, null, agent, held);

    /// <exception cref="KeyUnusableException">Nobody signs.</exception>
    /// <exception cref="PassphraseWantedException">Its file is not open.</exception>
    public byte[] Sign(string algorithm, byte[] data, TimeSpan limit)
    {
        if (Agent is null) return File!.Sign(algorithm, data);
        // On a thread of the library's login, which waits anyway.
        return Agent.Sign(Held!, algorithm, data, limit).GetAwaiter().GetResult();
    }

    /// <summary>For messages.</summary>
    public override string ToString() => Agent is null ? Name : $"{Name} (agent)";
}
