using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting.Results;

/// <summary>What a step is there for.</summary>
public enum StepPart
{
    Step,

    /// <summary>It runs beside steps, and is judged.</summary>
    Probe,

    /// <summary>It runs where others failed.</summary>
    Rescue,
    Always,
}

/// <summary>A step of a run, and what came of it on each host.</summary>
public sealed class StepResults
{
    private readonly OrderedDictionary<string, HostResults> hosts = [];
    private readonly Func<string, string> label;

    internal StepResults(OutlineStep step, StepPart part, IReadOnlyList<string> path, Func<string, string> label) => (Step, Part, Path, this.label) = (step, part, path, label);

    public OutlineStep Step { get; }

    public StepPart Part { get; }

    /// <summary>The titles of the blocks and included playbooks around it, and its own; no other step of the run has the same.</summary>
    public IReadOnlyList<string> Path { get; }

    /// <summary>The same as one text.</summary>
    public string Name => string.Join(" › ", Path);

    /// <summary>Since the run began; null: it never did.</summary>
    public TimeSpan? Began { get; private set; }

    /// <summary>When it had ended on all its hosts.</summary>
    public TimeSpan? Ended { get; private set; }

    /// <summary>In the order they began. A step that is about no host has one with an empty name.</summary>
    public IReadOnlyCollection<HostResults> Hosts => hosts.Values;

    /// <summary>Null: it never began there.</summary>
    public HostResults? Find(string host) => hosts.GetValueOrDefault(host);

    internal HostResults On(string host) => hosts.TryGetValue(host, out var known) ? known : hosts[host] = new HostResults(host, label(host));

    internal void Begin(TimeSpan at) => Began ??= at;

    internal void End(TimeSpan at) => Ended = at;

    internal void Judge(RunEvent.ProbeJudged judged)
    {
        Begin(judged.Elapsed);
        foreach (var failed in judged.Failures) On(failed.Host).End(new HostResult { Outcome = failed.Outcome, Failures = [failed.Failure] }, judged.Elapsed);
        if (judged.Failures.Count == 0) On("").End(new HostResult { Outcome = Outcome.Passed }, judged.Elapsed);
        End(judged.Elapsed);
    }

    internal void Forgive()
    {
        foreach (var host in hosts.Values) host.Forgive();
    }

    /// <summary>It is as if it had not run on these hosts (none: on all).</summary>
    internal void Forget(IReadOnlyList<string> some)
    {
        foreach (var host in some.Count == 0 ? [.. hosts.Keys] : some) hosts.Remove(host);
        Ended = null;
        if (hosts.Count == 0) Began = null;
    }
}
