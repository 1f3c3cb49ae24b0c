using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Takes the hosts of a block through it some at a time, and starts no further batch when too many have failed.</summary>
internal sealed class BatchRunner(Plan plan, BlockRunner blocks, Recorder recorder, RunTools tools, Stop stop, Scopes scopes)
{
    /// <summary>True where all went well enough to go on.</summary>
    public async Task<bool> Run(PlannedStep block, Batches batches, Room room)
    {
        var scope = scopes.At(room, null);
        var pause = batches.Pause?.Get(scope) ?? TimeSpan.Zero;
        var most = batches.MaxFailed?.Get(scope) ?? 0;
        var made = await Made(block, batches, room, scope);
        for (var number = 1; number <= made.Batches.Count; number++)
        {
            var isBegun = made.Begun >= number;
            // What had begun when the program ended is seen to its end, or put back.
            if (room.Cancel.IsCancellationRequested && !isBegun) return false;
            if (number > 1 && !isBegun)
            {
                if (IsOver(block, made, most)) return false;
                await Task.Delay(HostRunner.Limit(pause), tools.Time, room.Cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (room.Cancel.IsCancellationRequested) return false;
            }
            if (!await One(block, made, number, room)) return false;
        }
        // What comes after the block is not for a group of which too many have failed.
        return !IsOver(block, made, most);
    }

    private bool IsOver(PlannedStep block, BatchesState made, int most)
    {
        if (made.Failed.Count <= most) return false;
        stop.Guard(TooMany(block, made, most));
        return true;
    }

    /// <summary>Which hosts go together, worked out once: a run that goes on goes on with the same.</summary>
    private async Task<BatchesState> Made(PlannedStep block, Batches batches, Room room, Scope scope)
    {
        if (recorder.State.Batches(room.Frame.Id, block.Key) is { } known) return known;
        var hosts = scopes.Hosts(block, room) ?? [];
        var ordered = batches.Order is { } order ? order.Get(scope).Of(hosts, order.At) : hosts;
        var taking = ordered.Where(host => !recorder.State.IsDropped(host.Name)).Select(host => host.Name).ToList();
        await recorder.Record(new RunEvent.BatchesMade(room.Frame.Id, block.Key, Batches.Split(taking, batches.Sizes.Get(scope))));
        return recorder.State.Batches(room.Frame.Id, block.Key)!;
    }

    private async Task<bool> One(PlannedStep block, BatchesState made, int number, Room room)
    {
        if (made.Ended(number) is { } ended)
        {
            room.Verdict.Add(Verdict.Of(ended.Held), goesOn: false);
            return ended.Passed;
        }
        if (made.Begun < number) await recorder.Record(new RunEvent.BatchStarted(room.Frame.Id, block.Key, number, made.Batches.Count, made.Batches[number - 1]));
        IReadOnlyList<Host> hosts = [.. made.Batches[number - 1].Select(name => plan.Inventory.Find(name)!)];
        var frame = room.Frame.Inside(Frame.OfBatch(room.Frame.Id, block.Key, number), block.Steps);
        var verdict = new Verdict();
        var passed = await blocks.Undoable(block.Steps, room with
        {
            Frame = frame,
            Block = $"{room.Block}/{number}",
            Groups = scopes.GroupsWith(hosts),
            Inventory = room.Inventory.With(Batches.Group, hosts, isOpen: false),
            Verdict = verdict,
        });
        await recorder.Record(new RunEvent.BatchFinished(room.Frame.Id, block.Key, number, passed, verdict.Held));
        await recorder.Record(new RunEvent.FrameLeft(frame.Id, new Address(room.Frame.Id, block.Key, "")));
        room.Verdict.Add(verdict, goesOn: false);
        return passed;
    }

    private static string TooMany(PlannedStep block, BatchesState made, int most)
    {
        var failed = made.Failed.Order(StringComparer.Ordinal).ToList();
        var left = made.Batches.Skip(made.Begun).SelectMany(batch => batch).ToList();
        return $"{block.Step.Title}: {Names(failed)} failed, and `max_failed` is {most}{(left.Count == 0 ? "" : $"; not begun: {Names(left)}")}";
    }

    private static string Names(List<string> hosts) => string.Join(", ", hosts.Take(5)) + (hosts.Count > 5 ? $" and {hosts.Count - 5} more" : "");
}
