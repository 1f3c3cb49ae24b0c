using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Files;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Tests.Reporting.Files;

/// <summary>A run as tests of reports want it, event by event: nothing was run for it.</summary>
internal sealed class MadeRun(string name, DateTimeOffset began)
{
    public static readonly SourceText File = new("rolling.yaml", string.Concat(Enumerable.Repeat("a line\n", 200)));

    private readonly List<RunEvent> events = [];

    public IReadOnlyList<RunEvent> Events => events;

    public RunResults Results => RunResults.Of(events);

    public static Position At(int line) => new(File, line, 5);

    public static OutlineStep Step(string key, string title, int line) => new(new StepKey(key), title, At(line));

    /// <summary>A failure of an assertion about these values.</summary>
    public static Failure Assertion(string text, int line, params (string Name, object? Value)[] values)
    {
        var problems = new ProblemList();
        var expression = Expression.Parse(PlacedText.Of("rolling.yaml", text), problems)!;
        var scope = values.Aggregate(Scope.Empty, (scope, value) => scope.With(value.Name, value.Value));
        return new Failure(At(line), $"{text} does not hold", null, Condition.Explain(expression, scope).Explanation);
    }

    public static DataMap Fields(params (string Name, object? Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    public static HostResult Passed(string did, params (string Name, object? Value)[] fields) => new() { Outcome = Outcome.Passed, Did = did, Fields = Fields(fields) };

    public static HostResult Bad(Outcome outcome, params Failure[] failures) => new() { Outcome = outcome, Failures = failures };

    public MadeRun Add(double seconds, RunEvent happened)
    {
        var at = TimeSpan.FromSeconds(seconds);
        events.Add(happened with { Sequence = events.Count + 1, Elapsed = at, Time = began + at });
        return this;
    }

    public MadeRun Start(string playbook, RunOutline outline) => Add(0, new RunEvent.RunStarted(name, playbook, "/srv/playbooks/rolling.yaml") { Outline = outline });

    /// <summary>A step from begin to end, its hosts side by side.</summary>
    public MadeRun Run(string key, double from, double to, params (string Host, HostResult Result)[] hosts)
    {
        var step = new StepKey(key);
        Add(from, new RunEvent.StepStarted("", step, TitleOf(step), null, [], [.. hosts.Select(host => host.Host)]));
        foreach (var (host, _) in hosts) Add(from, new RunEvent.HostStarted(new Address("", step, host), "play", null, false));
        var each = (to - from) / Math.Max(1, hosts.Length);
        foreach (var (number, (host, result)) in hosts.Index())
            Add(from + each * (number + 1), new RunEvent.HostFinished(new Address("", step, host), "play", result with { Duration = result.Duration > TimeSpan.Zero ? result.Duration : TimeSpan.FromSeconds(each * (number + 1)) }));
        return Add(to, new RunEvent.StepFinished("", step, [.. hosts.Select(host => new HostOutcome(host.Host, host.Result.Outcome))], TimeSpan.FromSeconds(to - from)));
    }

    public string TitleOf(StepKey step) => RunOutline.Of(events).Find(step).Title;

    public MadeRun Sampled(string key, string host, double first, double every, string outcomes, string? reason = null)
    {
        var step = new StepKey(key);
        return Add(first + every * outcomes.Length, new RunEvent.ProbeSampled(new Address("", step, host), TimeSpan.FromSeconds(first), outcomes,
            [.. outcomes.Where(o => o != '?').Select((_, i) => 20_000L + i * 7_919 % 60_000)], reason));
    }

    public MadeRun End(double seconds, ExitCode code, params OwedUndo[] notUndone) => Add(seconds, new RunEvent.RunFinished(code, notUndone));

    /// <summary>With the runs before it, the newest first.</summary>
    public ReportedRun Reported(params MadeRun[] before)
    {
        var run = new ReportedRun(Results, events) { Zone = TimeZoneInfo.CreateCustomTimeZone("Asia/Seoul", TimeSpan.FromHours(9), "Korea", "KST") };
        if (before.Length == 0) return run;
        var (now, earlier) = (new Findings(run.Results), before.Select(one => new Findings(one.Results)).ToList());
        return run with { Comparison = new Comparison(earlier[0], now), Past = new Past(now, earlier) };
    }
}
