using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Stopping a run on purpose, on this machine: what is ended, what is put back, what is said.</summary>
public sealed class StopTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("stop");

    public void Dispose() => folder.Delete(recursive: true);

    private string Effects => File.Exists(PathOf("effects")) ? File.ReadAllText(PathOf("effects")) : "";

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private async Task<(ExitCode Code, IReadOnlyList<RunEvent> Events)> Run(string steps, Func<RunEvent, Stop, bool> on, Inventory? inventory = null)
    {
        var playbook = $"name: Stop\nparams: {{ dir: {{ default: {folder.FullName} }} }}\nhosts: localhost\nsteps:\n{steps}";
        await File.WriteAllTextAsync(PathOf("p.yaml"), playbook, TestContext.Current.CancellationToken);
        var problems = new ProblemList();
        var plan = new Planner(inventory ?? Inventory.Empty, new Dictionary<string, object?>(), problems).Plan(new PlaybookLoader(problems).Load(PathOf("p.yaml"))!, new Planner.Wishes());
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));

        using var stop = new Stop();
        var log = new MemoryLog();
        var recorder = new Recorder(new RunState(), log, TimeProvider.System);
        await using var connections = new ConnectionPool(TimeProvider.System);
        var run = new Runner(plan, recorder, new RunTools(connections, new CookieJars(), TimeProvider.System), stop).Run("test");
        await foreach (var happened in recorder.Told.ReadAllAsync(TestContext.Current.CancellationToken)) on(happened, stop);
        return (await run, log.Events);
    }

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

    private async Task Started(string file)
    {
        while (!File.Exists(PathOf(file))) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Once_ends_the_step_on_its_host_and_puts_back_in_reverse_order()
    {
        var (code, _) = await Run(Steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Long" }) _ = Started("pid").ContinueWith(_ => stop.Request(), TaskScheduler.Default);
            return true;
        });
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal("change\nlong back\nback\n", Effects);
        Assert.False(Directory.Exists("/proc/" + (await File.ReadAllTextAsync(PathOf("pid"), TestContext.Current.CancellationToken)).Trim()));
    }

    [Fact]
    public async Task Twice_puts_nothing_back_and_says_so()
    {
        var (code, events) = await Run(Steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Long" })
                _ = Started("pid").ContinueWith(_ =>
                {
                    stop.Request();
                    stop.Request();
                }, TaskScheduler.Default);
            return true;
        });
        Assert.Equal(ExitCode.NotUndone, code);
        Assert.Equal("change\n", Effects);
        Assert.Equal(["\"Long\" on localhost was not put back", "\"Change\" on localhost was not put back"], ((RunEvent.RunFinished)events[^1]).NotUndone.Select(o => o.ToString()));
    }

    [Fact]
    public async Task A_stop_before_the_first_step_runs_nothing()
    {
        var (code, _) = await Run(Steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Change" }) stop.Request();
            return true;
        });
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.DoesNotContain("never", Effects, StringComparison.Ordinal);
        Assert.Equal(Effects.Contains("change", StringComparison.Ordinal), Effects.Contains("\nback", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stopped_host_is_not_dropped_and_always_runs_on_it()
    {
        var (code, _) = await Run("""
              - block:
                  - command: sh -c 'echo $$ > {{ dir }}/pid; sleep 60'
                on_failure: drop
                always: [{ command: "sh -c 'echo always >> {{ dir }}/effects'" }]
            """, (happened, stop) =>
        {
            if (happened is RunEvent.HostStarted { At.Step.Path: "steps/0/block/0" }) _ = Started("pid").ContinueWith(_ => stop.Request(), TaskScheduler.Default);
            return true;
        });
        Assert.Equal((ExitCode.Interrupted, "always\n"), (code, Effects));
    }

    [Fact]
    public async Task An_always_that_is_not_run_any_more_is_said()
    {
        var (code, events) = await Run("""
              - block: [{ command: "sh -c 'echo $$ > {{ dir }}/pid; sleep 60'" }]
                always: [{ command: "sh -c 'echo always >> {{ dir }}/effects'" }]
            """, (happened, stop) =>
        {
            if (happened is RunEvent.HostStarted)
                _ = Started("pid").ContinueWith(_ =>
                {
                    stop.Request();
                    stop.Request();
                }, TaskScheduler.Default);
            return true;
        });
        Assert.Equal((ExitCode.NotUndone, ""), (code, Effects));
        Assert.Single(events.OfType<RunEvent.AlwaysNotRun>());
    }

    [Fact]
    public async Task Undos_side_by_side_each_see_what_their_own_host_captured()
    {
        var problems = new ProblemList();
        var hosts = new InventoryLoader(problems);
        hosts.Add(Yaml.Read(new SourceText("hosts", "groups: { g: { hosts: { h1: { local: true, wait: 3 }, h2: { local: true, wait: 0 }, h3: { local: true, wait: 1 } } } }"), problems), "/");
        var (code, _) = await Run("""
              - hosts: g
                command: touch {{ dir }}/{{ host.name }}
                undo:
                  - command: echo {{ host.name }}
                    capture: { mine: stdout }
                  - command: sleep 0.{{ host.wait }}
                  - command: rm {{ dir }}/{{ mine }}
              - command: "false"
            """, (_, _) => true, hosts.Build());
        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal(["p.yaml"], Directory.EnumerateFiles(folder.FullName).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Events_are_numbered_without_gaps_and_the_intent_of_what_must_not_run_twice_is_durable()
    {
        var (_, events) = await Run("  - command: echo\n", (_, _) => true);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(
            ["RunStarted", "StepStarted", "HostStarted", "ItemFinished", "HostFinished", "StepFinished", "BlockFinished", "RunFinished"],
            events.Select(e => e.GetType().Name));
    }
}
