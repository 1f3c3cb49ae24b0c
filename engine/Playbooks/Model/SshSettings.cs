namespace Playbooks.Model;

/// <summary>How a host is reached over SSH. What is null is what `ssh` itself would use.</summary>
public sealed record SshSettings
{
    public string? HostName { get; init; }

    public int? Port { get; init; }

    public string? User { get; init; }

    /// <summary>A private key's path, absolute; null: the usual names in ~/.ssh.</summary>
    public string? Key { get; init; }

    /// <summary>A known_hosts file's path, absolute; null: ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>For connecting, key exchange and authentication together; null: 30 s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What the user logs in with where no key does; null: no password is ever sent.</summary>
    public Secret? Password { get; init; }

    /// <summary>What sudo is told there where it asks; null: it may not ask.</summary>
    public Secret? SudoPassword { get; init; }

    /// <summary>The hosts on the way there, nearest first, with commas between: names of the inventory, or `[user@]host[:port]`. `none`: straight there, whatever ssh's configuration says.</summary>
    public string? Jump { get; init; }

    /// <summary>The host's key, as `TYPE BASE64` or `SHA256:…`, several with commas between: then no known_hosts file is asked. `accept-new`: a key that is not known is noted and accepted.</summary>
    public string? HostKey { get; init; }

    /// <summary>`pq`: the post-quantum key exchanges first, whatever they cost.</summary>
    public string? Kex { get; init; }

    /// <summary>Each setting by its word in the inventory.</summary>
    public static IReadOnlyList<(string Name, Func<SshSettings, object?> Read)> Parts { get; } =
    [
        ("host", s => s.HostName), ("port", s => s.Port), ("user", s => s.User), ("key", s => s.Key), ("known_hosts", s => s.KnownHosts), ("timeout", s => s.Timeout),
        ("password", s => s.Password?.Source), ("sudo_password", s => s.SudoPassword?.Source), ("jump", s => s.Jump), ("host_key", s => s.HostKey), ("kex", s => s.Kex),
    ];

    /// <summary>These settings where they say something, else the others': a host's before its groups' before the file's.</summary>
    public SshSettings Over(SshSettings other) => new()
    {
        HostName = HostName ?? other.HostName,
        Port = Port ?? other.Port,
        User = User ?? other.User,
        Key = Key ?? other.Key,
        KnownHosts = KnownHosts ?? other.KnownHosts,
        Timeout = Timeout ?? other.Timeout,
        Password = Password ?? other.Password,
        SudoPassword = SudoPassword ?? other.SudoPassword,
        Jump = Jump ?? other.Jump,
        HostKey = HostKey ?? other.HostKey,
        Kex = Kex ?? other.Kex,
    };
}
