using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>Where a host's SSH server is and how one logs in there: what the inventory says, then ssh's configuration, then ssh's own defaults.</summary>
internal sealed class ConnectTarget(Host host, SshConfig config, string home)
{
    private static readonly string[] UsualKeys = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"];

    private readonly SshSettings _ssh = host.Ssh;

    public Host Host => host;

    public string Name => host.Name;

    public string Address => _ssh.HostName ?? config.HostName ?? host.Name;

    public int Port => _ssh.Port ?? config.Port ?? 22;

    public string User => _ssh.User ?? config.User ?? Environment.UserName;

    public TimeSpan Timeout => _ssh.Timeout ?? config.ConnectTimeout ?? TimeSpan.FromSeconds(30);

    public string Server => $"{Address}:{Port}";

    /// <summary>How messages call it: the inventory's name first, the address where that says more.</summary>
    public string Label => Name == Address && Port == 22 ? Name : $"{Name} ({Server})";

    /// <summary>The user's first: a new key is noted in the first.</summary>
    public IReadOnlyList<string> KnownHostsFiles => _ssh.KnownHosts is { } named
        ? [named]
        :
        [
            .. config.UserKnownHostsFiles.Count > 0 ? config.UserKnownHostsFiles : [Path.Combine(home, ".ssh", "known_hosts"), Path.Combine(home, ".ssh", "known_hosts2")],
            .. config.GlobalKnownHostsFiles.Count > 0 ? config.GlobalKnownHostsFiles : ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
        ];

    /// <summary>The key of the inventory alone, else those of ssh's configuration, else those with the usual names, in OpenSSH's order (fill_default_options in its readconf.c).</summary>
    public IReadOnlyList<string> IdentityFiles => _ssh.Key is { } key ? [key] : config.IdentityFiles.Count > 0 ? config.IdentityFiles
        : [.. UsualKeys.Select(name => Path.Combine(home, ".ssh", name))];

    /// <summary>Somebody says which keys; they are not the usual ones.</summary>
    public bool NamesKeys => _ssh.Key is not null || config.IdentityFiles.Count > 0;

    /// <summary>An agent signs with those keys only.</summary>
    public bool IdentitiesOnly => _ssh.Key is not null || config.IdentitiesOnly;

    public IReadOnlyList<string> CertificateFiles => config.CertificateFiles;

    /// <summary>What ssh's configuration says beside all this.</summary>
    public SshConfig Config => config;

    public KnownHosts ReadKnownHosts()
    {
        try
        {
            return KnownHosts.Read(KnownHostsFiles);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"The keys of known hosts cannot be read: {e.Message}", null, e);
        }
    }
}
