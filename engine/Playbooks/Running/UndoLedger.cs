using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>What a run owes, what it is putting back, what it has put back, and what it could not: a part of <see cref="RunState"/>, under its lock.</summary>
internal sealed class UndoLedger
{
    private readonly Dictionary<string, Dictionary<Address, (long Order, OwedUndo Undo)>> owed = [];
    private readonly Dictionary<Address, OwedUndo> underway = [];
    private readonly List<OwedUndo> failed = [];
    private readonly Dictionary<Address, int> tries = [];
    private readonly HashSet<Address> goingOn = [];
    private readonly HashSet<Address> undone = [];

    /// <summary>The undos that a block owes, last started first.</summary>
    public IReadOnlyList<OwedUndo> Owed(string block) => owed.TryGetValue(block, out var undos) ? LastFirst(undos.Values) : [];

    public bool IsOwed(string block, Address at) => owed.TryGetValue(block, out var undos) && undos.ContainsKey(at);

    /// <summary>See <see cref="RunState.NotUndone"/>.</summary>
    public IReadOnlyList<OwedUndo> NotUndone => [.. failed, .. underway.Values, .. LastFirst(owed.Values.SelectMany(block => block.Values))];

    /// <summary>Put back because something failed.</summary>
    public IReadOnlySet<Address> Undone => undone;

    public bool AnyFailed => failed.Count > 0;

    public bool HasFailed(Address at) => failed.Exists(undo => undo.At == at);

    /// <summary>How often it has begun.</summary>
    public int Tries(Address at) => tries.GetValueOrDefault(at);

    /// <summary>It had begun when the program ended.</summary>
    public bool GoesOn(Address at) => goingOn.Contains(at);

    public void Owe(RunEvent.HostStarted started, string title)
    {
        var at = started.At with { Attempt = 1 };
        // What runs once more after its program had ended was begun when it was begun.
        OfBlock(started.Block).TryAdd(at, (started.Sequence, new OwedUndo(started.Block, at, title, started.Item)));
    }

    /// <summary>What is to be put back has ended.</summary>
    public void Learn(string block, Address at, HostResult result)
    {
        if (!owed.TryGetValue(block, out var undos) || !undos.TryGetValue(at, out var entry)) return;
        if (!result.Began) undos.Remove(at);
        else undos[at] = entry with { Undo = entry.Undo with { IsUnknown = result.Outcome == Outcome.Unknown, Captured = result.Captured } };
    }

    /// <summary>A block that passed owes nothing any more; gives what it owed.</summary>
    public IReadOnlyCollection<Address> Forget(string block) => owed.Remove(block, out var undos) ? undos.Keys : [];

    public void Begin(OwedUndo undo)
    {
        tries[undo.At] = Tries(undo.At) + 1;
        Settle(undo);
        underway[undo.At] = undo;
    }

    public void Finish(RunEvent.UndoFinished undo)
    {
        Settle(undo.Owed);
        underway.Remove(undo.Owed.At);
        goingOn.Remove(undo.Owed.At);
        if (!undo.Passed) failed.Add(undo.Owed with { Why = undo.Reason });
        else if (!undo.Asked) undone.Add(undo.Owed.At);
    }

    /// <summary>Whatever is owed is owed still: what had begun goes on, what failed is tried again.</summary>
    public void Resume()
    {
        // One that had begun was the next in its order, and one that failed comes first, too.
        foreach (var undo in underway.Values)
        {
            OfBlock(undo.Block)[undo.At] = (long.MaxValue, undo);
            goingOn.Add(undo.At);
        }
        foreach (var undo in failed) OfBlock(undo.Block)[undo.At] = (long.MaxValue - 1, undo with { Why = null });
        underway.Clear();
        failed.Clear();
    }

    /// <summary>Nothing is owed any more.</summary>
    public void PutBackByHand()
    {
        owed.Clear();
        underway.Clear();
        failed.Clear();
    }

    /// <summary>The step, or what stands inside it, runs again: it is put back no more.</summary>
    public void Again(string frame, StepKey step) =>
        undone.RemoveWhere(at => at.Frame == frame && (at.Step == step || at.Step.Path.StartsWith(step.Path + "/", StringComparison.Ordinal)));

    private Dictionary<Address, (long Order, OwedUndo Undo)> OfBlock(string block) => owed.TryGetValue(block, out var undos) ? undos : owed[block] = [];

    /// <summary>It is not owed any more: it runs, or has run.</summary>
    private void Settle(OwedUndo undo)
    {
        if (owed.TryGetValue(undo.Block, out var undos)) undos.Remove(undo.At);
    }

    private static List<OwedUndo> LastFirst(IEnumerable<(long Order, OwedUndo Undo)> undos) => [.. undos.OrderByDescending(o => o.Order).Select(o => o.Undo)];
}
