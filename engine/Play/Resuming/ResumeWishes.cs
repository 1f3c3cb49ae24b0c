using Playbooks.Running;

namespace Play.Resuming;

/// <summary>What the command line says of a run that goes on.</summary>
internal sealed record ResumeWishes
{
    /// <summary>Only what is owed is put back; null: that is not said.</summary>
    public bool? PutsBack { get; init; }

    public bool AcceptsChanges { get; init; }

    /// <summary>Of steps whose end is unknown on a host, by `STEP@HOST`.</summary>
    public IReadOnlyList<(Decision Decision, string Name)> Said { get; init; } = [];

    /// <summary>Params that hold secrets, which were not kept.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Nobody is told at its end.</summary>
    public bool NoNotify { get; init; }

    public required RunWishes Run { get; init; }
}
