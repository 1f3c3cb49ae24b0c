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
    public string Name => NameOf(Path);

    internal static string NameOf(IEnumerable<string> path) => string.Join(" › ", path);

    /// <summary>Since the run began; null: it never did.</summary>
    public TimeSpan? Began { get; private set; }

    /// <summary>When it had ended on all its hosts.</summary>
    public TimeSpan? Ended { get; private set; }

    /// <summary>In the order they began. A step that is about no host has one with an empty name.</summary>
    public IReadOnlyCollection<HostResults> Hosts => hosts.Values;

    /// <summary>Those with something of the step's own to tell: a block has that only where it could not even begin.</summary>
    public IEnumerable<HostResults> Told => Hosts.Where(host => host.Result is { } result && (!Step.IsGroup || result.Failures.Count > 0));

    /// <summary>Null: it never began there.</summary>
    public HostResults? Find(string host) => hosts.GetValueOrDefault(host);

    internal HostResults On(string host) => hosts.TryGetValue(host, out var known) ? known : hosts[host] = new HostResults(host, label(host));

    internal void Begin(TimeSpan at) => Began ??= at;

    internal void End(TimeSpan at) => Ended = at;

    /// <summary>It is judged on each of these hosts.</summary>
    internal void Judge(RunEvent.ProbeJudged judged, IReadOnlyList<string> looked)
    {
        foreach (var host in looked.Except(judged.Failures.Select(failed => failed.Host))) Judge(host, new HostResult { Outcome = Outcome.Passed }, judged.Elapsed);
        foreach (var failed in judged.Failures) Judge(failed.Host, new HostResult { Outcome = failed.Outcome, Failures = [failed.Failure] }, judged.Elapsed);
    }

    /// <summary>Its budget was exceeded, and stopped the run.</summary>
    internal void Break(string host, string why, TimeSpan at) => Judge(host, new HostResult { Outcome = Outcome.Failed, Failures = [new Failure(Step.At, why)] }, at);

    private void Judge(string host, HostResult result, TimeSpan at)
    {
        Begin(at);
        On(host).End(result, at);
        End(at);
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
