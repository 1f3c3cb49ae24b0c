using Playbooks.Running;
using Playbooks.Running.Probing;
using Xunit;

namespace Playbooks.Tests.Running.Probing;

/// <summary>Probes beside the steps of a run: what they stop, what they judge at the end, and what is seen of them.</summary>
public sealed class ProbeTests : IDisposable
{
    private readonly RunFixture fixture = new();
    private readonly Site site = new();

    public void Dispose()
    {
        site.Dispose();
        fixture.Dispose();
    }

    private string Probe(string more, string id = "site") => $"- {{ id: {id}, name: The site answers, hosts: localhost, http: \"{site.Url}\", every: 50ms, timeout: 5s, {more} }}";

    private static string Does(string what) => $"sh -c 'echo {what} >> {{{{ dir }}}}/effects'";

    /// <summary>A step that waits for the site to be so, which it is when the step has begun.</summary>
    private void When(RunEvent happened, string title, Site.Mood mood)
    {
        if (happened is RunEvent.StepStarted started && started.Title == title) site.Be(mood);
    }

    private static ProbeTally Tally(IReadOnlyList<RunEvent> events, string host = "localhost")
    {
        var state = new ProbesState();
        foreach (var happened in events) state.On(happened);
        return state.All[0].On(host);
    }

    [Fact]
    public async Task An_outage_over_its_budget_stops_the_run_and_what_was_done_is_put_back_while_the_probe_goes_on()
    {
        var steps = $$"""
              - command: {{Does("do")}}
                undo: { command: "sh -c 'sleep 0.5; echo undo >> {{"{{ dir }}"}}/effects'" }
              - wait: 300ms
              - { name: Break it, command: "sleep 30" }
              - command: {{Does("never")}}
            probes:
              {{Probe("budget: { outage: 300ms }")}}
            """;
        var (code, events) = await fixture.Run(steps, (happened, _) => When(happened, "Break it", Site.Mood.Unavailable));
        Assert.Equal((ExitCode.Guard, "do\nundo\n"), (code, fixture.Effects));
        var stop = Assert.Single(events.OfType<RunEvent.StopRequested>());
        Assert.Equal(StopReason.Guard, stop.Reason);
        Assert.Matches(@"^The site answers on localhost: down for \S+ without a break \(its budget: 300ms\); since \S+ \(status < 400 does not hold: status is 503\), at work: (wait: 300ms on localhost, )?Break it on localhost$", stop.Why);
        // As soon as it is sure: not before the budget is over, and hardly later.
        var outage = Assert.Single(Tally(events).Outages);
        Assert.InRange(stop.Elapsed - outage.From, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(4));
        var undo = events.OfType<RunEvent.UndoFinished>().Single();
        Assert.True(outage.To >= undo.Elapsed, "it looked until all was put back");
        Assert.Contains(outage.AtWork, w => w.IsUndo);
        Assert.Empty(events.OfType<RunEvent.ProbeJudged>());
        Assert.True(events.OfType<RunEvent.ProbeFinished>().Single().Sequence > undo.Sequence);
    }

    [Fact]
    public async Task Downtime_over_its_budget_stops_the_run_too()
    {
        var steps = $$"""
              - { name: Break it, command: "sleep 30" }
            probes:
              {{Probe("budget: { outage: 30s, downtime: 2s }")}}
            """;
        using var flapping = new CancellationTokenSource();
        var (code, events) = await fixture.Run(steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Break it" })
                _ = Task.Run(async () =>
                {
                    for (var down = true; !flapping.IsCancellationRequested; down = !down)
                    {
                        site.Be(down ? Site.Mood.Unavailable : Site.Mood.Answers);
                        await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, TestContext.Current.CancellationToken);
                    }
                });
        });
        await flapping.CancelAsync();
        Assert.Equal(ExitCode.Guard, code);
        Assert.Matches("down for \\S+ in all \\(its budget: 2s\\)", Assert.Single(events.OfType<RunEvent.StopRequested>()).Why);
        Assert.True(Tally(events).Outages.Count >= 2);
    }

    /// <summary>At the end nothing is there to be stopped: it is a failure as any other.</summary>
    [Theory]
    [InlineData("budget: { outage: 800ms }, on_exceeded: report", "down for ")]
    [InlineData("budget: { bad: 1% }", " samples were bad (")]
    [InlineData("budget: { p99: 100ms }", "p99 is ")]
    public async Task What_is_judged_at_the_end_fails_and_is_put_back(string budget, string said)
    {
        var mood = budget.Contains("p99", StringComparison.Ordinal) ? Site.Mood.Slow : Site.Mood.Unavailable;
        var steps = $$"""
              - command: {{Does("do")}}
                undo: { command: "{{Does("undo")}}" }
              - { name: Break it, wait: 2s }
              - { name: Mend it, wait: 1s }
            always:
              - command: {{Does("always")}}
            probes:
              {{Probe(budget)}}
            """;
        var (code, events) = await fixture.Run(steps, (happened, _) =>
        {
            When(happened, "Break it", mood);
            When(happened, "Mend it", Site.Mood.Answers);
        });
        Assert.Equal((ExitCode.Failed, "do\nundo\nalways\n"), (code, fixture.Effects));
        Assert.Contains(said, Assert.Single(events.OfType<RunEvent.ProbeJudged>().Single().Failures).Failure.Message, StringComparison.Ordinal);
        Assert.Empty(events.OfType<RunEvent.StopRequested>());
    }

    [Fact]
    public async Task A_rescue_makes_good_what_the_probe_of_its_block_found()
    {
        site.Be(Site.Mood.Unavailable);
        var steps = $$"""
              - name: Block
                probes:
                  {{Probe("budget: { bad: 0% }")}}
                block:
                  - command: {{Does("do")}}
                    undo: { command: "{{Does("undo")}}" }
                rescue:
                  - command: [sh, -c, 'echo "$0" >> "$1"', "{{"{{ failed.step }}: {{ failed.message }}"}}", "{{fixture.PathOf("effects")}}"]
              - assert: probes.site.bad > 0 && probes.site.good == 0
            """;
        var (code, events) = await fixture.Run(steps);
        Assert.Equal(ExitCode.Passed, code);
        Assert.Matches(@"^do\nundo\nThe site answers: \d+ of \d+ samples were bad \(100%\), and its budget allows 0%\n$", fixture.Effects);
        // It ended with its block.
        Assert.True(events.OfType<RunEvent.ProbeFinished>().Single().Sequence < events.OfType<RunEvent.Rescued>().Single().Sequence);
    }

    [Fact]
    public async Task What_is_within_its_budget_is_proven_and_steps_see_what_was_found()
    {
        var steps = $$"""
              # Good samples are told once a second.
              - wait: 1500ms
              - assert: "probes.site.samples >= 3 && probes.site.bad == 0 && probes.site.availability == 100 && probes.site.outage == '0s' && probes.site.outages == [] && probes.site.on.localhost.good > 0 && probes.site.p99 < '5s'"
            probes:
              {{Probe("budget: { outage: 5s, bad: 0%, p99: 4s }")}}
            """;
        var (code, events) = await fixture.Run(steps);
        Assert.True(code == ExitCode.Passed, string.Join('\n', events.OfType<RunEvent.HostFinished>().SelectMany(h => h.Result.Failures)));
        Assert.True(events.OfType<RunEvent.ProbeJudged>().Single() is { Failures: [] });
    }

    /// <summary>A sample that is under way when the steps have ended is waited for: what could not be found out is no pass.</summary>
    [Fact]
    public async Task What_hangs_at_the_end_is_waited_for()
    {
        site.Be(Site.Mood.Hangs);
        var (code, events) = await fixture.Run($"  - command: {Does("do")}\nprobes:\n  {Probe("budget: { bad: 10% }")}\n");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("samples were bad", events.OfType<RunEvent.ProbeJudged>().Single().Failures[0].Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_that_cannot_begin_is_an_error_and_no_step_runs()
    {
        var (code, events) = await fixture.Run($"  - command: {Does("do")}\nprobes:\n  - {{ name: Odd, hosts: localhost, tcp: \"127.0.0.1:1\", every: \"{{{{ dir == '' ? '1s' : '50ms' }}}}\", timeout: 2m }}\n");
        Assert.Equal((ExitCode.Error, ""), (code, fixture.Effects));
        Assert.Contains("more than 1000 samples would be under way at once", events.OfType<RunEvent.ProbeJudged>().Single().Failures[0].Failure.Message, StringComparison.Ordinal);
    }

    /// <summary>While it is suspended, the clock of a run stands still; a connection that was open then is none any more.</summary>
    [Fact]
    public async Task What_was_under_way_while_the_machine_was_suspended_is_missed()
    {
        var slept = TimeSpan.Zero;
        fixture.Asleep = () => slept;
        site.Be(Site.Mood.Hangs);
        var steps = $$"""
              - wait: 200ms
              - name: Wake up
                wait: 500ms
            probes:
              - { id: site, hosts: localhost, http: "{{site.Url}}", every: 100ms, timeout: 10s, budget: { bad: 0% } }
            """;
        var (code, events) = await fixture.Run(steps, (happened, _) =>
        {
            if (happened is not RunEvent.StepStarted { Title: "Wake up" }) return;
            // Whoever begins from here on does not hang, however long this thread takes for the next line.
            site.AnswerNewOnes();
            slept = TimeSpan.FromHours(8);
            // The server has let go of it meanwhile.
            site.Be(Site.Mood.Answers);
        });
        var tally = Tally(events);
        Assert.True(code == ExitCode.Passed && tally is { Bad: 0, Missed: > 0, Good: > 0 }, $"{code}: {tally.Good} good, {tally.Bad} bad, {tally.Missed} missed");
        Assert.InRange(Suspension.Read() - Suspension.Read(), TimeSpan.FromMilliseconds(-100), TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Whatever becomes of the one that hangs: those behind it were all bad.</summary>
    [Fact]
    public async Task An_outage_is_certain_behind_a_sample_that_still_hangs()
    {
        site.Be(Site.Mood.Hangs);
        var steps = $$"""
              - { name: Wait, wait: 300ms }
              - { name: Refuse, command: "sleep 20" }
            probes:
              - { id: site, name: The site answers, hosts: localhost, http: "{{site.Url}}", every: 50ms, timeout: 15s, budget: { outage: 300ms } }
            """;
        var (code, events) = await fixture.Run(steps, (happened, _) =>
        {
            if (happened is not RunEvent.StepStarted { Title: "Refuse" }) return;
            // Those that hang are not let go: only who comes now is refused.
            site.RefuseNewOnes();
        });
        Assert.Equal(ExitCode.Guard, code);
        Assert.True(events.OfType<RunEvent.StopRequested>().Single().Elapsed < TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task A_run_that_is_stopped_waits_for_no_sample()
    {
        site.Be(Site.Mood.Hangs);
        var steps = $$"""
              - command: {{Does("do")}}
                undo: { command: "{{Does("undo")}}" }
            probes:
              - { name: Judged, hosts: localhost, http: "{{site.Url}}", every: 100ms, timeout: 30s, budget: { bad: 1% } }
            """;
        var (code, events) = await fixture.Run(steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepFinished) _ = Task.Run(stop.Request);
        });
        Assert.Equal((ExitCode.Interrupted, "do\nundo\n"), (code, fixture.Effects));
        Assert.True(events[^1].Elapsed < TimeSpan.FromSeconds(20), $"{events[^1].Elapsed}");
    }

    /// <summary>Without a budget nothing is to be judged, so nothing is waited for.</summary>
    [Fact]
    public async Task A_probe_without_a_budget_holds_nobody_up()
    {
        site.Be(Site.Mood.Hangs);
        var (code, events) = await fixture.Run($"  - command: {Does("do")}\nprobes:\n  - {{ name: Seen, hosts: localhost, http: \"{site.Url}\", every: 100ms, timeout: 30s }}\n");
        Assert.Equal(ExitCode.Passed, code);
        Assert.True(events[^1].Elapsed < TimeSpan.FromSeconds(20), $"{events[^1].Elapsed}");
    }

    /// <summary>Who takes no part any more is not looked at, and nothing is held against that.</summary>
    [Fact]
    public async Task A_host_that_was_dropped_is_no_failure_of_a_later_probe()
    {
        var steps = """
              - { name: Fail, hosts: app, command: "sh -c 'test {{ host.name }} != a2'", on_failure: drop }
              - name: Block
                probes:
                  - { name: Up, hosts: app, effect: none, command: "true", every: 100ms, budget: { bad: 0% } }
                block:
                  - { hosts: localhost, command: "true", effect: none }
            """;
        var (_, events) = await fixture.Run(steps, inventory: RunFixture.Hosts(2));
        Assert.Equal(["a1"], events.OfType<RunEvent.ProbeStarted>().Single().Hosts);
        Assert.Empty(events.OfType<RunEvent.ProbeJudged>().Single().Failures);
    }

    [Fact]
    public async Task A_probe_that_finds_nobody_to_look_at_is_an_error()
    {
        var steps = """
              - { hosts: localhost, command: echo none, effect: none, capture: { who: stdout } }
              - name: Block
                probes:
                  - { name: Up, hosts: "app[role={{ who }}]", effect: none, command: "true", every: 100ms, budget: { bad: 0% } }
                block:
                  - { hosts: localhost, command: "true", effect: none }
            """;
        var (code, events) = await fixture.Run(steps, inventory: Planned.Inventory("groups: { app: { hosts: { a1: { local: true, role: x } } } }"));
        Assert.Equal(ExitCode.Error, code);
        Assert.Contains("selects no host", events.OfType<RunEvent.ProbeJudged>().Single().Failures[0].Failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Each host has its own samples, and one that takes no further part is not asked any more.</summary>
    [Fact]
    public async Task Hosts_are_looked_at_one_by_one_until_they_are_dropped()
    {
        var steps = $$"""
              - { name: Fail, hosts: app, command: "sh -c 'test {{"{{ host.name }}"}} != a2'", on_failure: drop }
              - { name: Wait, hosts: localhost, wait: 2s }
            probes:
              - { id: up, name: Up, hosts: app, effect: none, command: "test {{"{{ host.name }}"}} != a3", every: 100ms }
            """;
        var (code, events) = await fixture.Run(steps, inventory: RunFixture.Hosts(3));
        Assert.Equal(ExitCode.Failed, code);
        var (a1, a2, a3) = (Tally(events, "a1"), Tally(events, "a2"), Tally(events, "a3"));
        Assert.True(a1.Good >= 3 && a1.Bad == 0, $"{a1.Good} {a1.Bad} {a1.Missed}");
        Assert.True(a3.Good == 0 && a3.Bad >= 3, $"{a3.Good} {a3.Bad} {a3.Missed}");
        Assert.True(a2.Samples < a1.Samples, $"{a2.Samples} of {a1.Samples}");
        // A probe's commands are its own affair.
        Assert.DoesNotContain(events.OfType<RunEvent.HostStarted>(), h => h.At.Step.Path.StartsWith("probes", StringComparison.Ordinal));
    }
}
