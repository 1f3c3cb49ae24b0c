using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Runs steps in their order, and when one fails puts back what they did; then `always`.</summary>
internal sealed class BlockRunner
{
    private readonly Plan plan;
    private readonly Recorder recorder;
    private readonly Stop stop;
    private readonly Scopes scopes;
    private readonly Verdict verdict;
    private readonly StepRunner steps;
    private readonly Undo undo;

    public BlockRunner(Plan plan, Recorder recorder, RunTools tools, Stop stop, Scopes scopes, Windows windows, Verdict verdict)
    {
        (this.plan, this.recorder, this.stop, this.scopes, this.verdict) = (plan, recorder, stop, scopes, verdict);
        undo = new Undo(this, recorder, stop, plan.Inventory);
        steps = new StepRunner(plan, recorder, tools, scopes, windows, this, undo);
    }

    /// <summary>True where all went well.</summary>
    public async Task<bool> Run(IReadOnlyList<PlannedStep> sequence, IReadOnlyList<PlannedStep> always, Room room)
    {
        var passed = await Sequence(sequence, room) && !room.Cancel.IsCancellationRequested;
        await recorder.Record(new RunEvent.BlockFinished(room.Block, passed));
        if (!passed) passed &= await undo.Unwind(room);
        if (always.Count > 0 && !stop.PuttingBack.IsCancellationRequested)
        {
            var last = await Sequence(always, room with { Cancel = stop.PuttingBack, PuttingBack = true, Block = room.Block + "/always" });
            await recorder.Record(new RunEvent.BlockFinished(room.Block + "/always", true));
            passed &= last;
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
            foreach (var result in results)
                if (room.PuttingBack && result.Result.Outcome is not (Outcome.Passed or Outcome.Skipped)) verdict.Add(ExitCode.NotUndone);
                else if (!result.Result.Interrupted) verdict.Add(result.Result.Outcome);

        var failed = results.Where(r => r.Result.Outcome is Outcome.Failed or Outcome.Error or Outcome.Unknown or Outcome.Unreachable).ToList();
        if (failed.Count == 0) return true;
        switch (step.OnFailure)
        {
            case OnFailure.Continue: return true;
            case OnFailure.Drop when failed.All(f => f.Host.Length > 0):
                foreach (var (host, _) in failed) await recorder.Record(new RunEvent.HostDropped(host, step.Key));
                return true;
            default: return false;
        }
    }

    private async Task<bool> Nested(PlannedStep block, Room room)
    {
        var title = new PlannedStep { Key = block.Key, Step = block.Step, Hosts = block.Hosts, Runs = block.Runs, Effect = block.Effect };
        await recorder.Record(new RunEvent.StepStarted(room.Frame.Id, title, []));
        var result = new HostResult { Outcome = Outcome.Passed };
        var began = recorder.Elapsed;
        try
        {
            if (block.Step.When is { } when && !Condition.Evaluate(when, scopes.At(room, room.Host))) result = result with { Outcome = Outcome.Skipped };
            else if (!await Run(block.Steps, block.Always, room with { Block = $"{room.Prefix}{block.Key}" })) result = result with { Outcome = Outcome.Failed };
        }
        catch (ExpressionException e)
        {
            result = result with { Outcome = Outcome.Error, Failures = [new Failure(e.At, e.Message, e.Mend)] };
            verdict.Add(Outcome.Error);
        }
        await recorder.Record(new RunEvent.HostFinished(new Address(room.Frame.Id, block.Key, ""), title, result with { Duration = recorder.Elapsed - began }));
        await recorder.Record(new RunEvent.StepFinished(room.Frame.Id, title, [("", result.Outcome)], recorder.Elapsed - began));
        return result.Outcome is Outcome.Passed or Outcome.Skipped || block.OnFailure == OnFailure.Continue;
    }
}
