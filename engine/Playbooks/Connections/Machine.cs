using System.Text;

namespace Playbooks.Connections;

/// <summary>What seeing a command to its end needs of the machine that it runs on.</summary>
internal sealed class Machine(string name, TimeProvider clock, long outputLimit, Task lost, Func<RemoteCommand, TimeSpan, Task<string?>> ask)
{
    /// <summary>Every command has a login of its own, whose process group can be ended; here it could be the one that we are in.</summary>
    public bool HasLogins { get; init; }

    /// <summary>For messages.</summary>
    public string Name => name;

    public TimeProvider Clock => clock;

    /// <summary>Bytes of one stream after which a command is ended: nobody reads them, and they cost both sides dearly.</summary>
    public long OutputLimit => outputLimit;

    /// <summary>Completes when the machine is out of reach.</summary>
    public Task Lost => lost;

    /// <summary>Runs a script beside the command and gives what it printed; null where that could not be had in time. The password stands in its input, for a sudo in it.</summary>
    public Task<string?> Ask(string script, TimeSpan limit, SudoPassword? password = null) =>
        ask(new RemoteCommand { Script = script, Stdin = password is null ? default : Encoding.UTF8.GetBytes(password.Value + "\n") }, limit);

    public HostUnreachableException NotStarted(ReadOnlySpan<byte> stdout, ReadOnlySpan<byte> stderr, int? exitCode)
    {
        var said = Encoding.UTF8.GetString(stderr.Length > 0 ? stderr : stdout).Trim();
        if (said.Length > 200) said = said[..200] + "…";
        var code = exitCode is { } number ? $" (exit code {number})" : "";
        return new HostUnreachableException(
            $"{name}: the login ended{code} before it began the command{(said.Length > 0 ? $"; it said: {said}" : "")}.",
            "Look at the login shell and rc files of that user: a command given to ssh must reach /bin/sh.");
    }
}
