namespace Playbooks.Connections;

/// <summary>A way to one machine, to run commands there and to connect from there: over SSH, or this one itself.</summary>
public interface IConnection : IAsyncDisposable
{
    /// <summary>
    /// Runs a command to its end. A timeout, a cancellation and a lost link are results, not exceptions: each says whether the
    /// command has surely ended. Where the command surely never started because the host cannot be reached any more:
    /// <see cref="HostUnreachableException"/>.
    /// </summary>
    Task<CommandResult> Run(RemoteCommand command, CancellationToken cancel);

    /// <summary>
    /// Connects to a TCP port as that machine sees it: the name is looked up there too. Where there is no way from it:
    /// <see cref="System.Net.Sockets.SocketException"/>; where it makes none for us: <see cref="RefusedException"/>; where it cannot be
    /// reached itself: <see cref="HostUnreachableException"/>, later on inside an <see cref="IOException"/> of the stream.
    /// </summary>
    Task<Stream> Open(string host, int port, CancellationToken cancel);

    /// <summary>
    /// Makes sure that a command has ended whose end is unknown, over this connection or one that is lost. Null: surely; else why
    /// not, as the end of a sentence.
    /// </summary>
    Task<string?> End(ProcessIdentity process);

    /// <summary>Looks whether a command still runs whose end is unknown, over this connection or one that is lost; ends nothing. A sentence for the user.</summary>
    Task<string> Fate(ProcessIdentity process);

    /// <summary>Runs a script of ours beside the commands, which may be run twice, and gives what it printed; null where that could not be had in time.</summary>
    Task<string?> Ask(string script, TimeSpan limit);
}
