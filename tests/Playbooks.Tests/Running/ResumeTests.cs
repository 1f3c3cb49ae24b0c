using Playbooks.Running;
using Playbooks.Running.Probing;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Runs that are cut off after every single event, by a log that takes no more, and go on from what the log has. Ordinarily after some of them.</summary>
public class ResumeTests : IAsyncDisposable
{
    private readonly RunFixture fixture = new();

    /// <summary>How far apart the events are after which it is cut off.</summary>
    protected virtual int Step => 13;

    public ValueTask DisposeAsync()
    {
        fixture.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private const string Steps = """
          - name: Look
            command: echo first
            effect: none
            capture: { first: stdout }
          - name: Loop
            loop: [a, b, c]
            command: sh -c 'echo loop {{ item }} {{ first }} >> {{ dir }}/effects'
            undo: { command: "sh -c 'echo undo {{ item }} >> {{ dir }}/effects'" }
          - name: Block
            block:
              - name: Inside
                id: inside
                command: sh -c 'echo inside >> {{ dir }}/effects; exit 3'
                assert: exit_code == 3
                capture: { code: exit_code }
                undo: { command: "sh -c 'echo undo inside >> {{ dir }}/effects'" }
              - name: Beside
                parallel:
                  - command: sh -c 'echo left {{ code }} >> {{ dir }}/left'
                  - command: sh -c 'echo right {{ steps.inside.exit_code }} >> {{ dir }}/right'
              - put_back: inside
            always:
              - command: sh -c 'echo always >> {{ dir }}/effects'
          - name: Rescued
            block:
              - command: sh -c 'echo to be rescued >> {{ dir }}/effects; exit 1'
            rescue:
              - command: sh -c 'echo rescue {{ failed.message }} >> {{ dir }}/effects'
          - name: Last
            command: sh -c 'echo last {{ code }} {{ first }} >> {{ dir }}/effects'
        """;

    private static readonly string All = string.Join('\n', "loop a first", "loop b first", "loop c first", "inside", "undo inside", "always", "to be rescued", "rescue exit_code == 0 does not hold", "last 3 first", "");

    [Fact]
    public async Task Cut_off_after_an_event_a_run_goes_on_and_does_nothing_twice()
    {
        var (code, events) = await fixture.Run(Steps);
        Assert.Equal(ExitCode.Passed, code);
        Assert.Equal(All, fixture.Effects);
        for (var n = 1; n < events.Count; n += Step)
        {
            fixture.Clear();
            var log = new CutLog(n);
            await Assert.ThrowsAsync<LogFailedException>(() => fixture.Start(log, run => run.Run(StateFolder.NewRun)));
            Assert.Equal(n, log.Events.Count);
            var (end, _) = await fixture.Resume(log.Events, r => r.GoOn([]));
            Assert.Equal((n, ExitCode.Passed, All, "left 3\n", "right 3\n"), (n, end, fixture.Effects, fixture.Text("left"), fixture.Text("right")));
        }
    }

    [Fact]
    public async Task Cut_off_after_an_event_a_run_puts_back_what_it_owes_and_nothing_else()
    {
        var (_, events) = await fixture.Run(Steps);
        for (var n = 1; n < events.Count; n += Step)
        {
            fixture.Clear();
            var log = new CutLog(n);
            await Assert.ThrowsAsync<LogFailedException>(() => fixture.Start(log, run => run.Run(StateFolder.NewRun)));
            var before = fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var (end, after) = await fixture.Resume(log.Events, r => r.PutBack([]));
            var back = fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries)[before.Length..];
            // The playbook owes its loop to the end; the block what it did, until that is put back or the block is over.
            string[] owed = [.. before.Contains("inside") && !before.Contains("undo inside") ? ["undo inside"] : Array.Empty<string>()];
            Assert.Equal((n, ExitCode.Interrupted), (n, end));
            var isOver = log.Events.Any(e => e is RunEvent.BlockFinished { Block: "play", Passed: true });
            Assert.Equal(before.Where(l => l.StartsWith("loop") && !isOver).Reverse().Select(l => "undo " + l[5]), back.Where(l => l is "undo a" or "undo b" or "undo c"));
            Assert.Equal(owed, back.Where(l => l == "undo inside"));
            Assert.Equal(log.Events.Any(e => e is RunEvent.StepStarted { Title: "Block" }) ? 1 : 0, fixture.Effects.Split('\n').Count(l => l == "always"));
            Assert.DoesNotContain(after, e => e is RunEvent.RunFinished { NotUndone.Count: > 0 });
        }
    }

    private const string Batches = """
          - name: Rolling
            hosts: app
            batch: [1, 2]
            order: shuffle
            block:
              - command: sh -c 'echo {{ host.name }} of {{ count(groups.batch) }}'
                effect: none
                capture: { who: stdout }
              - command: sh -c 'echo {{ who }} >> {{ dir }}/effects'
                undo: { command: "sh -c 'echo undo {{ who }} >> {{ dir }}/effects'" }
              - command: sh -c 'echo end {{ who }} >> {{ dir }}/effects'
          - hosts: localhost
            command: sh -c 'echo after >> {{ dir }}/effects'
        """;

    [Fact]
    public async Task Cut_off_after_an_event_batches_go_on_as_they_were_made_and_nothing_is_done_twice()
    {
        var (code, events) = await fixture.Run(Batches, inventory: RunFixture.Hosts(3));
        Assert.Equal(ExitCode.Passed, code);
        for (var n = 1; n < events.Count; n += Step)
        {
            fixture.Clear();
            var log = new CutLog(n);
            await Assert.ThrowsAsync<LogFailedException>(() => fixture.Start(log, run => run.Run(StateFolder.NewRun)));
            var (end, after) = await fixture.Resume(log.Events, r => r.GoOn([]));
            var batches = Assert.Single(log.Events.Concat(after).OfType<RunEvent.BatchesMade>()).Batches;
            var all = batches.SelectMany(batch => batch.Order().Select(host => $"{host} of {batch.Count}").SelectMany(who => new[] { who, $"end {who}" })).Append("after");
            Assert.True(end == ExitCode.Passed && all.Order().SequenceEqual(fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()), $"after {n}: {end}, {fixture.Effects}");
            // A batch begins when the one before it is through.
            var seen = fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line != "after").Select(line => batches.ToList().FindIndex(batch => batch.Contains(line.Replace("end ", "", StringComparison.Ordinal)[..2]))).ToList();
            Assert.Equal(seen.Order(), seen);
        }
    }

    /// <summary>The run cut off after one event, then after a later one, until it survives: how many samples there are is another matter each time.</summary>
    private async Task AfterEach(Func<int, CutLog, Task> then)
    {
        for (var n = 1; ; n += Step)
        {
            fixture.Clear();
            var log = new CutLog(n);
            if (await Record.ExceptionAsync(() => fixture.Start(log, run => run.Run(StateFolder.NewRun))) is not LogFailedException)
            {
                Assert.True(n > 15, $"it survived {n}");
                return;
            }
            await then(n, log);
        }
    }

    /// <summary>What a probe has found so far is known when the run goes on, and it looks until the end.</summary>
    [Fact]
    public async Task Cut_off_after_an_event_probes_go_on_beside_the_steps()
    {
        const string Steps = """
              - name: Block
                probes:
                  - { id: inner, name: Inner, hosts: localhost, effect: none, command: 'test -e {{ dir }}/p.yaml', every: 50ms, budget: { bad: 0% } }
                block:
                  - command: sh -c 'echo one >> {{ dir }}/effects'
                    undo: { command: "sh -c 'echo undo one >> {{ dir }}/effects'" }
                  - wait: 120ms
                  - command: sh -c 'echo two >> {{ dir }}/effects'
              - assert: probes.inner.bad == 0 && probes.outer.bad == 0 && probes.inner.samples > 0
            probes:
              - { id: outer, name: Outer, hosts: localhost, effect: none, command: "true", every: 50ms, budget: { outage: 1s, bad: 0% } }
            """;
        var (code, _) = await fixture.Run(Steps);
        Assert.Equal((ExitCode.Passed, "one\ntwo\n"), (code, fixture.Effects));
        await AfterEach(async (n, log) =>
        {
            var (end, after) = await fixture.Resume(log.Events, r => r.GoOn([]));
            Assert.True(end == ExitCode.Passed && fixture.Effects == "one\ntwo\n", $"after {n} ({log.Events[^1].GetType().Name}): {end}, {fixture.Effects}");
            var probes = new ProbesState();
            foreach (var happened in log.Events.Concat(after)) probes.On(happened);
            Assert.Equal(["inner", "outer"], probes.All.Select(p => p.Id).Order());
            Assert.All(probes.All, p => Assert.True(p.HasEnded && p.On("localhost") is { Good: > 0, Bad: 0 }));
        });
    }

    /// <summary>What was judged is not judged again, with what was found while it was put back.</summary>
    [Fact]
    public async Task Cut_off_after_an_event_a_failed_budget_is_put_back_wholly()
    {
        const string Steps = """
              - command: sh -c 'echo a >> {{ dir }}/effects'
                undo: { command: "sh -c 'echo undo a >> {{ dir }}/effects'" }
              - command: sh -c 'echo b >> {{ dir }}/effects'
                undo: { command: "sh -c 'echo undo b >> {{ dir }}/effects; touch {{ dir }}/good; sleep 0.2'" }
            probes:
              - { name: Site, hosts: localhost, effect: none, command: "test -e {{ dir }}/good", every: 50ms, budget: { bad: 60% } }
            """;
        var (code, _) = await fixture.Run(Steps);
        Assert.Equal((ExitCode.Failed, "a\nb\nundo b\nundo a\n"), (code, fixture.Effects));
        await AfterEach(async (n, log) =>
        {
            var wasJudged = log.Events.OfType<RunEvent.ProbeJudged>().Any();
            var (end, _) = await fixture.Resume(log.Events, r => r.GoOn([]));
            var all = fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            // Where it was not judged yet, an undo that makes it good may not have begun either.
            Assert.True(end == ExitCode.Failed && all is ["a", "b", "undo b", "undo a"], $"after {n} ({log.Events[^1].GetType().Name}, judged: {wasJudged}): {end}, {string.Join(", ", all)}");
        });
    }

    /// <summary>An undo of a batch that failed is tried again when it is asked for, though the batch had ended.</summary>
    [Fact]
    public async Task What_a_batch_could_not_put_back_is_put_back_later()
    {
        var steps = """
              - hosts: app
                batch: 1
                block:
                  - command: sh -c 'echo do {{ host.name }} >> {{ dir }}/effects'
                    undo: { command: "sh -c 'test -e {{ dir }}/mended && echo undo {{ host.name }} >> {{ dir }}/effects'" }
                  - command: "false"
            """;
        var (first, events) = await fixture.Run(steps, inventory: RunFixture.Hosts(2));
        await File.WriteAllTextAsync(fixture.PathOf("mended"), "", TestContext.Current.CancellationToken);
        var (then, after) = await fixture.Resume(events, r => r.PutBack([]));
        Assert.Equal((ExitCode.NotUndone, "do a1\nundo a1\n"), (first, fixture.Effects));
        Assert.Equal(ExitCode.Interrupted, then);
        Assert.Empty(after.OfType<RunEvent.RunFinished>().Single().NotUndone);
    }

    [Fact]
    public async Task A_run_that_a_probe_stopped_goes_on_with_a_clean_slate()
    {
        var steps = """
              - command: sh -c 'echo one >> {{ dir }}/effects'
              - command: sh -c 'test -e {{ dir }}/mended || { touch {{ dir }}/begun; sleep 20; }'
              - command: sh -c 'echo two >> {{ dir }}/effects'
            probes:
              - { id: site, name: Site, hosts: localhost, effect: none, command: "sh -c 'test -e {{ dir }}/mended || test ! -e {{ dir }}/begun'", every: 50ms, budget: { outage: 200ms } }
            """;
        var (first, events) = await fixture.Run(steps);
        await File.WriteAllTextAsync(fixture.PathOf("mended"), "", TestContext.Current.CancellationToken);
        var (then, _) = await fixture.Resume(events, r => r.GoOn([]));
        Assert.Equal((ExitCode.Guard, ExitCode.Passed, "one\ntwo\n"), (first, then, fixture.Effects));
    }

    [Fact]
    public async Task Cut_off_after_an_event_the_batch_that_had_begun_is_put_back_and_no_other()
    {
        var (_, events) = await fixture.Run(Batches, inventory: RunFixture.Hosts(3));
        for (var n = 1; n < events.Count; n += Step)
        {
            fixture.Clear();
            var log = new CutLog(n);
            await Assert.ThrowsAsync<LogFailedException>(() => fixture.Start(log, run => run.Run(StateFolder.NewRun)));
            var before = fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var over = log.Events.OfType<RunEvent.BlockFinished>().Count(e => e.Passed && e.Block.StartsWith("steps/0/", StringComparison.Ordinal));
            var batches = log.Events.OfType<RunEvent.BatchesMade>().SelectMany(made => made.Batches).ToList();
            var (end, _) = await fixture.Resume(log.Events, r => r.PutBack([]));
            var back = fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries)[before.Length..];
            var owed = before.Where(line => line.StartsWith('a') && line != "after" && batches.FindIndex(batch => batch.Contains(line[..2])) >= over).Select(line => $"undo {line}");
            Assert.True(end == ExitCode.Interrupted && owed.Order().SequenceEqual(back.Order()), $"after {n}: {end}, {string.Join(", ", before)} | {string.Join(", ", back)}");
        }
    }

    /// <summary>Takes so many events, and then none.</summary>
    private sealed class CutLog(int most) : IRunLog
    {
        public List<RunEvent> Events { get; } = [];

        public ValueTask Append(RunEvent happened, bool durable)
        {
            if (Events.Count == most) throw new LogFailedException("it takes no more");
            Events.Add(happened);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>After every single one.</summary>
[Trait("Category", "Long")]
public sealed class ResumeAnywhereTests : ResumeTests
{
    protected override int Step => 1;
}
