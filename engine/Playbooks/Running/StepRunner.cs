using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Runs one step on all its hosts, side by side, and gathers what came of it. Whatever happens becomes a result, so that what was done can be put back.</summary>
internal sealed class StepRunner(Plan plan, Recorder recorder, Scopes scopes, Windows windows, HostRunner onHost, Undo undo)
{
    private readonly SemaphoreSlim forks = new(plan.Forks);

    public async Task<IReadOnlyList<(string Host, HostResult Result)>> Run(PlannedStep step, Room room)
    {
        var began = recorder.Elapsed;
        // Of a run that goes on: what has ended is as it was, and what has begun is about the same hosts.
        var before = recorder.State.Frame(room.Frame.Id).Begun(step.Key);
        if (before is { HasEnded: true }) return [.. before.Results.Select(r => (r.Key, r.Value))];
        IReadOnlyList<(string Host, HostResult Result)> results;
        try
        {
            if (before is null || BeginsAnew(before)) await windows.Open(step.Key, room, room.Host, but: before?.Results);
            results = step.Step.Work is PutBack ? await PutBack(step, room, before) : await OnHosts(step, room, before);
        }
        catch (Exception e) when (e is not LogFailedException)
        {
            // Whatever is thrown is a result: nothing may keep an undo from running.
            results = [("", e is ExpressionException known ? HostResult.NotBegun(known) : HostResult.Defect(step.Step.At, e))];
            if (before is null) await Start(step, room, []);
            await Finish(step, room, results);
        }
        await recorder.Record(new RunEvent.StepFinished(room.Frame.Id, step.Key, [.. results.Select(r => new HostOutcome(r.Host, r.Result.Outcome))], recorder.Elapsed - began));
        return results;
    }

    /// <summary>On a host of which nothing is known, or nothing any more.</summary>
    private static bool BeginsAnew(FrameState.Ran before) => (before.Hosts.Count == 0 ? [""] : before.Hosts).Any(host => !before.Results.ContainsKey(host) && !before.Attempts.ContainsKey(host) && !before.Items.ContainsKey(host));

    private async Task<IReadOnlyList<(string, HostResult)>> OnHosts(PlannedStep step, Room room, FrameState.Ran? before)
    {
        // Who is in the inventory no more takes no part any more.
        var hosts = before is { Hosts.Count: > 0 } ? [.. before.Hosts.Select(plan.Inventory.Find).OfType<Host>()] : scopes.Hosts(step, room);
        var gone = room.InUndo ? [] : hosts?.Where(h => recorder.State.IsDropped(h.Name) && recorder.State.Frame(room.Frame.Id).Attempt(step.Key, h.Name) is null).ToHashSet() ?? [];
        var taking = hosts?.Where(h => !gone.Contains(h)).ToList();
        if (before is null)
        {
            if (step.Step.RunOnce && taking is [var chosen, ..]) (taking, gone) = ([chosen], []);
            await Start(step, room, taking is null ? [] : [.. taking.Concat(gone).Select(h => h.Name)]);
        }

        IReadOnlyList<(string, HostResult)> notRun = [.. gone.Select(h => (h.Name, before?.Results.GetValueOrDefault(h.Name) ?? NotRun(step)))];
        await Finish(step, room, [.. notRun.Where(n => before?.Results.ContainsKey(n.Item1) != true)]);
        return [.. notRun, .. await Task.WhenAll((taking?.Select(h => (Host?)h) ?? [null]).Select(h => One(step, room, h, before)))];
    }

    private async Task<(string, HostResult)> One(PlannedStep step, Room room, Host? about, FrameState.Ran? before)
    {
        var name = about?.Name ?? "";
        if (before?.Results.GetValueOrDefault(name) is { } known) return (name, known);
        // The steps inside an action or an undo run within the place their caller holds.
        if (!room.Inside) await forks.WaitAsync(CancellationToken.None);
        try
        {
            if (!room.Cancel.IsCancellationRequested) return (name, await onHost.Run(step, room, about));
            // What was under way when the program ended is ended now, and what it owes is put back.
            if (recorder.State.Frame(room.Frame.Id).Attempt(step.Key, name) is { } attempt)
                return (name, step.Step.Work is ActionCall ? await onHost.Run(step, room, about) : await onHost.End(step, room, attempt));
            (string, HostResult) never = (name, NotRun(step));
            await Finish(step, room, [never]);
            return never;
        }
        finally
        {
            if (!room.Inside) forks.Release();
        }
    }

    private async Task<IReadOnlyList<(string, HostResult)>> PutBack(PlannedStep step, Room room, FrameState.Ran? before)
    {
        if (before is not null && room.Cancel.IsCancellationRequested) return [.. before.Results.Select(r => (r.Key, r.Value))];
        var skip = before is null && step.Step.When is { } when && !Condition.Evaluate(when, scopes.At(room, room.Host));
        var owed = recorder.State.Owed(room.Block).Where(o => o.At.Step == step.PutsBack && o.At.Frame == room.Frame.Id).ToList();
        if (before is null) await Start(step, room, [.. owed.Select(o => o.At.Host).Distinct().Where(h => h.Length > 0)]);
        var began = recorder.Elapsed;
        IReadOnlyList<(string, HostResult)> results = owed.Count == 0 || skip
            ? [.. before is { Hosts.Count: > 0 }
                // They were put back just before the program ended.
                ? before.Hosts.Select(host => (host, new HostResult { Outcome = Outcome.Passed }))
                : [("", new HostResult { Outcome = Outcome.Skipped, Notes = skip ? ["its `when` is false"] : ["nothing is owed: that step has not begun, or is put back already"] })]]
            : [.. (await undo.PutBack(owed, room, asked: true)).Select(p => (p.Host, new HostResult
                {
                    Outcome = p.Passed ? Outcome.Passed : Outcome.Failed,
                    Duration = recorder.Elapsed - began,
                    Failures = p.Passed ? [] : [new Failure(step.Step.At, "its undo did not pass")],
                }))];
        await Finish(step, room, results);
        return results;
    }

    private static HostResult NotRun(PlannedStep step) => new() { Outcome = Outcome.NotRun, Items = step.Step.Loop is null ? null : [] };

    private Task<long> Start(PlannedStep step, Room room, IReadOnlyList<string> hosts) =>
        recorder.Record(new RunEvent.StepStarted(room.Frame.Id, step.Key, step.Step.Title, step.Step.Id, step.Gives, hosts));

    private async Task Finish(PlannedStep step, Room room, IReadOnlyList<(string Host, HostResult Result)> results)
    {
        foreach (var (host, result) in results) await recorder.Record(new RunEvent.HostFinished(new Address(room.Frame.Id, step.Key, host), room.Block, result));
    }
}
