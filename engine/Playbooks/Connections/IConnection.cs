namespace Playbooks.Connections;

/// <summary>A way to run commands on one machine: over SSH, or on this one.</summary>
public interface IConnection : IAsyncDisposable
{
    /// <summary>
    /// Runs a command to its end. A timeout, a cancellation and a lost link are results, not exceptions: each says whether the
    /// command has surely ended. Where the command surely never started because the host cannot be reached any more:
    /// <see cref="HostUnreachableException"/>.
    /// </summary>
    Task<CommandResult> Run(RemoteCommand command, CancellationToken cancel);

    /// <summary>
    /// Makes sure that a command has ended whose end is unknown, over this connection or one that is lost. Null: surely; else why
    /// not, as the end of a sentence.
    /// </summary>
    Task<string?> End(ProcessIdentity process);
}
