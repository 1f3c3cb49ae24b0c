namespace Playbooks.Connections;

/// <summary>A connection that will not come about by trying again: the host's key, or what we show it, is not accepted.</summary>
internal sealed class RefusedException(string message, string? mend = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Mend { get; } = mend;

    /// <summary>It is the user who was refused; the host is who it should be.</summary>
    public bool IsDenial { get; init; }
}
