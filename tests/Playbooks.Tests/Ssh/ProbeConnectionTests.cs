using Playbooks.Running;
using Playbooks.Running.Probing;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Probes that look on a host itself: beside the steps there, which neither wait for them nor hold them up.</summary>
public sealed class ProbeConnectionTests : IAsyncLifetime
{
    private readonly Sshd sshd = new();

    public ValueTask InitializeAsync() => sshd.InitializeAsync();

    public ValueTask DisposeAsync() => sshd.DisposeAsync();

    private async Task<(ExitCode Code, IReadOnlyList<RunEvent> Events)> Run(string steps)
    {
        var file = sshd.NewPath();
        await File.WriteAllTextAsync(file, $"name: Probes\nhosts: h1\nsteps:\n{steps}", TestContext.Current.CancellationToken);
        var plan = Planned.Of(file, Planned.Inventory($"ssh: {{ user: {Environment.UserName}, key: {sshd.Key}, known_hosts: {sshd.KnownHosts} }}\ngroups: {{ all1: {{ hosts: {{ h1: {{ ssh: {{ host: 127.0.0.1, port: {sshd.Port} }} }} }} }} }}\n"));
        using var stop = new Stop();
        var log = new MemoryLog();
        await using var connections = sshd.Pool();
        return (await new Runner(plan, new Recorder(new RunState(), log, TimeProvider.System), new RunTools(connections, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun), log.Events);
    }

    private static ProbeTally Tally(IReadOnlyList<RunEvent> events)
    {
        var state = new ProbesState();
        foreach (var happened in events) state.On(happened);
        return state.All[0].On("h1");
    }

    /// <summary>Three of them would take all eight sessions of the steps' own connection, and a step would wait for as long as they.</summary>
    [Fact]
    public async Task Slow_probes_do_not_slow_the_steps()
    {
        var (code, events) = await Run("""
              - { hosts: localhost, shell: "until [ $(pgrep -fc '^sleep 15.25$') -ge 8 ]; do sleep 0.05; done", effect: none, timeout: 40s }

            """ + string.Concat(Enumerable.Repeat("  - { command: \"true\", effect: none }\n", 2))
            + "probes:\n" + string.Concat(Enumerable.Range(0, 3).Select(i => $"  - {{ id: p{i}, effect: none, command: sleep 15.25, every: 100ms, timeout: 30s }}\n")));
        Assert.Equal(ExitCode.Passed, code);
        var took = events.OfType<RunEvent.StepFinished>().Last().Elapsed - events.OfType<RunEvent.StepStarted>().ElementAt(1).Elapsed;
        Assert.True(took < TimeSpan.FromSeconds(10), $"{took}");
    }

    /// <summary>Steps that fill their connection are no outage.</summary>
    [Fact]
    public async Task Busy_steps_are_no_outage()
    {
        var steps = "  - parallel:\n" + string.Concat(Enumerable.Range(0, 8).Select(_ => "      - { command: sleep 5, effect: none }\n"))
            + "probes:\n  - { name: Up, effect: none, command: \"true\", every: 500ms, timeout: 2s, budget: { outage: 1s } }\n";
        var (code, events) = await Run(steps);
        Assert.True(code == ExitCode.Passed && Tally(events) is { Bad: 0, Good: > 2 }, $"{code}, {Tally(events).Good} good, {Tally(events).Bad} bad, {Tally(events).Missed} missed");
    }

    /// <summary>What there is no room for on its connection is missed; what has begun and hangs is bad, and is ended there.</summary>
    [Fact]
    public async Task Samples_that_hang_are_bad_and_those_without_room_are_missed()
    {
        var (_, events) = await Run("  - { hosts: localhost, wait: 3s }\nprobes:\n  - { name: Hangs, effect: none, command: sleep 30, every: 100ms, timeout: 1s }\n");
        var tally = Tally(events);
        Assert.True(tally is { Good: 0, Bad: >= 8, Missed: > 0 } && tally.Bad + tally.Missed < 40, $"{tally.Good} good, {tally.Bad} bad, {tally.Missed} missed");
    }
}
