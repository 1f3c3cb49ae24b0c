using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running.Probing;

/// <summary>The probes of a block while they run: what they find is held against their budgets, and ends the run where it has to.</summary>
internal sealed class ProbeSet(Recorder recorder, Stop stop, Room room) : IAsyncDisposable
{
    private readonly CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop.PuttingBack);
    private readonly List<(PlannedStep Probe, Limits? Limits, Host? Host, Sampler Sampler, Task Running)> all = [];
    private readonly OrderedDictionary<StepKey, (string Title, List<Failure> Failures)> failures = [];
    private readonly Lock gate = new();
    private bool isJudged;
    private Task guarding = Task.CompletedTask;

    /// <summary>What is sampled while things are put back is shown, and judges nothing.</summary>
    private volatile bool judges = !room.Cancel.IsCancellationRequested;

    /// <summary>Each could begin.</summary>
    public bool HasBegun { get; private set; } = true;

    public void Add(PlannedStep probe, Limits? limits, Host? host, Sampler sampler)
    {
        failures.TryAdd(probe.Key, (probe.Step.Title, []));
        all.Add((probe, limits, host, sampler, sampler.Run(() => Stop(probe, limits, host), end.Token)));
    }

    public void Fail(PlannedStep probe, string host, Outcome outcome, Failure failure)
    {
        failures.TryAdd(probe.Key, (probe.Step.Title, []));
        failures[probe.Key].Failures.Add(failure);
        room.Verdict.Add(probe.Key, outcome, goesOn: false, host);
        HasBegun &= outcome != Outcome.Error;
    }

    /// <summary>The steps have ended: from here on nothing is judged. True where they passed and no budget is exceeded.</summary>
    public async Task<bool> Judge(bool passed)
    {
        judges = false;
        Task guard;
        lock (gate) guard = guarding;
        await guard;
        if (!passed || all.Count == 0) return passed;
        await Task.WhenAll(all.Select(one => one.Sampler.Settle(one.Running)));
        if (room.Cancel.IsCancellationRequested) return false;
        isJudged = true;
        foreach (var (probe, limits, host, _, _) in all)
        {
            if (limits is null) continue;
            var (exceeded, any) = recorder.State.Probes(state => state.Find(room.Frame.Id, probe.Key)?.On(host?.Name ?? "") is { } tally ? (limits.Exceeded(tally).ToList(), tally.Good + tally.Bad > 0) : ([], false));
            foreach (var why in exceeded) Fail(probe, host?.Name ?? "", any ? Outcome.Failed : Outcome.Error, new Failure(probe.Step.Budget!.At, host is null ? why : $"{host.Name}: {why}"));
            passed &= exceeded.Count == 0;
        }
        return passed;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(all.Select(one => one.Running).Append(guarding));
        end.Dispose();
        foreach (var (probe, (title, wrong)) in failures) await recorder.Record(new RunEvent.ProbeFinished(room.Frame.Id, probe, title, isJudged, wrong));
    }

    /// <summary>Those who wait for the end of the steps go on from there: not on the back of who takes samples.</summary>
    private void Stop(PlannedStep probe, Limits? limits, Host? host)
    {
        if (!judges || limits is null || stop.Reason is not null) return;
        var why = recorder.State.Probes(state => state.Find(room.Frame.Id, probe.Key)?.On(host?.Name ?? "") is { } tally ? limits.Stops(tally) : null);
        if (why is null) return;
        lock (gate) guarding = Task.WhenAll(guarding, Task.Run(() => stop.Guard($"{probe.Step.Title}{On(host)}: {why}")));
    }

    private static string On(Host? host) => host is null ? "" : $" on {host.Name}";
}
