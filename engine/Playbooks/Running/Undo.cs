using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Puts back what steps did: on the hosts where they had started, once for each item begun, in reverse order of start.</summary>
internal sealed class Undo(Plan plan, BlockRunner blocks, Recorder recorder, RunTools tools, Stop stop)
{
    private const int MostOfReason = 200;

    private readonly SemaphoreSlim forks = new(plan.Forks);

    /// <summary>The frame of a step's undo when it runs for that time.</summary>
    public static string FrameId(Address at, int tries) => $"undo {tries} of {at}/";

    /// <summary>Everything a block owes, and whether all of it passed. One undo that fails does not stop the others.</summary>
    public Task<bool> Unwind(Room room) => Unwind(recorder.State.Owed(room.Block), room);

    /// <summary>What a block owes to hosts that were dropped: for them it did not end well, whatever becomes of the others.</summary>
    public Task<bool> UnwindDropped(Room room) => Unwind(recorder.State.Owed(room.Block).Where(o => recorder.State.IsDropped(o.At.Host)), room);

    private async Task<bool> Unwind(IEnumerable<OwedUndo> owed, Room room)
    {
        var passed = true;
        foreach (var step in owed.GroupBy(o => o.At.Step).ToList()) passed &= (await PutBack([.. step], room)).All(host => host.Passed);
        return passed;
    }

    /// <summary>The undos of one step, its hosts side by side, and whether all of a host's passed.</summary>
    public async Task<IReadOnlyList<(string Host, bool Passed)>> PutBack(IReadOnlyList<OwedUndo> owed, Room room, bool asked = false)
    {
        var hosts = owed.GroupBy(o => o.At.Host).Select(async host =>
        {
            await forks.WaitAsync(CancellationToken.None);
            try
            {
                var passed = true;
                foreach (var one in host) passed &= await One(one, room, asked);
                return (host.Key, passed);
            }
            finally
            {
                forks.Release();
            }
        });
        return await Task.WhenAll(hosts);
    }

    private async Task<bool> One(OwedUndo owed, Room room, bool asked)
    {
        // Still owed, and so listed at the end.
        if (stop.PuttingBack.IsCancellationRequested) return false;
        // One that had begun when the program ended goes on in its own room.
        var goesOn = recorder.State.GoesOn(owed);
        if (!goesOn && owed.IsUnknown && await tools.Connections.End(RunState.AttemptsOf(owed.At), stop.PuttingBack) is { Why: { } why })
        {
            await recorder.Record(new RunEvent.UndoFinished(owed, false, $"how the step ended there is unknown, and an undo beside a step that may still be running would be a guess: {why}"));
            return false;
        }
        if (!goesOn) await recorder.Record(new RunEvent.UndoStarted(owed), durable: true);
        var step = plan.Find(owed.At.Step);
        var loop = step.Step.Loop is { } l ? Scope.Empty.With(l.As, owed.Item).With("index", (long)owed.At.Item) : Scope.Empty;
        var frame = room.Frame.Inside(FrameId(owed.At, recorder.State.UndoTries(owed.At)), step.Undo);
        var isOfAction = step.Undo is [{ Action: not null } call] && call.Key == step.Key.OfUndo;
        var passed = await blocks.Sequence(step.Undo, room with
        {
            Frame = frame,
            Undoes = isOfAction && recorder.State.LeftToUndo(owed.At) is { } left ? Frame.Of(left, Scope.Empty, step.Steps) : null,
            Host = owed.At.Host.Length == 0 ? null : plan.Inventory.Find(owed.At.Host),
            Inside = true,
            InUndo = true,
            Verdict = new Verdict(),
            Loop = loop.With(owed.Captured).Over(room.Loop),
            Cancel = stop.PuttingBack,
            PuttingBack = true,
            Block = frame.Id,
        });
        var inside = recorder.State.Frame(frame.Id);
        await recorder.Record(new RunEvent.UndoFinished(owed, passed, passed ? null : Reason(inside.FirstFailure), asked, passed && inside.LastPassed is null), durable: true);
        await recorder.Record(new RunEvent.FrameLeft(frame.Id, null));
        return passed;
    }

    /// <summary>In one line: of a command what it said last, which often says why.</summary>
    private static string Reason((string Step, HostResult Result)? failure)
    {
        if (failure is not var (step, result)) return "its undo did not pass";
        var said = (result.Fields.TryGetValue("stderr", out var stderr) ? stderr as string : null)?.TrimEnd().Split('\n')[^1].Trim() ?? "";
        var ended = result.Fields.TryGetValue("exit_code", out var code) && code is long and not 0 ? $" ended with exit code {code}" : "";
        return $"\"{step}\"{ended}{((ended, said) is ({ Length: > 0 }, "") ? "" : $": {Look.Cut(ended.Length > 0 ? said : (result.Error ?? Words.Of(result.Outcome)).Split('\n')[0], MostOfReason)}")}";
    }
}
