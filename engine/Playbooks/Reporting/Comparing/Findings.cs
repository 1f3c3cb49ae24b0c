using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting.Comparing;

/// <summary>All that a run found: a fold over its events. Steps are known by their titles, so that a playbook may be rewritten around them.</summary>
public sealed class Findings
{
    private readonly Dictionary<(string Step, string Host), Finding> all = [];
    private readonly Dictionary<StepKey, string> names = [];
    private RunOutline outline = RunOutline.Empty;

    public static Findings Of(IEnumerable<RunEvent> events)
    {
        var findings = new Findings();
        foreach (var happened in events) findings.On(happened);
        return findings;
    }

    /// <summary>In the order of the plan, then of the hosts.</summary>
    public IReadOnlyCollection<Finding> All => all.Values;

    /// <summary>The hosts of its inventory: their labels by their names.</summary>
    public IReadOnlyDictionary<string, string> Hosts { get; private set; } = new Dictionary<string, string>();

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Null: it did not come about.</summary>
    public Finding? Find(string step, string host) => all.GetValueOrDefault((step, host));

    public void On(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.RunStarted started:
                StartedAt = started.Time;
                Take(started.Outline);
                break;
            case RunEvent.RunResumed { Outline: { } now }: Take(now.After(outline)); break;
            case RunEvent.HostFinished finished when !Frame.IsInside(finished.At.Frame) && names.TryGetValue(finished.At.Step, out var name): Add(name, finished.At.Host, finished.Result); break;
            case RunEvent.Rescued rescued when !Frame.IsInside(rescued.Frame): Forgive(rescued.Steps); break;
            case RunEvent.ProbeJudged probe when names.TryGetValue(probe.Probe, out var name):
                all[(name, "")] = new Finding(name, "")
                {
                    State = probe.Failures.Count == 0 ? FindingState.Passed : FindingState.Failed,
                    Outcome = probe.Failures.Count == 0 ? Outcome.Passed : probe.Failures[0].Outcome,
                    Message = probe.Failures.Count == 0 ? "" : OneLine(probe.Failures[0].Failure.Message),
                };
                break;
        }
    }

    private void Add(string step, string host, HostResult result) => all[(step, host)] = new Finding(step, host)
    {
        State = result.Outcome switch
        {
            Outcome.Passed => FindingState.Passed,
            Outcome.Failed or Outcome.Error => FindingState.Failed,
            _ => FindingState.Open,
        },
        Outcome = result.Outcome,
        Message = OneLine(result.Error ?? result.Notes.FirstOrDefault() ?? ""),
        IsWarning = result.IsWarning,
        Values = result.Captured.Where(value => value.Value is not Absent && !result.Hidden.Contains($"capture {value.Key}")).ToDictionary(value => value.Key, value => Data.ToJson(value.Value)),
    };

    /// <summary>What a rescue made good is not held against a run.</summary>
    private void Forgive(IReadOnlyList<StepKey> steps)
    {
        var forgiven = steps.Select(step => names.GetValueOrDefault(step)).ToHashSet();
        foreach (var (key, finding) in all.Where(f => forgiven.Contains(f.Key.Step) && f.Value.State == FindingState.Failed).ToList()) all[key] = finding with { State = FindingState.Passed };
    }

    private void Take(RunOutline now)
    {
        outline = now;
        Hosts = now.Hosts.ToDictionary(host => host.Name, host => host.Label);
        Name(now.Probes, "");
        Name(now.Steps, "");
        Name(now.Always, "");
    }

    /// <summary>Of steps with the same title that stand side by side the later ones have a number. Blocks have no result of their own, and what is inside actions is told by who calls them.</summary>
    private void Name(IEnumerable<OutlineStep> steps, string around)
    {
        var titles = new Dictionary<string, int>();
        foreach (var step in steps)
        {
            var number = titles[step.Title] = titles.GetValueOrDefault(step.Title) + 1;
            var name = around + step.Title + (number > 1 ? $" ({number})" : "");
            if (!step.IsGroup)
            {
                names[step.Key] = name;
                continue;
            }
            Name(step.Probes.Concat(step.Steps).Concat(step.Rescue).Concat(step.Others.Where(other => other.Key.IsAlways)), name + " › ");
        }
    }

    private static string OneLine(string text) => text.Split('\n', 2)[0];
}
