using Playbooks.Connections;

namespace Playbooks.Steps;

/// <summary>Those who watch a step while it runs. What they are told may be lost: nothing depends on it.</summary>
/// <param name="Printed">Takes a line that a command printed; false: there is no room for it now.</param>
/// <param name="Connecting">The machine is being connected to, or is not any more.</param>
/// <param name="Masker">Hides the secrets of the run.</param>
/// <param name="AllLines">Every line is of interest, not only the last one.</param>
public sealed record Watching(Func<PrintedLine, bool> Printed, Action<bool> Connecting, Masker Masker, bool AllLines)
{
    /// <summary>What takes the command's output as it comes; null where that is not for people.</summary>
    internal OutputLines? Of(RemoteCommand command, TimeProvider time) => command.ShownAs is { } encoding ? new OutputLines(encoding, time, AllLines, Printed, Masker) : null;
}
