using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Runs one step on all its hosts, side by side, and gathers what came of it.</summary>
internal sealed class StepRunner
{
    private readonly Plan plan;
    private readonly Recorder recorder;
    private readonly Scopes scopes;
    private readonly Windows windows;
    private readonly Undo undo;
    private readonly HostRunner host;
    private readonly SemaphoreSlim forks;

    public StepRunner(Plan plan, Recorder recorder, RunTools tools, Scopes scopes, Windows windows, BlockRunner blocks, Undo undo)
    {
        (this.plan, this.recorder, this.scopes, this.windows, this.undo) = (plan, recorder, scopes, windows, undo);
        host = new HostRunner(recorder, scopes, new AttemptRunner(plan, recorder, tools, scopes, blocks), tools.Time);
        forks = new SemaphoreSlim(plan.Forks);
    }

    public async Task<IReadOnlyList<(string Host, HostResult Result)>> Run(PlannedStep step, Room room)
    {
        var began = recorder.Elapsed;
        IReadOnlyList<(string Host, HostResult Result)> results;
        try
        {
            await windows.Open(step.Key, room, room.Host);
            results = step.Step.Work is PutBack ? await PutBack(step, room) : await OnHosts(step, room, Hosts(step, room));
        }
        catch (ExpressionException e)
        {
            results = [("", new HostResult { Outcome = Outcome.Error, Failures = [new Failure(e.At, e.Message, e.Mend)], StartedAt = DateTimeOffset.UnixEpoch })];
            await recorder.Record(new RunEvent.StepStarted(room.Frame.Id, step, []));
            await recorder.Record(new RunEvent.HostFinished(new Address(room.Frame.Id, step.Key, ""), step, results[0].Result));
        }
        await recorder.Record(new RunEvent.StepFinished(room.Frame.Id, step, [.. results.Select(r => (r.Host, r.Result.Outcome))], recorder.Elapsed - began));
        return results;
    }

    /// <summary>Null: about no host.</summary>
    private IReadOnlyList<Host>? Hosts(PlannedStep step, Room room)
    {
        switch (step.Hosts)
        {
            case PlannedHosts.None: return null;
            case PlannedHosts.Inherited: return room.Host is { } around ? [around] : null;
            case PlannedHosts.Known known: return known.Hosts;
            case PlannedHosts.After after:
                var selected = after.Pattern.Select(plan.Inventory, scopes.At(room, null));
                return selected.Count > 0 || plan.AllowEmpty
                    ? selected
                    : throw new ExpressionException(after.Pattern.At, $"`{after.Pattern.Text}` selects no host", "where that is meant, say --allow-empty");
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<IReadOnlyList<(string, HostResult)>> OnHosts(PlannedStep step, Room room, IReadOnlyList<Host>? hosts)
    {
        var gone = hosts?.Where(h => recorder.State.IsDropped(h.Name)).ToList() ?? [];
        var taking = hosts?.Except(gone).ToList();
        if (step.Step.RunOnce) taking = taking?.Take(1).ToList();
        await recorder.Record(new RunEvent.StepStarted(room.Frame.Id, step, taking is null ? [] : [.. taking.Concat(gone).Select(h => h.Name)]));

        var results = new List<(string, HostResult)>();
        foreach (var host in gone)
        {
            results.Add((host.Name, new HostResult { Outcome = Outcome.NotRun }));
            await recorder.Record(new RunEvent.HostFinished(new Address(room.Frame.Id, step.Key, host.Name), step, results[^1].Item2));
        }
        var running = (taking?.Select(h => (Host?)h) ?? [null]).Select(h => One(step, room, h)).ToList();
        results.AddRange(await Task.WhenAll(running));
        return results;
    }

    private async Task<(string, HostResult)> One(PlannedStep step, Room room, Host? about)
    {
        // The steps inside an action or an undo run within the place their caller holds.
        if (!room.Inside) await forks.WaitAsync(CancellationToken.None);
        try
        {
            return (about?.Name ?? "", await host.Run(step, room, about));
        }
        finally
        {
            if (!room.Inside) forks.Release();
        }
    }

    private async Task<IReadOnlyList<(string, HostResult)>> PutBack(PlannedStep step, Room room)
    {
        var owed = recorder.State.Owed(room.Block).Where(o => o.At.Step == step.PutsBack && o.At.Frame == room.Frame.Id).ToList();
        var hosts = owed.Select(o => o.At.Host).Distinct().Where(h => h.Length > 0).ToList();
        await recorder.Record(new RunEvent.StepStarted(room.Frame.Id, step, hosts));
        var began = recorder.Elapsed;
        var skip = step.Step.When is { } when && !Condition.Evaluate(when, scopes.At(room, room.Host));
        var results = new List<(string, HostResult)>();
        if (owed.Count == 0 || skip) results.Add(("", new HostResult { Outcome = Outcome.Skipped, Notes = skip ? [] : ["nothing is to be put back: that step has not started"] }));
        else
        {
            var passed = await Task.WhenAll(owed.GroupBy(o => o.At.Host).Select(async host => (Host: host.Key, Passed: await undo.PutBack([.. host], room))));
            results.AddRange(passed.Select(p => (p.Host, new HostResult
            {
                Outcome = p.Passed ? Outcome.Passed : Outcome.Failed,
                Duration = recorder.Elapsed - began,
                Failures = p.Passed ? [] : [new Failure(step.Step.At, "its undo did not pass")],
            })));
        }
        foreach (var (host, result) in results) await recorder.Record(new RunEvent.HostFinished(new Address(room.Frame.Id, step.Key, host), step, result));
        return results;
    }
}
