namespace Playbooks.Connections.Configuring;

/// <summary>What ssh's configuration says of one host, by the words of ssh_config(5). Null, or an empty list: it says nothing, and ssh's own default holds.</summary>
internal sealed record SshConfig
{
    /// <summary>What stands for `none` where files are named: a file that is there, and empty.</summary>
    public const string NoFile = "/dev/null";

    public static SshConfig Silent { get; } = new();

    public string? HostName { get; init; }

    public string? User { get; init; }

    public int? Port { get; init; }

    /// <summary>Paths; the usual ones are not in it. <see cref="NoFile"/>: no file at all, only the agent's keys.</summary>
    public IReadOnlyList<string> IdentityFiles { get; init; } = [];

    public IReadOnlyList<string> CertificateFiles { get; init; } = [];

    public bool IdentitiesOnly { get; init; }

    /// <summary>The agent's socket; empty: none is asked; null: that of SSH_AUTH_SOCK.</summary>
    public string? IdentityAgent { get; init; }

    /// <summary>As written: `[user@]host[:port]`, with commas between, nearest first.</summary>
    public string? ProxyJump { get; init; }

    public string? ProxyCommand { get; init; }

    public IReadOnlyList<string> UserKnownHostsFiles { get; init; } = [];

    public IReadOnlyList<string> GlobalKnownHostsFiles { get; init; } = [];

    /// <summary>`yes no ask accept-new`, or null.</summary>
    public string? StrictHostKeyChecking { get; init; }

    public string? HostKeyAlias { get; init; }

    /// <summary>A new key is noted without telling whose it is.</summary>
    public bool HashKnownHosts { get; init; }

    /// <summary>A program that knows hosts' keys; not run by us.</summary>
    public string? KnownHostsCommand { get; init; }

    /// <summary>A file of keys that no host may have. It is not read here, so a host of which it is said is refused.</summary>
    public string? RevokedHostKeys { get; init; }

    /// <summary>`inet` or `inet6`: only such addresses of a name; null: any.</summary>
    public string? AddressFamily { get; init; }

    public TimeSpan? ConnectTimeout { get; init; }

    public bool PubkeyAuthentication { get; init; } = true;

    public bool PasswordAuthentication { get; init; } = true;

    public bool KbdInteractiveAuthentication { get; init; } = true;

    /// <summary>Empty: publickey, keyboard-interactive, password.</summary>
    public IReadOnlyList<string> PreferredAuthentications { get; init; } = [];

    /// <summary>Where each key is said, by its name in lower case: `FILE:LINE`, or `ssh -G`.</summary>
    public IReadOnlyDictionary<string, string> Places { get; init; } = new Dictionary<string, string>();
}
