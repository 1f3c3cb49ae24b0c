using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Runs the steps of a playbook on this machine, in a folder of their own whose path is the param `dir`.</summary>
internal sealed class RunFixture : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("run");
    private Plan? plan;

    /// <summary>How long this machine was suspended; null: as it is.</summary>
    public Func<TimeSpan>? Asleep { get; set; }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The group `app` of hosts a1, a2 …, all of them this machine.</summary>
    public static Inventory Hosts(int count) => Planned.Inventory($"groups: {{ app: {{ hosts: {{ 'a[1:{count}]': {{ local: true }} }} }} }}");

    /// <summary>What commands wrote to the file `effects`.</summary>
    public string Effects => Text("effects");

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public async Task<(ExitCode Code, IReadOnlyList<RunEvent> Events)> Run(string steps, Action<RunEvent, Stop>? on = null, Inventory? inventory = null, IReadOnlyCollection<string>? tags = null)
    {
        var playbook = $"name: Test\nparams: {{ dir: {{ default: {folder.FullName} }} }}\nhosts: localhost\nsteps:\n{steps}";
        await File.WriteAllTextAsync(PathOf("p.yaml"), playbook, TestContext.Current.CancellationToken);
        plan = Planned.Of(PathOf("p.yaml"), inventory ?? Inventory.Empty, new Planner.Wishes { Tags = tags });
        var log = new MemoryLog();
        return (await Start(log, run => run.Run(StateFolder.NewRun), on), log.Events);
    }

    /// <summary>The steps of before, with another log.</summary>
    public Task<ExitCode> Start(IRunLog log, Func<Runner, Task<ExitCode>> how, Action<RunEvent, Stop>? on = null) => Start(new RunState(), log, how, on);

    /// <summary>Goes on after these events, and gives those that came then.</summary>
    public async Task<(ExitCode Code, IReadOnlyList<RunEvent> Events)> Resume(IReadOnlyList<RunEvent> events, Func<Resumption, RunEvent.RunResumed> how)
    {
        var (state, log) = (RunState.Of(events), new MemoryLog());
        var resumption = new Resumption(plan!, state, events);
        return (await Start(state, log, run => run.Resume(how(resumption))), log.Events);
    }

    public Resumption Resumption(IReadOnlyList<RunEvent> events) => new(plan!, RunState.Of(events), events);

    private async Task<ExitCode> Start(RunState state, IRunLog log, Func<Runner, Task<ExitCode>> how, Action<RunEvent, Stop>? on = null)
    {
        using var stop = new Stop();
        var recorder = new Recorder(state, log, TimeProvider.System);
        await using var connections = new ConnectionPool(TimeProvider.System);
        if (state.Run.Length > 0) await connections.Prepare([Host.Control], state.Run, TestContext.Current.CancellationToken);
        var tools = new RunTools(connections, new CookieJars(state.Cookies), TimeProvider.System);
        var run = how(new Runner(plan!, recorder, Asleep is null ? tools : tools with { Asleep = Asleep }, stop));
        _ = run.ContinueWith(_ => recorder.Complete(), TaskScheduler.Default);
        await foreach (var happened in recorder.Told.ReadAllAsync(TestContext.Current.CancellationToken)) on?.Invoke(happened, stop);
        return await run;
    }

    public string Text(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)) : "";

    /// <summary>All that commands wrote is gone.</summary>
    public void Clear()
    {
        foreach (var file in folder.EnumerateFiles().Where(f => f.Name != "p.yaml")) file.Delete();
    }

    /// <summary>Ends when a command has written that file.</summary>
    public async Task Written(string file)
    {
        while (!File.Exists(PathOf(file))) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
