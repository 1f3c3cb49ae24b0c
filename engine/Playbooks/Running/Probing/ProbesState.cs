using Playbooks.Planning;

namespace Playbooks.Running.Probing;

/// <summary>A probe that runs or ran.</summary>
public sealed class ProbeState
{
    private readonly Dictionary<string, ProbeTally> tallies = [];
    private readonly Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork;

    internal ProbeState(RunEvent.ProbeStarted started, Func<TimeSpan, TimeSpan, IReadOnlyList<Worker>> atWork) => (Frame, Probe, Id, this.atWork) = (started.Frame, started.Probe, started.Id, atWork);

    public string Frame { get; }

    public StepKey Probe { get; }

    public string? Id { get; }

    public TimeSpan Every { get; private set; }

    /// <summary>Those it is about; one empty name: none.</summary>
    public IReadOnlyList<string> Hosts { get; private set; } = [];

    /// <summary>How it stands against its budget when the steps had passed, or why it could not begin; null: that is not known yet.</summary>
    public IReadOnlyList<ProbeFailure>? Judged { get; private set; }

    public bool HasEnded { get; private set; }

    public ProbeTally On(string host) => tallies.TryGetValue(host, out var tally) ? tally : tallies[host] = new ProbeTally(atWork);

    internal void Begin(RunEvent.ProbeStarted started)
    {
        (Every, Hosts, HasEnded) = (started.Every, started.Hosts.Count == 0 ? [""] : started.Hosts, false);
        foreach (var tally in tallies.Values) tally.Begin();
    }

    internal void Judge(RunEvent.ProbeJudged judged) => Judged = judged.Failures;

    internal void End(TimeSpan at)
    {
        foreach (var tally in tallies.Values) tally.End(at);
        HasEnded = true;
    }

    /// <summary>That host takes no further part.</summary>
    internal void Drop(string host, TimeSpan at) => tallies.GetValueOrDefault(host)?.End(at);
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
        atWork.On(happened, isKept: all.Exists(probe => !probe.HasEnded));
        switch (happened)
        {
            case RunEvent.ProbeStarted started:
                if (Find(started.Frame, started.Probe) is not { } probe) all.Add(probe = new ProbeState(started, atWork.Between));
                probe.Begin(started);
                break;
            case RunEvent.ProbeSampled sampled when Find(sampled.At.Frame, sampled.At.Step) is { } of:
                foreach (var (due, outcome, took) in sampled.Samples(of.Every)) of.On(sampled.At.Host).Add(due, of.Every, outcome, took, sampled.Reason, sampled.Elapsed);
                break;
            case RunEvent.ProbeJudged judged: Find(judged.Frame, judged.Probe)?.Judge(judged); break;
            case RunEvent.ProbeFinished finished: Find(finished.Frame, finished.Probe)?.End(finished.Elapsed); break;
            case RunEvent.HostDropped dropped:
                foreach (var open in all.Where(p => !p.HasEnded)) open.Drop(dropped.Host, dropped.Elapsed);
                break;
            case RunEvent.BlockAgain again: all.RemoveAll(p => IsInside(p, again.Frame, again.Block)); break;
            case RunEvent.RunFinished: hasEnded = true; break;
            case RunEvent.RunResumed resumed: Resume(resumed); break;
        }
    }

    /// <summary>Who goes on with a run that has ended has seen what was found beside what runs again; what ran beside other steps is known still.</summary>
    private void Resume(RunEvent.RunResumed resumed)
    {
        if (hasEnded) all.RemoveAll(p => Around(p).Length == 0 && p.Frame.Length == 0 || resumed.Again.Any(again => IsBeside(p, again)));
        hasEnded = false;
        foreach (var step in resumed.Again.Where(a => !a.IsOpen && a.Inside is null && a.Hosts.Count == 0)) all.RemoveAll(p => IsInside(p, step.Frame, step.Step));
    }

    /// <summary>What runs again is the block that the probe runs beside the steps of, or stands in it.</summary>
    private static bool IsBeside(ProbeState probe, Forgotten again) => Around(probe) is var block
        && (again.Frame == probe.Frame && $"{again.Step}/".StartsWith(block + "/", StringComparison.Ordinal) || again.Frame.StartsWith($"{probe.Frame}{block}/", StringComparison.Ordinal));

    /// <summary>The block that it runs beside the steps of; empty: a playbook.</summary>
    private static string Around(ProbeState probe) => probe.Probe.Path[..Math.Max(0, probe.Probe.Path.LastIndexOf("/probes/", StringComparison.Ordinal))];

    private static bool IsInside(ProbeState probe, string frame, StepKey block) =>
        probe.Frame == frame && probe.Probe.Path.StartsWith(block.Path + "/", StringComparison.Ordinal) || probe.Frame.StartsWith($"{frame}{block}/", StringComparison.Ordinal);
}
