using System.Text;
using Playbooks.Connections;
using Playbooks.Problems;

namespace Playbooks.Notifying;

/// <summary>A message that a program of the control machine reads on its standard input.</summary>
internal sealed class CommandNotice(RemoteCommand command, TimeProvider time) : INotice
{
    private const int ShownOfOutput = 120;

    public string To => $"{command.Words![0]} (command)";

    public bool IsUncut => true;

    public async Task<Sent> Send(CancellationToken cancel)
    {
        await using var here = new LocalConnection(time);
        CommandResult result;
        try
        {
            result = await here.Run(command, cancel);
        }
        catch (Exception e) when (e is ArgumentException or HostUnreachableException)
        {
            return new Sent.Never(e.Message);
        }
        cancel.ThrowIfCancellationRequested();
        return result switch
        {
            { End: CommandEnd.Exited, ExitCode: 0 } => new Sent.Done(),
            { End: CommandEnd.Exited, ExitCode: 126 or 127 } => new Sent.Never($"it could not be started{Said(result)}", "is it there, on the PATH of this user?"),
            { End: CommandEnd.Exited } => new Sent.Later($"it ended with {(result.Signal is { } signal ? $"signal {signal}" : $"exit code {result.ExitCode}")}{Said(result)}"),
            _ => new Sent.Never($"how it ended is not known{Said(result)}"),
        };
    }

    private static string Said(CommandResult result) =>
        Encoding.UTF8.GetString(result.Stderr.Span).Trim().Split('\n')[^1].TrimEnd('\r') is { Length: > 0 } line ? $"; it said: {DisplayText.Fit(DisplayText.Safe(line), ShownOfOutput)}" : "";
}
