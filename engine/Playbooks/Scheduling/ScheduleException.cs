namespace Playbooks.Scheduling;

/// <summary>A schedule cannot be written, read or taken away. The message says why, the mend what to do about it.</summary>
public sealed class ScheduleException(string message, string? mend = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Mend { get; } = mend;
}
