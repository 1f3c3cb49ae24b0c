using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Runs steps in their order, and when one fails puts back what they did; then `always`.</summary>
internal sealed class BlockRunner
{
    private readonly Recorder recorder;
    private readonly Stop stop;
    private readonly Scopes scopes;
    private readonly Windows windows;
    private readonly Verdict verdict;
    private readonly StepRunner steps;
    private readonly Undo undo;

    public BlockRunner(Plan plan, Recorder recorder, RunTools tools, Stop stop, Scopes scopes, Windows windows, Verdict verdict)
    {
        (this.recorder, this.stop, this.scopes, this.windows, this.verdict) = (recorder, stop, scopes, windows, verdict);
        undo = new Undo(plan, this, recorder, tools, stop);
        steps = new StepRunner(plan, recorder, scopes, windows, new HostRunner(recorder, scopes, new AttemptRunner(plan, recorder, tools, scopes, this), tools.Time), undo);
    }

    /// <summary>True where all went well.</summary>
    public async Task<bool> Run(IReadOnlyList<PlannedStep> sequence, IReadOnlyList<PlannedStep> always, Room room)
    {
        var passed = await Sequence(sequence, room) && !room.Cancel.IsCancellationRequested;
        if (passed) await undo.UnwindDropped(room);
        await recorder.Record(new RunEvent.BlockFinished(room.Block, passed));
        if (!passed) await undo.Unwind(room);
        if (always.Count > 0 && stop.PuttingBack.IsCancellationRequested)
        {
            verdict.Add(ExitCode.NotUndone);
            await recorder.Record(new RunEvent.AlwaysNotRun(room.Block));
            passed = false;
        }
        else if (always.Count > 0)
        {
            var last = room with { Cancel = stop.PuttingBack, PuttingBack = true, Block = room.Block + "/always" };
            var done = await Sequence(always, last) && !last.Cancel.IsCancellationRequested;
            await recorder.Record(new RunEvent.BlockFinished(last.Block, done));
            if (!done) await undo.Unwind(last);
            passed &= done;
        }
        return passed;
    }

    /// <summary>Steps one after the other, until one fails that does not let the rest go on.</summary>
    public async Task<bool> Sequence(IReadOnlyList<PlannedStep> sequence, Room room)
    {
        foreach (var step in sequence)
        {
            if (room.Cancel.IsCancellationRequested) return false;
            var goesOn = step.Step.Work is Block ? await Nested(step, room) : await One(step, room);
            if (!goesOn) return false;
        }
        return true;
    }

    private async Task<bool> One(PlannedStep step, Room room)
    {
        var results = await steps.Run(step, room);
        // Inside an action the call itself is counted, once: its own result says what its steps said.
        if (!room.Inside)
            foreach (var (_, result) in results)
                if (room.PuttingBack && result.IsFailure) verdict.Add(ExitCode.NotUndone);
                else if (!result.Interrupted) verdict.Add(result.Outcome);

        // What puts things back has to be done: not to have been run is no success there.
        if (room.InUndo && results.Any(r => r.Result.Outcome == Outcome.NotRun)) return false;
        var failed = results.Where(r => r.Result.IsFailure).ToList();
        if (failed.Count == 0) return true;
        switch (step.OnFailure)
        {
            case OnFailure.Continue: return true;
            // Who was only told to stop did not fail.
            case OnFailure.Drop when failed.All(f => f.Host.Length > 0 && !f.Result.Interrupted):
                foreach (var (host, _) in failed) await recorder.Record(new RunEvent.HostDropped(host, step.Key));
                await undo.UnwindDropped(room);
                return true;
            default: return false;
        }
    }

    private async Task<bool> Nested(PlannedStep block, Room room)
    {
        await windows.Open(block.Key, room, room.Host);
        await recorder.Record(new RunEvent.StepStarted(room.Frame.Id, block.Key, block.Step.Title, block.Step.Id, [], []));
        var result = new HostResult { Outcome = Outcome.Passed };
        var began = recorder.Elapsed;
        try
        {
            if (block.Step.When is { } when && !Condition.Evaluate(when, scopes.At(room, room.Host))) result = result with { Outcome = Outcome.Skipped };
            else if (!await Run(block.Steps, block.Always, room with { Block = $"{room.Frame.Id}{block.Key}" })) result = result with { Outcome = Outcome.Failed };
        }
        catch (ExpressionException e)
        {
            result = HostResult.NotBegun(e);
            if (room.PuttingBack) verdict.Add(ExitCode.NotUndone);
            else verdict.Add(Outcome.Error);
        }
        result = result with { Duration = recorder.Elapsed - began };
        await recorder.Record(new RunEvent.HostFinished(new Address(room.Frame.Id, block.Key, ""), result));
        await recorder.Record(new RunEvent.StepFinished(room.Frame.Id, block.Key, [("", result.Outcome)], result.Duration));
        return !result.IsFailure || block.OnFailure == OnFailure.Continue;
    }
}
