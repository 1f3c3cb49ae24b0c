namespace Playbooks.Connections;

/// <summary>A host that cannot be reached: nothing was run there. The message is a sentence for the user, with the mend where there is one.</summary>
public sealed class HostUnreachableException(string message, string? mend = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Mend { get; } = mend;

    /// <summary>It could be, but another run changes it.</summary>
    public bool IsLocked { get; init; }
}
