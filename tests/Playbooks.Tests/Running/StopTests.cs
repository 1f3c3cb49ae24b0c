using Playbooks.Loading;
using Playbooks.Problems;
using Playbooks.Running;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Stopping a run on purpose, on this machine: what is ended, what is put back, what is said.</summary>
public sealed class StopTests : IDisposable
{
    private readonly RunFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    private const string Steps = """
          - name: Change
            command: sh -c 'echo change >> {{ dir }}/effects'
            undo: { command: "sh -c 'echo back >> {{ dir }}/effects'" }
          - name: Long
            command: sh -c 'echo $$ > {{ dir }}/pid; sleep 60'
            undo: { command: "sh -c 'echo long back >> {{ dir }}/effects'" }
          - name: Never
            command: sh -c 'echo never >> {{ dir }}/effects'
        """;

    [Fact]
    public async Task Once_ends_the_step_on_its_host_and_puts_back_in_reverse_order()
    {
        var (code, _) = await fixture.Run(Steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Long" }) _ = fixture.Written("pid").ContinueWith(_ => stop.Request(), TaskScheduler.Default);
        });
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal("change\nlong back\nback\n", fixture.Effects);
        Assert.False(Directory.Exists("/proc/" + (await File.ReadAllTextAsync(fixture.PathOf("pid"), TestContext.Current.CancellationToken)).Trim()));
    }

    [Fact]
    public async Task Twice_puts_nothing_back_and_says_so()
    {
        var (code, events) = await fixture.Run(Steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Long" })
                _ = fixture.Written("pid").ContinueWith(_ =>
                {
                    stop.Request();
                    stop.Request();
                }, TaskScheduler.Default);
        });
        Assert.Equal(ExitCode.NotUndone, code);
        Assert.Equal("change\n", fixture.Effects);
        Assert.Equal(["\"Long\" on localhost was not put back", "\"Change\" on localhost was not put back"], ((RunEvent.RunFinished)events[^1]).NotUndone.Select(o => o.ToString()));
    }

    [Fact]
    public async Task A_stop_before_the_first_step_runs_nothing()
    {
        var (code, _) = await fixture.Run(Steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Change" }) stop.Request();
        });
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.DoesNotContain("never", fixture.Effects, StringComparison.Ordinal);
        Assert.Equal(fixture.Effects.Contains("change", StringComparison.Ordinal), fixture.Effects.Contains("\nback", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stopped_host_is_not_dropped_and_always_runs_on_it()
    {
        var (code, _) = await fixture.Run("""
              - block:
                  - command: sh -c 'echo $$ > {{ dir }}/pid; sleep 60'
                on_failure: drop
                always: [{ command: "sh -c 'echo always >> {{ dir }}/effects'" }]
            """, (happened, stop) =>
        {
            if (happened is RunEvent.HostStarted { At.Step.Path: "steps/0/block/0" }) _ = fixture.Written("pid").ContinueWith(_ => stop.Request(), TaskScheduler.Default);
        });
        Assert.Equal((ExitCode.Interrupted, "always\n"), (code, fixture.Effects));
    }

    [Fact]
    public async Task An_always_that_is_not_run_any_more_is_said()
    {
        var (code, events) = await fixture.Run("""
              - block: [{ command: "sh -c 'echo $$ > {{ dir }}/pid; sleep 60'" }]
                always: [{ command: "sh -c 'echo always >> {{ dir }}/effects'" }]
            """, (happened, stop) =>
        {
            if (happened is RunEvent.HostStarted)
                _ = fixture.Written("pid").ContinueWith(_ =>
                {
                    stop.Request();
                    stop.Request();
                }, TaskScheduler.Default);
        });
        Assert.Equal((ExitCode.NotUndone, ""), (code, fixture.Effects));
        Assert.Single(events.OfType<RunEvent.AlwaysNotRun>());
    }

    [Fact]
    public async Task Undos_side_by_side_each_see_what_their_own_host_captured()
    {
        var problems = new ProblemList();
        var hosts = new InventoryLoader(problems);
        hosts.Add(Yaml.Read(new SourceText("hosts", "groups: { g: { hosts: { h1: { local: true, wait: 3 }, h2: { local: true, wait: 0 }, h3: { local: true, wait: 1 } } } }"), problems), "/");
        var (code, _) = await fixture.Run("""
              - hosts: g
                command: touch {{ dir }}/{{ host.name }}
                undo:
                  - command: echo {{ host.name }}
                    capture: { mine: stdout }
                  - command: sleep 0.{{ host.wait }}
                  - command: rm {{ dir }}/{{ mine }}
              - command: "false"
            """, inventory: hosts.Build());
        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal(["p.yaml"], Directory.EnumerateFiles(fixture.PathOf("")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Events_are_numbered_without_gaps_and_the_intent_of_what_must_not_run_twice_is_durable()
    {
        var (_, events) = await fixture.Run("  - command: echo\n");
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(
            ["RunStarted", "StepStarted", "HostStarted", "HostFinished", "StepFinished", "BlockFinished", "RunFinished"],
            events.Select(e => e.GetType().Name));
    }
}
