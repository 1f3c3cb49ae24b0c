using Playbooks.Model;

namespace Playbooks.Connections;

/// <summary>How connections are made and watched; what a run leaves at its defaults, and tests shorten.</summary>
public sealed record ConnectionOptions
{
    internal const string PassphraseVariable = "PLAY_KEY_PASSPHRASE", VaultVariable = "PLAY_VAULT_PASSWORD";

    /// <summary>Takes from a program's environment what is ours alone: no program has any business with it.</summary>
    internal static void Withhold(System.Diagnostics.ProcessStartInfo start)
    {
        start.Environment.Remove(PassphraseVariable);
        start.Environment.Remove(VaultVariable);
    }

    /// <summary>Asks the user for the passphrase of the key at a path; null from it, or no such way: there is none.</summary>
    public Func<string, CancellationToken, Task<string?>>? AskPassphrase { get; init; }

    /// <summary>Tried first on every key that has a passphrase.</summary>
    public string? KeyPassphrase { get; init; } = Environment.GetEnvironmentVariable(PassphraseVariable);

    /// <summary>The socket of the agent that is asked where ssh's configuration names none; null or empty: none is.</summary>
    public string? AgentSocket { get; init; } = Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");

    /// <summary>What a host is told where no key logs in; null from it: no password is sent.</summary>
    public Func<Host, string?> Password { get; init; } = _ => null;

    /// <summary>What sudo on a host is told where it asks for a password; null from it: it may not ask.</summary>
    public Func<Host, string?> SudoPassword { get; init; } = _ => null;

    /// <summary>Where ~/.ssh is.</summary>
    public string Home { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>How often a host that runs a command is asked for a sign of life.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A sign of life that takes longer is missed; the second missed one means the host is lost.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>How long a host whose link was lost is waited for, where something may be asked of it again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connects under way at one server: sshd drops some from its tenth unauthenticated one on (MaxStartups 10:30:100).</summary>
    public int ConnectsPerServer { get; init; } = 8;

    /// <summary>
    /// Connects under way through one host: its sshd counts neither them nor their channels (MaxStartups and MaxSessions are about
    /// logins and sessions), but each is a connection that it makes.
    /// </summary>
    public int ConnectsThrough { get; init; } = 32;

    /// <summary>Connects under way in all. Many, so that hosts that do not answer do not hold up the others.</summary>
    public int Connects { get; init; } = 64;

    /// <summary>A command that prints more than this on one stream is ended.</summary>
    public long OutputLimit { get; init; } = 1L << 30;

    /// <summary>Where hosts keep the locks of runs that change them: a folder that every user of a host shares.</summary>
    internal string? LockFolder { get; init; }
}
