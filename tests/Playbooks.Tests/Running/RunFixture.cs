using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Runs the steps of a playbook on this machine, in a folder of their own whose path is the param `dir`.</summary>
internal sealed class RunFixture : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("run");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>What commands wrote to the file `effects`.</summary>
    public string Effects => File.Exists(PathOf("effects")) ? File.ReadAllText(PathOf("effects")) : "";

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public async Task<(ExitCode Code, IReadOnlyList<RunEvent> Events)> Run(string steps, Action<RunEvent, Stop>? on = null, Inventory? inventory = null, IReadOnlyCollection<string>? tags = null)
    {
        var playbook = $"name: Test\nparams: {{ dir: {{ default: {folder.FullName} }} }}\nhosts: localhost\nsteps:\n{steps}";
        await File.WriteAllTextAsync(PathOf("p.yaml"), playbook, TestContext.Current.CancellationToken);
        var problems = new ProblemList();
        var plan = new Planner(inventory ?? Inventory.Empty, new Dictionary<string, object?>(), problems).Plan(new PlaybookLoader(problems).Load(PathOf("p.yaml"))!, new Planner.Wishes { Tags = tags });
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));

        using var stop = new Stop();
        var log = new MemoryLog();
        var recorder = new Recorder(new RunState(), log, TimeProvider.System);
        await using var connections = new ConnectionPool(TimeProvider.System);
        var run = new Runner(plan, recorder, new RunTools(connections, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun);
        await foreach (var happened in recorder.Told.ReadAllAsync(TestContext.Current.CancellationToken)) on?.Invoke(happened, stop);
        return (await run, log.Events);
    }

    /// <summary>Ends when a command has written that file.</summary>
    public async Task Written(string file)
    {
        while (!File.Exists(PathOf(file))) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
