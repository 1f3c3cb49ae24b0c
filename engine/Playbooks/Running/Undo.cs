using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Puts back what steps did: on the hosts where they had started, once for each item begun, in reverse order of start.</summary>
internal sealed class Undo(BlockRunner blocks, Recorder recorder, Stop stop, Inventory inventory)
{
    /// <summary>Everything a block owes. One undo that fails does not stop the others. True where nothing is left to be put back.</summary>
    public async Task<bool> Unwind(Room room)
    {
        var all = true;
        foreach (var step in recorder.State.Owed(room.Block).GroupBy(o => o.At.Step).ToList())
            all &= await PutBack([.. step], room);
        return all;
    }

    /// <summary>The undos of one step, its hosts side by side.</summary>
    public async Task<bool> PutBack(IReadOnlyList<OwedUndo> owed, Room room)
    {
        var hosts = owed.GroupBy(o => o.At.Host).Select(async host =>
        {
            var passed = true;
            foreach (var one in host) passed &= await One(one, room);
            return passed;
        });
        return (await Task.WhenAll(hosts)).All(passed => passed);
    }

    private async Task<bool> One(OwedUndo owed, Room room)
    {
        if (stop.PuttingBack.IsCancellationRequested) return false;
        if (recorder.State.IsUnknown(owed.At))
        {
            await recorder.Record(new RunEvent.UndoFinished(owed, false, "how the step ended there is unknown, and an undo beside a step that may still be running would be a guess"));
            return false;
        }
        await recorder.Record(new RunEvent.UndoStarted(owed), durable: true);
        var loop = owed.Step.Step.Loop is { } l ? Scope.Empty.With(l.As, owed.Item).With("index", (long)owed.At.Item) : Scope.Empty;
        var passed = await blocks.Sequence(owed.Step.Undo, room with
        {
            Host = owed.At.Host.Length == 0 ? null : inventory.Find(owed.At.Host),
            Inside = true,
            Loop = loop.Over(room.Loop),
            Cancel = stop.PuttingBack,
            PuttingBack = true,
            Block = $"undo of {owed.At}",
            Prefix = $"undo#{owed.At.Item} ",
        });
        await recorder.Record(new RunEvent.UndoFinished(owed, passed, passed ? null : "its undo did not pass"), durable: true);
        return passed;
    }
}
