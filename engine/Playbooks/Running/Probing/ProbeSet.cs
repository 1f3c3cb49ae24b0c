using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running.Probing;

/// <summary>The probes of a block while they run: what they find is held against their budgets, and ends the run where it has to.</summary>
internal sealed class ProbeSet(Recorder recorder, Stop stop, Room room) : IAsyncDisposable
{
    private readonly CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop.PuttingBack);
    private readonly List<(Sampling How, Limits? Limits, Sampler Sampler, Task Running)> all = [];
    private readonly OrderedDictionary<StepKey, PlannedStep> begun = [];
    private readonly Lock gate = new();
    private Task guarding = Task.CompletedTask;

    /// <summary>What is sampled while things are put back is shown, and judges nothing.</summary>
    private volatile bool judges = !room.Cancel.IsCancellationRequested;

    /// <summary>Each could begin.</summary>
    public bool HasBegun { get; private set; } = true;

    public void Add(Sampling how, Limits? limits, Sampler sampler)
    {
        begun.TryAdd(how.Probe.Key, how.Probe);
        all.Add((how, limits, sampler, sampler.Run(certain => Stop(how, limits, certain), end.Token)));
    }

    /// <summary>That one could not begin, and so no step runs.</summary>
    public async Task Refuse(PlannedStep probe, Failure failure)
    {
        begun.TryAdd(probe.Key, probe);
        HasBegun = false;
        await Say(probe, [new ProbeFailure("", Outcome.Error, failure)]);
    }

    /// <summary>The steps have ended: from here on nothing is judged. True where they passed and no budget is exceeded.</summary>
    public async Task<bool> Judge(bool passed)
    {
        try
        {
            return await JudgeAll(passed);
        }
        catch (Exception e) when (e is not LogFailedException)
        {
            // Nothing may keep an undo from running.
            if (begun.Values.FirstOrDefault() is { } probe) await Say(probe, [new ProbeFailure("", Outcome.Error, HostResult.Defect(probe.Step.At, e).Failures[0])]);
            return false;
        }
    }

    private async Task<bool> JudgeAll(bool passed)
    {
        judges = false;
        Task guard;
        lock (gate) guard = guarding;
        await guard;
        if (!passed || all.Count == 0) return passed;
        await Task.WhenAll(all.Where(one => one.Limits is not null).Select(one => one.Sampler.Settle(one.Running, room.Cancel)));
        if (room.Cancel.IsCancellationRequested) return false;
        foreach (var probe in begun.Values.Where(probe => probe.Step.Budget is not null))
        {
            // Of a run that goes on: what was judged is not judged again, with what was found while it was put back.
            var failures = recorder.State.Probes(state => state.Find(room.Frame.Id, probe.Key)?.Judged) ?? Exceeded(probe);
            await Say(probe, failures);
            passed &= failures.Count == 0;
        }
        return passed;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(all.Select(one => one.Running).Append(guarding));
        end.Dispose();
        foreach (var probe in begun.Values) await recorder.Record(new RunEvent.ProbeFinished(room.Frame.Id, probe.Key));
    }

    private List<ProbeFailure> Exceeded(PlannedStep probe)
    {
        var failures = new List<ProbeFailure>();
        foreach (var (how, limits, _, _) in all.Where(one => one.How.Probe == probe && one.Limits is not null && !IsDropped(one.How.Host)))
        {
            var host = how.Host?.Name ?? "";
            var exceeded = recorder.State.Probes(state => state.Find(room.Frame.Id, probe.Key)?.On(host) is { } tally ? limits!.Exceeded(tally).ToList() : []);
            failures.AddRange(exceeded.Select(e => new ProbeFailure(host, e.Outcome, new Failure(probe.Step.Budget!.At, e.Why))));
        }
        return failures;
    }

    /// <summary>It is on the disk before anything is put back: who goes on knows why that is done.</summary>
    private async Task Say(PlannedStep probe, IReadOnlyList<ProbeFailure> failures)
    {
        foreach (var failure in failures) room.Verdict.Add(probe.Key, failure.Outcome, goesOn: false, failure.Host);
        await recorder.Record(new RunEvent.ProbeJudged(room.Frame.Id, probe.Key, probe.Step.Title, failures), durable: failures.Count > 0);
    }

    /// <summary>Those who wait for the end of the steps go on from there: not on the back of who takes samples.</summary>
    private void Stop(Sampling how, Limits? limits, Outage? certain)
    {
        if (!judges || limits is null || stop.Reason is not null || IsDropped(how.Host)) return;
        var why = recorder.State.Probes(state => state.Find(room.Frame.Id, how.Probe.Key)?.On(how.Host?.Name ?? "") is { } tally ? limits.Stops(tally, certain) : null);
        if (why is null) return;
        lock (gate) guarding = Task.WhenAll(guarding, Task.Run(() => stop.Guard($"{how.Probe.Step.Title}{(how.Host is null ? "" : $" on {how.Host.Name}")}: {why}", how.At)));
    }

    private bool IsDropped(Host? host) => host is not null && recorder.State.IsDropped(host.Name);
}
