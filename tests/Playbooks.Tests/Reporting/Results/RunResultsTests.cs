using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Running;
using Xunit;

namespace Playbooks.Tests.Reporting.Results;

public sealed class RunResultsTests : IDisposable
{
    private readonly RunFixture run = new();

    public void Dispose() => run.Dispose();

    private static string Told(RunResults results) => string.Join('\n', results.Steps.Select(step =>
        $"{step.Part} {step.Name}: {(step.Began is null ? "not reached" : string.Join(", ", step.Hosts.Select(host => $"{host.Host} {host.Result?.Outcome}{(host.IsForgiven ? " rescued" : "")}")))}"));

    [Fact]
    public async Task Each_step_of_the_plan_is_there_in_its_order_with_what_came_of_it()
    {
        var (_, events) = await run.Run("""
              - name: Same
                command: echo a
              - name: Same
                command: echo b
                hosts: app
              - name: Around
                block:
                  - { name: Inside, command: "false" }
                  - { name: Behind, command: "true" }
                rescue: [{ name: Mend, command: "true" }]
              - { name: Fails, command: sh -c 'exit 3' }
              - { name: Never, command: "true" }
            always: [{ name: At last, command: "true" }]
            """, inventory: RunFixture.Hosts(2));
        Assert.Equal("""
            Step Same: localhost Passed
            Step Same (2): a1 Passed, a2 Passed
            Step Around:  Passed
            Step Around › Inside: localhost Failed rescued
            Step Around › Behind: not reached
            Rescue Around › Mend: localhost Passed
            Step Fails: localhost Failed
            Step Never: not reached
            Always At last: localhost Passed
            """, Told(RunResults.Of(events)));
    }

    [Fact]
    public async Task What_was_done_is_there_filled_in()
    {
        var (_, events) = await run.Run("""
              - command: sh -c 'echo $0' {{ "it's; rm -rf /" }}
              - shell: echo {{ dir }}
              - netstat: { not_listening: "{{ 1 + 1 }}" }
              - wait: 1ms
              - tls: { address: "127.0.0.1:{{ 1 }}", server_name: "a.example.com" }
                on_failure: continue
            """);
        var did = RunResults.Of(events).Steps.Select(step => step.Hosts.Single().Result!.Did!.Replace(run.PathOf(""), "DIR", StringComparison.Ordinal));
        Assert.Equal(["""command: sh -c 'echo $0' 'it'\''s; rm -rf /'""", "shell: echo 'DIR'", "netstat: not_listening: 2", "wait: 1ms", "tls: 127.0.0.1:1, server_name: a.example.com"], did);
    }

    [Fact]
    public async Task A_run_that_went_on_is_told_as_one()
    {
        const string Steps = """
              - { name: One, command: "true" }
              - { name: Two, command: "test -e {{ dir }}/mended" }
              - { name: Three, command: "true" }
            """;
        var (_, events) = await run.Run(Steps);
        Assert.Equal("Step One: localhost Passed\nStep Two: localhost Failed\nStep Three: not reached", Told(RunResults.Of(events)));
        await File.WriteAllTextAsync(run.PathOf("mended"), "", TestContext.Current.CancellationToken);
        var (_, more) = await run.Resume(events, resumption => resumption.GoOn([]));
        var whole = RunResults.Of([.. events, .. more]);
        Assert.Equal("Step One: localhost Passed\nStep Two: localhost Passed\nStep Three: localhost Passed", Told(whole));
        Assert.Equal(ExitCode.Passed, whole.ExitCode);
        Assert.Equal(["Two"], new Comparison(new Findings(RunResults.Of(events)), new Findings(whole)).Fixed.Select(pair => pair.Any.Step));
    }

    [Fact]
    public async Task What_runs_again_within_a_block_counts_as_it_ended()
    {
        var (code, events) = await run.Run("""
              - name: Around
                within: 20s
                every: 10ms
                block:
                  - { name: Try, command: "sh -c 'mkdir {{ dir }}/first 2>/dev/null && exit 1; true'", effect: repeatable }
            """);
        Assert.Equal(ExitCode.Passed, code);
        Assert.Contains("Step Around › Try: localhost Passed", Told(RunResults.Of(events)), StringComparison.Ordinal);
        Assert.True(Assert.Single(RunResults.Of(events).Steps, step => step.Name == "Around › Try").Hosts.Single().Result!.Outcome == Outcome.Passed);
    }

    [Fact]
    public async Task No_two_steps_have_the_same_name()
    {
        var (_, events) = await run.Run("""
              - { name: X, command: "true" }
              - { name: X (2), command: "false", on_failure: continue }
              - { name: X, command: "true" }
              - name: B
                block: [{ name: C, command: "true" }]
                always: [{ name: C, command: "true" }]
              - { name: B › C, command: "true" }
            always: [{ name: X, command: "true" }]
            """);
        var results = RunResults.Of(events);
        Assert.Equal(results.Steps.Count, results.Steps.Select(step => step.Name).Distinct().Count());
        Assert.Equal(results.Steps.Count(step => !step.Step.IsGroup), new Findings(results).All.Count);
        Assert.Equal(FindingState.Failed, new Findings(results).Find("X (2)", "localhost")!.State);
    }

    [Fact]
    public async Task What_was_rescued_has_neither_passed_nor_failed()
    {
        var (_, events) = await run.Run("""
              - block: [{ name: X, command: "false" }]
                name: R
                rescue: [{ name: Mend, command: "true" }]
            """);
        var found = new Findings(RunResults.Of(events)).Find("R › X", "localhost")!;
        Assert.Equal((FindingState.Open, "rescued"), (found.State, found.Word));
    }

    [Theory]
    [InlineData("report", FindingState.Failed)]
    [InlineData("stop", FindingState.Failed)]
    [InlineData("good", FindingState.Passed)]
    public async Task A_probe_is_judged_on_each_host_that_it_looks_at(string how, FindingState state)
    {
        var (_, events) = await run.Run($"""
              - name: Around
                probes:
                  - name: There
                    hosts: app
                    effect: none
                    command: "{(how == "good" ? "true" : "false")}"
                    every: 250ms
                    timeout: 30s
                    budget: {(how == "stop" ? "{ outage: 300ms }" : "{ bad: 1% }")}
                block: [{"{"} command: sleep 2 {"}"}]
            """, inventory: RunFixture.Hosts(2));
        var findings = new Findings(RunResults.Of(events));
        if (how == "stop") Assert.Contains(findings.All, found => found.Step == "Around › There" && found.State == state && found.Host is "a1" or "a2");
        else Assert.All(["a1", "a2"], host => Assert.True(findings.Find("Around › There", host)!.State == state, string.Join('\n', events.OfType<RunEvent.ProbeSampled>().Select(e => $"{e.At.Host} {e.Elapsed}: {e.Reason}").Append(findings.Find("Around › There", host)!.Message))));
        Assert.Null(findings.Find("Around › There", ""));
    }
}
