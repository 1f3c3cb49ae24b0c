using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>Where a host's SSH server is and how one logs in there: what the inventory says, then ssh's configuration, then ssh's own defaults.</summary>
internal sealed class ConnectTarget(Host host, SshConfig config, string home)
{
    private readonly SshSettings _ssh = host.Ssh;

    public Host Host => host;

    public string Name => host.Name;

    /// <summary>The configuration was asked for the inventory's name of it, as `ssh NAME` asks.</summary>
    public string Address => config.HostName ?? _ssh.HostName ?? host.Name;

    public int Port => _ssh.Port ?? config.Port ?? 22;

    public string User => _ssh.User ?? config.User ?? Environment.UserName;

    public TimeSpan Timeout => _ssh.Timeout ?? config.ConnectTimeout ?? TimeSpan.FromSeconds(30);

    public string Server => Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{Port}" : $"{Address}:{Port}";

    /// <summary>The host through which it is reached; null: none.</summary>
    public Host? Via { get; } = host.Ssh.Jump is not null ? host.Via : config.ProxyJump is null or "none" ? null : Jumps(config.ProxyJump);

    /// <summary>How messages call it: the inventory's name first, the address where that says more.</summary>
    public string Label => (Name == Address && Port == 22, Via) switch
    {
        (true, null) => Name,
        (true, { } via) => $"{Name} (through {via.Name})",
        (false, null) => $"{Name} ({Server})",
        (false, { } via) => $"{Name} ({Server}, through {via.Name})",
    };

    /// <summary>The user's first: a new key is noted in the first.</summary>
    public IReadOnlyList<string> KnownHostsFiles => _ssh.KnownHosts is { } named
        ? [named]
        :
        [
            .. config.UserKnownHostsFiles.Count > 0 ? config.UserKnownHostsFiles : [Path.Combine(home, ".ssh", "known_hosts"), Path.Combine(home, ".ssh", "known_hosts2")],
            .. config.GlobalKnownHostsFiles.Count > 0 ? config.GlobalKnownHostsFiles : ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
        ];

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

    /// <summary>Those of a ProxyJump: as ssh would reach them, whatever the inventory has under their names.</summary>
    private static Host Jumps(string text)
    {
        Host? via = null;
        foreach (var one in text.Split(','))
        {
            var hop = Host.OnTheWay(one, SshDestination.Parse(one) ?? throw new RefusedException($"ssh's configuration jumps through `{one}`, which is no [user@]host[:port]."), Problems.Position.In("ProxyJump"));
            via = via is null ? hop : hop.Behind(via);
        }
        return via!;
    }
}
