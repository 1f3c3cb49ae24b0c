using Playbooks.Problems;

namespace Playbooks.Model;

/// <summary>A machine of the inventory: how it is reached, and its variables.</summary>
public sealed record Host
{
    public required string Name { get; init; }

    /// <summary>What people see; the name unless said.</summary>
    public required string Label { get; init; }

    public required SshSettings Ssh { get; init; }

    /// <summary>Runs on the control machine, without SSH.</summary>
    public bool Local { get; init; }

    /// <summary>The names of all groups it is in, directly or through children, in inventory order.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>In a value of Ansible's, a <see cref="Secret"/> stands for what a run reads, and an <see cref="Templating.Absent"/> for what cannot be used.</summary>
    public required IReadOnlyDictionary<string, object?> Variables { get; init; }

    /// <summary>The variables in whose values secrets stand.</summary>
    public IReadOnlySet<string> Hidden { get; init; } = new HashSet<string>();

    /// <summary>Why it cannot be reached as its inventory says: problems of the steps that would.</summary>
    public IReadOnlyList<Problem> Obstacles { get; init; } = [];

    /// <summary>Where each variable comes from, and each setting of how it is reached, under `ssh: ` and its word.</summary>
    public IReadOnlyDictionary<string, Origin> Origins { get; init; } = new Dictionary<string, Origin>();

    public required Position At { get; init; }

    /// <summary>Knows the address of a host by ssh's configuration; null: there is none to ask.</summary>
    public Func<Host, string>? AddressOf { get; init; }

    /// <summary>The host part of how it is reached: what a URL of it would hold.</summary>
    public string Address => Local ? "127.0.0.1" : AddressOf?.Invoke(this) ?? Ssh.HostName ?? Name;

    /// <summary>The host through which it is reached, itself perhaps through another; null: straight, unless ssh's configuration names one.</summary>
    public Host? Via { get; init; }

    /// <summary>Of a host that is only on the way to others, or reached beside its own connection: what tells it from all others, also from one of the inventory that has its name.</summary>
    public string? Way { get; init; }

    /// <summary>What tells its connection from all others.</summary>
    public string Key => Way ?? Name;

    /// <summary>It, and those through which it is reached.</summary>
    public IEnumerable<Host> WithWay
    {
        get
        {
            for (var host = this; host is not null; host = host.Via) yield return host;
        }
    }

    /// <summary>The same host, reached through another, whatever its own way is.</summary>
    public Host Behind(Host via) => this with { Via = via, Way = $"{via.Key},{Key}", Ssh = Ssh with { Jump = via.Name } };

    /// <summary>The same host, over a connection of its own.</summary>
    /// <param name="what">What that is for.</param>
    public Host Beside(string what) => this with { Way = $"{Key} for {what}" };

    /// <summary>A host that is not of the inventory, such as `ssh TEXT` would reach.</summary>
    internal static Host OnTheWay(string text, SshSettings settings, Position at) => new()
    {
        Name = settings.HostName!,
        Label = text,
        Way = $"ssh {text}",
        Ssh = settings with { HostName = null },
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = at,
    };

    /// <summary>The control machine itself, as the pattern `localhost` names it.</summary>
    public static Host Control { get; } = new()
    {
        Name = "localhost",
        Label = "localhost",
        Ssh = new SshSettings(),
        Local = true,
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Position.In("localhost"),
    };
}

/// <summary>Where something that is known of a host was written: for itself, for a group that it is in, or for the whole file.</summary>
public sealed record Origin(Position At, string? Group = null);
