namespace Playbooks.Connections;

/// <summary>Much input for a command: it is written when it is sent, so that it need not be in memory, and not once for each host.</summary>
/// <param name="WriteTo">
/// Writes it, anew each time. An <see cref="IOException"/> ends the input there: the command must know by itself when it has come as a whole.
/// </param>
public sealed record LargeInput(Action<Stream> WriteTo);
