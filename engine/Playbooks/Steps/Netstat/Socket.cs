using Playbooks.Templating;

namespace Playbooks.Steps.Netstat;

/// <summary>A socket of a machine, in the words of netstat whichever program showed it.</summary>
internal sealed record Socket(string Protocol, Address Local, int? LocalPort, Address Remote, int? RemotePort, string State, IReadOnlyList<Owner> Owners)
{
    /// <summary>The state of a UDP socket that is bound and talks to nobody in particular.</summary>
    public const string Unconnected = "UNCONN";

    /// <summary>ss says UNCONN also of a TCP socket that is bound and does not listen.</summary>
    public bool Listens => Protocol == "udp" ? State == Unconnected && RemotePort is null : State == "LISTEN";

    public bool Connected => State == "ESTABLISHED";

    public DataMap ToMap() => new(new Dictionary<string, object?>
    {
        ["protocol"] = Protocol,
        ["local_address"] = Local.ToString(),
        ["local_port"] = (long?)LocalPort,
        ["remote_address"] = RemotePort is null && Remote.IsWildcard ? null : Remote.ToString(),
        ["remote_port"] = (long?)RemotePort,
        ["state"] = State,
        ["process"] = Owners.Count > 0 ? Owners[0].Name : null,
        ["pid"] = Owners.Count > 0 ? (long)Owners[0].Pid : null,
    });
}

/// <summary>A process that holds a socket; both programs cut its name.</summary>
internal sealed record Owner(string Name, int Pid, bool Cut)
{
    /// <summary>Whether it is that program, as far as its name can be seen: `sshd` is also `sshd: /usr/sbin/sshd -D`, its title.</summary>
    public bool Is(string process) =>
        Surely(process)
        || Cut && process.StartsWith(Name.TrimEnd('\ufffd'), StringComparison.Ordinal);

    /// <summary>Whether it is that program, and its whole name is seen.</summary>
    public bool Surely(string process) =>
        Name == process
        || Name.Length > process.Length && Name[process.Length] == ':' && Name.StartsWith(process, StringComparison.Ordinal);

    public override string ToString() => $"{Name} (pid {Pid})";
}
