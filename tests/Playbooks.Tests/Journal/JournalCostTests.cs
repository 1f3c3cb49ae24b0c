using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>What it costs a run that its events are kept on disk.</summary>
public sealed class JournalCostTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Hosts = 100, Steps = 20, Rounds = 4;

    private readonly Sshd sshd = new() { Extra = "MaxStartups 1000" };
    private readonly JournalFixture files = new();

    public ValueTask InitializeAsync() => sshd.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        files.Dispose();
        await sshd.DisposeAsync();
    }

    /// <summary>In turn, several rounds, in one process; the first of each only warms up. Every step is of effect `once`: each of its intents is on the disk before it is sent.</summary>
    [Fact, Trait("Category", "Long"), Trait("Category", "Alone")]
    public async Task A_run_of_a_hundred_hosts_takes_little_more_of_the_client_than_with_its_events_in_memory()
    {
        var plan = Plan();
        using var journal = files.Open();
        List<double> memory = [], kept = [];
        for (var round = 0; round <= Rounds; round++)
        {
            memory.Add(await Cpu(plan, () => new MemoryLog()));
            kept.Add(await Cpu(plan, () => journal.Begin(JournalFixture.New($"run{round}"), out _)));
            output.WriteLine($"{(round == 0 ? "warming up" : $"round {round}")}: in memory {memory[^1]:0.00} s of CPU, with the journal {kept[^1]:0.00} s");
        }
        var events = journal.Events(journal.Find("last")[0]).Count();
        var ratio = kept.Skip(1).Average() / memory.Skip(1).Average();
        output.WriteLine($"{Hosts} hosts, {Steps} steps, {events} events: client CPU with the journal {ratio:0.00} times that with memory");
        Assert.True(events > 2 * Hosts * Steps);
        Assert.InRange(ratio, 0, 1.3);
    }

    private async Task<double> Cpu(Plan plan, Func<IRunLog> open)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        var log = open();
        using var stop = new Stop();
        await using (var connections = sshd.Pool())
        {
            var code = await new Runner(plan, new Recorder(new RunState(), log, TimeProvider.System), new RunTools(connections, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun);
            Assert.Equal(ExitCode.Passed, code);
        }
        if (log is IAsyncDisposable kept) await kept.DisposeAsync();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private Plan Plan()
    {
        Directory.CreateDirectory(files.Folder);
        var file = Path.Combine(files.Folder, "p.yaml");
        File.WriteAllText(file, "name: Many\nhosts: all\nforks: 100\nsteps:\n" + string.Concat(Enumerable.Range(1, Steps).Select(i => $"  - {{ name: Step {i}, command: 'echo {i}', assert: stdout == '{i}' }}\n")));
        var hosts = Enumerable.Range(1, Hosts).Select(i => sshd.Host() with { Name = $"h{i}" }).ToList();
        return Planned.Of(file, new Inventory(hosts, new Dictionary<string, IReadOnlyList<Host>>()));
    }
}
