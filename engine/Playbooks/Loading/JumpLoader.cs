using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading;

/// <summary>Finds the hosts on the way to others that `ssh: { jump: … }` names: hosts of the inventory with all their settings, or what `ssh NAME` would reach.</summary>
internal sealed class JumpLoader(IReadOnlyList<Host> hosts, ProblemList problems)
{
    /// <summary>Each is a connection inside another.</summary>
    private const int Most = 16;

    private readonly Dictionary<string, Host> byName = hosts.Where(h => h.Ssh.Jump is not null).ToDictionary(h => h.Name);
    private readonly Dictionary<string, Host> done = hosts.Where(h => h.Ssh.Jump is null).ToDictionary(h => h.Name);
    private readonly Dictionary<string, Host> others = [];
    private readonly List<string> open = [];
    private readonly HashSet<(Position, string)> told = [];

    /// <summary>A name on the way is what `ssh NAME` would reach, also where the inventory has one.</summary>
    public bool OnlyAsSsh { get; init; }

    public IReadOnlyList<Host> All() => byName.Count == 0 ? hosts : [.. hosts.Select(h => Of(h.Name)!)];

    /// <summary>The host with its way; null: it is not of the inventory, or it is its own way.</summary>
    private Host? Of(string name)
    {
        if (done.TryGetValue(name, out var known)) return known;
        if (!byName.TryGetValue(name, out var host)) return null;
        if (open.Contains(name))
        {
            var ring = open[open.IndexOf(name)..];
            Tell(host, name, $"{name} would be reached through itself: {string.Join(" → ", [.. ring, name])}", $"a host on the way needs a way of its own: {name}: {{ ssh: {{ jump: none }} }}");
            return null;
        }
        open.Add(name);
        var via = host.Ssh.Jump == "none" ? null : Way(host);
        open.Remove(name);
        return done[name] = host with { Via = via };
    }

    private Host? Way(Host host)
    {
        var hops = host.Ssh.Jump!.Split(',');
        if (hops.Length > Most)
        {
            Tell(host, "", $"`jump` names {hops.Length} hosts, and more than {Most} are a mistake");
            return null;
        }
        Host? via = null;
        foreach (var text in hops)
        {
            if ((OnlyAsSsh ? Other(host, text) : Of(text) ?? (byName.ContainsKey(text) ? null : Other(host, text))) is not { } hop) return null;
            if (hop.Local)
            {
                Tell(host, text, $"`{text}` is this machine, and not on the way to another", "leave it out of `jump`");
                return null;
            }
            via = via is null ? hop : hop.Behind(via);
        }
        return via;
    }

    private Host? Other(Host host, string text)
    {
        if (others.TryGetValue(text, out var known)) return known;
        if (text == "none" || SshDestination.Parse(text) is not { } settings)
        {
            Tell(host, text, text == "none" ? "`none` stands alone: straight there" : $"`{text}` is no host to jump through", "a host of the inventory, or [user@]host[:port], several with commas between, nearest first; or `none`");
            return null;
        }
        return others[text] = Host.OnTheWay(text, settings, host.Origins.GetValueOrDefault("ssh: jump")?.At ?? host.At);
    }

    private void Tell(Host host, string what, string message, string? mend = null)
    {
        var at = host.Origins.GetValueOrDefault("ssh: jump")?.At ?? host.At;
        if (told.Add((at, what))) problems.Add(at, message, mend);
    }
}
