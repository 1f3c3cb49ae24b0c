using Playbooks.Model;

namespace Playbooks.Connections.Locks;

/// <summary>Whether a host may be changed.</summary>
public enum LockState
{
    /// <summary>It is ours.</summary>
    Taken,

    /// <summary>Another run changes it.</summary>
    Held,

    /// <summary>No lock can be made there: nobody will be kept from it.</summary>
    Missing,

    /// <summary>It cannot be reached now; its lock is taken when it is.</summary>
    Unreachable,
}

/// <summary>What came of wanting to be the only run that changes a host.</summary>
public sealed record HostLock(Host Host, LockState State)
{
    /// <summary>Who has it.</summary>
    public LockHolder? Holder { get; init; }

    /// <summary>The process on the host that its holder's connection ends in, while which lives the lock is held.</summary>
    public int? Process { get; init; }

    /// <summary>Sentences for the user: a lock that nobody held any more, or why there is none.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why it was refused, as a sentence.</summary>
    public string Message => $"{Host.Label} is being changed by {Holder?.ToString() ?? "another run"}.";

    /// <summary>What to do then.</summary>
    public string Mend => $"Wait until that has ended. Where it is gone for good, as when its machine lost power, end its connection on {Host.Label}: kill {Process}";
}
