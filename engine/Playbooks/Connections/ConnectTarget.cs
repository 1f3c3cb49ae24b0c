using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>Where a host's SSH server is and who logs in there: its settings with the defaults filled in.</summary>
internal sealed class ConnectTarget(Host host, string home)
{
    private readonly SshSettings _ssh = host.Ssh;

    public string Name => host.Name;

    public string Address => host.Address;

    public int Port => _ssh.Port ?? 22;

    public string User => _ssh.User ?? Environment.UserName;

    public TimeSpan Timeout => _ssh.Timeout ?? TimeSpan.FromSeconds(30);

    public string Server => $"{Address}:{Port}";

    /// <summary>How messages call it: the inventory's name first, the address where that says more.</summary>
    public string Label => Name == Address && Port == 22 ? Name : $"{Name} ({Server})";

    public KnownHosts ReadKnownHosts()
    {
        string[] files = _ssh.KnownHosts is { } named ? [named] : [Path.Combine(home, ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"];
        try
        {
            return KnownHosts.Read(files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"The keys of known hosts cannot be read: {e.Message}", null, e);
        }
    }
}
