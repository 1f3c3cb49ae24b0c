using Playbooks.Connections.Configuring;
using Playbooks.Connections.Verifying;
using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>Where a host's SSH server is and how one logs in there: what the inventory says, then ssh's configuration, then ssh's own defaults.</summary>
internal sealed class ConnectTarget(Host host, SshConfig config, string home)
{
    private static readonly string[] UsualKeys = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"];

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

    /// <summary>What known_hosts calls it.</summary>
    public string KnownName => config.HostKeyAlias?.ToLowerInvariant() ?? KnownHosts.NameOf(Address, Port);

    /// <summary>The name without the port, whose keys hold for its other ports too; null where there is none such.</summary>
    public string? BareName => config.HostKeyAlias is null && Port != 22 ? Address.ToLowerInvariant() : null;

    /// <summary>The name that a certificate must be for.</summary>
    public string Principal => config.HostKeyAlias?.ToLowerInvariant() ?? Address.ToLowerInvariant();

    /// <summary>The user's own come first: a new key is noted in the first.</summary>
    public IReadOnlyList<string> KnownHostsFiles => [.. UserKnownHostsFiles.Concat(GlobalKnownHostsFiles).Where(IsFile).Select(Path.GetFullPath)];

    private IReadOnlyList<string> UserKnownHostsFiles => _ssh.KnownHosts is { } named ? [named]
        : config.UserKnownHostsFiles.Count > 0 ? config.UserKnownHostsFiles
        : [Path.Combine(home, ".ssh", "known_hosts"), Path.Combine(home, ".ssh", "known_hosts2")];

    private IReadOnlyList<string> GlobalKnownHostsFiles => _ssh.KnownHosts is not null ? []
        : config.GlobalKnownHostsFiles.Count > 0 ? config.GlobalKnownHostsFiles
        : ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];

    /// <summary>Where a new key is noted; null: nowhere, the next run sees it for the first time again.</summary>
    public string? NotedIn => KnownHostsFiles is [var file, ..] && IsFile(UserKnownHostsFiles[0]) && file != "/dev/null" ? file : null;

    /// <summary>The keys in the inventory that alone count; empty: known_hosts does.</summary>
    public IReadOnlyList<HostKeyPin> Pins => _ssh.HostKey is { } keys and not HostKeyPin.AcceptNew ? HostKeyPin.All(keys) : [];

    /// <summary>
    /// Whether a key of a host that has none yet is accepted and noted. ssh's `no` and `off` would also take a changed key: that is never done
    /// here, they mean no more than `accept-new`.
    /// </summary>
    public bool AcceptsNew => _ssh.HostKey == HostKeyPin.AcceptNew || (_ssh.HostKey is null && config.StrictHostKeyChecking is "accept-new" or "no" or "off" or "false");

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

    /// <summary>ssh's word for no file.</summary>
    private static bool IsFile(string path) => path != "none";

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
