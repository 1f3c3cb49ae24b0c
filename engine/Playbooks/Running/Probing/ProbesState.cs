using Playbooks.Planning;

namespace Playbooks.Running.Probing;

/// <summary>A probe that runs or ran.</summary>
public sealed class ProbeState
{
    private readonly Dictionary<string, ProbeTally> tallies = [];

    internal ProbeState(RunEvent.ProbeStarted started) => (Frame, Probe, Id) = (started.Frame, started.Probe, started.Id);

    public string Frame { get; }

    public StepKey Probe { get; }

    public string? Id { get; }

    public TimeSpan Every { get; private set; }

    /// <summary>Those it is about; one empty name: none.</summary>
    public IReadOnlyList<string> Hosts { get; private set; } = [];

    /// <summary>What is held against it at its end, or why it could not begin.</summary>
    public IReadOnlyList<Failure> Failures { get; private set; } = [];

    public bool HasEnded { get; private set; }

    public ProbeTally On(string host) => tallies.TryGetValue(host, out var tally) ? tally : tallies[host] = new ProbeTally();

    internal void Begin(RunEvent.ProbeStarted started) => (Every, Hosts, Failures, HasEnded) = (started.Every, started.Hosts.Count == 0 ? [""] : started.Hosts, [], false);

    internal void End(RunEvent.ProbeFinished finished, Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork)
    {
        foreach (var tally in tallies.Values) tally.End(finished.Elapsed, atWork);
        (HasEnded, Failures) = (true, finished.Failures);
    }
}

/// <summary>The probes of a run, and what they found: a fold over events, for the run itself and for every report.</summary>
public sealed class ProbesState
{
    private readonly List<ProbeState> all = [];
    private readonly AtWork atWork = new();
    private bool hasEnded;

    /// <summary>In the order they began.</summary>
    public IReadOnlyList<ProbeState> All => all;

    public ProbeState? Find(string frame, StepKey probe) => all.Find(p => p.Frame == frame && p.Probe == probe);

    public void On(RunEvent happened)
    {
        atWork.On(happened);
        switch (happened)
        {
            case RunEvent.ProbeStarted started:
                if (Find(started.Frame, started.Probe) is not { } probe) all.Add(probe = new ProbeState(started));
                probe.Begin(started);
                break;
            case RunEvent.ProbeSampled sampled when Find(sampled.At.Frame, sampled.At.Step) is { } of:
                foreach (var (due, outcome, took) in sampled.Samples(of.Every)) of.On(sampled.At.Host).Add(due, of.Every, outcome, took, sampled.Reason, atWork.Between);
                break;
            case RunEvent.ProbeFinished finished: Find(finished.Frame, finished.Probe)?.End(finished, atWork.Between); break;
            case RunEvent.BlockAgain again: Forget(again.Frame, again.Block); break;
            case RunEvent.RunFinished: hasEnded = true; break;
            // Who goes on with a run that has ended has seen what was found.
            case RunEvent.RunResumed resumed:
                if (hasEnded) all.Clear();
                hasEnded = false;
                foreach (var step in resumed.Again.Where(a => !a.IsOpen && a.Inside is null && a.Hosts.Count == 0)) Forget(step.Frame, step.Step);
                break;
        }
    }

    /// <summary>What stands inside that block is as if it had not run.</summary>
    private void Forget(string frame, StepKey block) => all.RemoveAll(p =>
        p.Frame == frame && p.Probe.Path.StartsWith(block.Path + "/", StringComparison.Ordinal) || p.Frame.StartsWith($"{frame}{block}/", StringComparison.Ordinal));
}
