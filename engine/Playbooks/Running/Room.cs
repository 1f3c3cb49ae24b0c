using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Where a sequence of steps runs: in which room of names, for which host, owing its undos to which block, ended by which token.</summary>
internal sealed record Room
{
    public required Frame Frame { get; init; }

    /// <summary>The block that undos are owed to, unique in the run.</summary>
    public required string Block { get; init; }

    /// <summary>The hosts and groups there are; in a batch its hosts are one.</summary>
    public required Inventory Inventory { get; init; }

    /// <summary>In a batch: the groups as expressions see them, its hosts among them.</summary>
    public IMembers? Groups { get; init; }

    /// <summary>The host of the action or the undo around; null at the playbook's own level, or where that is about no host.</summary>
    public Host? Host { get; init; }

    /// <summary>Inside an action or an undo: steps are about the host around them, and are counted with what is around them.</summary>
    public bool Inside { get; init; }

    /// <summary>Inside an action that has an undo: what may change something leaves receipts.</summary>
    public bool OwesUndo { get; init; }

    /// <summary>Inside an undo: nothing is owed for what is done here, and a host that was dropped is put back all the same.</summary>
    public bool InUndo { get; init; }

    /// <summary>In an action's own undo: the room of the call that it puts back, whose captures and ids it sees.</summary>
    public Frame? Undoes { get; init; }

    /// <summary>Undo or `always`: what fails here has exit code 6.</summary>
    public bool PuttingBack { get; init; }

    /// <summary>Takes the failures that make the block fail; those that let it go on count at once.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Samples of a probe: nobody watches what they do.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Steps beside these may still be running: a host that is dropped is put back when all have ended.</summary>
    public bool SideBySide { get; init; }

    /// <summary>Inside a `rescue`: where the keys of its steps begin, whose own failures are not what it was called for.</summary>
    public string? Rescuing { get; init; }

    /// <summary>The names of the loop around.</summary>
    public Scope Loop { get; init; } = Scope.Empty;

    /// <summary>What is left of the `within` of the item that runs; null: it has none.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>What kinds keep between the attempts of the item that runs.</summary>
    public AttemptMemory Memory { get; init; } = new();

    /// <summary>The number of the event that began the attempt that runs, and whether its commands leave receipts.</summary>
    public long Number { get; init; }

    public Receipts Receipts { get; init; }

    public required CancellationToken Cancel { get; init; }

    /// <summary>Why steps here were ended, where it was not the run that was stopped: the time of a block around them was up.</summary>
    public Func<string?> Ended { get; init; } = () => null;
}
