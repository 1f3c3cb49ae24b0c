using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Tests.Reporting;

/// <summary>The events of a run as a test wants it: steps on hosts, and how each ended.</summary>
internal sealed class Told
{
    private readonly List<RunEvent> events = [];
    private readonly IReadOnlyList<string> hosts;
    private readonly List<OutlineStep> steps = [];

    /// <param name="hosts">All of the inventory; what people see of `was1` is `와스was1`.</param>
    public Told(params IReadOnlyList<string> hosts) => this.hosts = hosts;

    public DateTimeOffset StartedAt { get; init; } = new(2026, 11, 28, 3, 0, 0, TimeSpan.Zero);

    public string Run { get; init; } = "20261128-030000-aaaa";

    public ExitCode Code { get; set; } = ExitCode.Passed;

    public IReadOnlyList<OwedUndo> NotUndone { get; set; } = [];

    public IReadOnlyList<RunEvent> Events => [.. Numbered()];

    public RunResults Results => RunResults.Of(Events);

    public Findings Findings => new(Results);

    /// <summary>A step of the plan that ran on these hosts.</summary>
    public Told Step(string title, params IReadOnlyList<(string Host, HostResult Result)> results)
    {
        var key = new StepKey($"steps/{steps.Count}");
        steps.Add(new OutlineStep(key, title, new Position(new SourceText("nightly.yaml", ""), steps.Count + 7, 5, 3)));
        if (results.Count == 0) return this;
        events.Add(new RunEvent.StepStarted("", key, title, null, [], [.. results.Select(r => r.Host)]));
        foreach (var (host, result) in results)
        {
            events.Add(new RunEvent.HostStarted(new Address("", key, host), "play", null, false));
            events.Add(new RunEvent.HostFinished(new Address("", key, host), "play", result));
        }
        events.Add(new RunEvent.StepFinished("", key, [.. results.Select(r => new HostOutcome(r.Host, r.Result.Outcome))], TimeSpan.FromSeconds(1)));
        return this;
    }

    public Told And(params IEnumerable<RunEvent> more)
    {
        events.AddRange(more);
        return this;
    }

    public static HostResult Of(Outcome outcome, string? message = null) => new()
    {
        Outcome = outcome,
        Duration = TimeSpan.FromMilliseconds(1500),
        Failures = outcome is Outcome.Passed or Outcome.Skipped or Outcome.NotRun ? [] : [new Failure(new Position(new SourceText("nightly.yaml", ""), 9, 5, 3), message ?? "it does not hold")],
    };

    private IEnumerable<RunEvent> Numbered()
    {
        var outline = new RunOutline { Hosts = [.. hosts.Select(host => new OutlineHost(host, $"와스{host}"))], Steps = steps };
        return new RunEvent[] { new RunEvent.RunStarted(Run, "Nightly", "/srv/nightly.yaml") { Outline = outline } }.Concat(events).Append(new RunEvent.RunFinished(Code, NotUndone))
            .Select((happened, at) => happened with { Sequence = at + 1, Elapsed = TimeSpan.FromMilliseconds(100 * at), Time = StartedAt + TimeSpan.FromMilliseconds(100 * at) });
    }
}
