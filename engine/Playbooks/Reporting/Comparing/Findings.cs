using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting.Comparing;

/// <summary>What a run found of each step on each host. Steps are known by their titles, so that a playbook may be rewritten around them.</summary>
public sealed class Findings
{
    private readonly OrderedDictionary<(string Step, string Host), Finding> all = [];
    private readonly HashSet<string> hosts;
    private readonly HashSet<string> skipped;

    /// <summary>Probes that ran; where they were judged, that counts.</summary>
    private readonly Dictionary<(string Step, string Host), Finding> sampled = [];

    public Findings(RunResults run)
    {
        (Run, StartedAt, ExitCode) = (run.Run, run.StartedAt, run.ExitCode);
        Hosts = run.Hosts.ToDictionary(host => host.Name, host => host.Label);
        foreach (var step in run.Steps)
            foreach (var host in step.Told) all[(step.Name, host.Host)] = Of(step.Name, host, host.Result!);
        hosts = [.. all.Keys.Select(key => key.Host)];
        foreach (var probe in run.Probes.All)
            if (run.Find(probe.Probe) is { } step)
                foreach (var host in probe.Hosts) sampled[(step.Name, host)] = new Finding(step.Name, host) { State = FindingState.Open, Outcome = null, Message = step.Step.HasBudget ? "its steps did not pass" : "it has no budget" };
        // What is skipped as a whole says nothing of its hosts, nor of what stands in it.
        var whole = run.Steps.Where(step => step.Find("")?.Result?.Outcome == Outcome.Skipped).Select(step => step.Name).ToHashSet();
        // A rescue that nobody needed has nothing to do either.
        skipped = [.. run.Steps.Where(step => step is { Part: StepPart.Rescue, Began: null } || Enumerable.Range(1, step.Path.Count).Any(depth => whole.Contains(StepResults.NameOf(step.Path.Take(depth))))).Select(step => step.Name)];
    }

    /// <summary>The name of the run.</summary>
    public string Run { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>How the run ended; null: its program died.</summary>
    public ExitCode? ExitCode { get; }

    /// <summary>In the order of the plan.</summary>
    public IReadOnlyCollection<Finding> All => all.Values;

    /// <summary>The hosts of its inventory: their labels by their names.</summary>
    public IReadOnlyDictionary<string, string> Hosts { get; }

    /// <summary>Something was found of that host, or could not be.</summary>
    public bool IsAbout(string host) => hosts.Contains(host);

    /// <summary>Null: it did not run.</summary>
    public Finding? Find(string step, string host) => all.GetValueOrDefault((step, host)) ?? sampled.GetValueOrDefault((step, host))
        ?? (skipped.Contains(step) ? new Finding(step, host) { State = FindingState.Open, Outcome = Outcome.Skipped } : null);

    private static Finding Of(string step, HostResults host, HostResult result) => new(step, host.Host)
    {
        State = result.Outcome switch
        {
            // It failed, and was made good: that is neither.
            _ when host.IsForgiven => FindingState.Open,
            Outcome.Passed => FindingState.Passed,
            Outcome.Failed or Outcome.Error => FindingState.Failed,
            _ => FindingState.Open,
        },
        Outcome = result.Outcome,
        IsRescued = host.IsForgiven,
        Message = FailureText.FirstLine(result),
        IsWarning = result.IsWarning,
        Values = result.Captured.Where(value => value.Value is not Absent && !result.Hidden.Contains($"capture {value.Key}")).ToDictionary(value => value.Key, value => Data.ToJson(value.Value)),
    };
}
