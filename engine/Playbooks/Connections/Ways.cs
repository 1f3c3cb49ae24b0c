using Playbooks.Connections.Configuring;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Connections;

/// <summary>How hosts are reached: what inventory and ssh's configuration say of each, and the connections to those on the way.</summary>
internal sealed class Ways(SshConfigs configs, string home, Func<Host, CancellationToken, Task<IConnection>> connections)
{
    private const int Longest = 16;

    /// <exception cref="RefusedException">There is no such way.</exception>
    public async Task<ConnectTarget> To(Host host, CancellationToken cancel)
    {
        var target = await Find(host, cancel);
        var passed = new List<string> { host.Key };
        for (var next = target.Via; next is not null; next = (await Find(next, cancel)).Via)
        {
            // A name on the way that ssh's configuration sends back to where it comes from.
            if (passed.Contains(next.Key) || passed.Count > Longest)
                throw new RefusedException($"{host.Name} would be reached through itself, by ssh's configuration: {string.Join(" → ", [.. passed.Select(Shown), Shown(next.Key)])}.",
                    $"Say `Host {next.Name}` with `ProxyJump none` there, before the other lines.");
            passed.Add(next.Key);
        }
        return target;
    }

    /// <summary>The connection to the host before it; null: it is reached straight.</summary>
    /// <exception cref="RefusedException">It is refused.</exception>
    /// <exception cref="HostUnreachableException">It cannot be had.</exception>
    public async Task<SshConnection?> Before(ConnectTarget target, CancellationToken cancel)
    {
        if (target.Via is not { } via) return null;
        try
        {
            // No limit of the target's: that host has its own, which stops while the user is asked for a passphrase.
            return (SshConnection)await connections(via, cancel);
        }
        catch (HostUnreachableException e)
        {
            var message = $"{target.Name} is reached through {via.Name}. {e.Message}";
            throw e.InnerException is RefusedException ? new RefusedException(message, e.Mend, e) : new HostUnreachableException(message, e.Mend, e);
        }
    }

    private async Task<ConnectTarget> Find(Host host, CancellationToken cancel)
    {
        var target = new ConnectTarget(host, await configs.For(host, cancel), home);
        if (target.Config.ProxyCommand is { } command && host.Ssh.Jump is null)
            throw new RefusedException($"ssh's configuration reaches {host.Name} by a program, ProxyCommand {DisplayText.Safe(command)}, which is not run here.",
                "Where it is `ssh -W %h:%p HOST`, say `ProxyJump HOST` instead; or name the way in the inventory, ssh: { jump: HOST }, or `jump: none`.");
        return target;
    }

    private static string Shown(string key) => key.Split(',')[^1] is var last && last.StartsWith("ssh ", StringComparison.Ordinal) ? last[4..] : last;
}
