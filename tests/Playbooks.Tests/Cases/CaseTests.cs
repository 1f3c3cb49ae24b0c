using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Connections;
using Playbooks.Journal;
using Playbooks.Loading;
using Playbooks.Loading.Secrets;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Cases;

/// <summary>Golden folders: a case is a file. `bad/` holds what is refused, `runs/` what runs on this machine, each with what is shown.</summary>
public sealed partial class CaseTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("case");

    public void Dispose() => folder.Delete(recursive: true);

    private static string Folder(string name) => Repository.PathOf($"tests/Playbooks.Tests/Cases/{name}");

    private static TheoryData<string> Files(string folder) => new(Directory.EnumerateFiles(Folder(folder), "*.yaml").Select(Path.GetFileNameWithoutExtension).Where(n => n is not ("hosts" or "actions"))!);

    public static TheoryData<string> Bad => Files("bad");

    public static TheoryData<string> Runs => Files("runs");

    [Theory, MemberData(nameof(Bad))]
    public async Task What_is_wrong_is_said_with_its_place_all_at_once(string name)
    {
        var problems = new ProblemList();
        Assert.Null(Plan("bad", name, problems));
        await Verifier.Verify(string.Join('\n', problems.Select(ProblemPrinter.Print)).Replace(Folder("bad") + "/", "", StringComparison.Ordinal), name);
    }

    [Theory, MemberData(nameof(Runs))]
    public async Task A_run_shows_what_it_did_and_what_it_proved(string name)
    {
        var problems = new ProblemList();
        var plan = Plan("runs", name, problems, folder.FullName);
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));

        var masker = new Masker();
        var reader = new SecretReader((_, _) => Task.FromResult<string?>(null), new Dictionary<string, object?> { ["TOKEN"] = "hunter2/hunter2", ["PIN"] = "4711" }, TimeProvider.System, masker, problems);
        var secrets = await RunSecrets.Read(plan, reader, masker, problems, TestContext.Current.CancellationToken);
        if (secrets is null)
        {
            await Verifier.Verify(masker.Mask(string.Join('\n', problems.Select(ProblemPrinter.Print)).Replace(Folder("runs") + "/", "", StringComparison.Ordinal)), $"{name}.2");
            return;
        }
        var log = new MemoryLog();
        var recorder = new Recorder(new RunState(), log, TimeProvider.System, masker);
        await using var connections = new ConnectionPool(TimeProvider.System);
        using var stop = new Stop();
        var code = await new Runner(plan, recorder, new RunTools(connections, new CookieJars(), TimeProvider.System) { Secrets = secrets }, stop).Run(StateFolder.NewRun);
        var report = new ProgressReport(RunOutline.Of(plan), 100, verbose: false);
        var lines = log.Events.Select(Untimed).SelectMany(report.On).Select(line => Times().Replace(line.Text, m => new string(' ', Math.Max(0, m.Length - 4)) + "0.0s").Replace("steps in  0.0s", "steps in 0.0s", StringComparison.Ordinal).Replace(folder.FullName, "DIR", StringComparison.Ordinal));
        await Verifier.Verify(string.Join('\n', lines), $"{name}.{(int)code}");
        IsShownAgain(log.Events);
        RanAsPlanned(plan, log.Events, code);
    }

    /// <summary>From the journal a run reads as it did when it ran.</summary>
    private static void IsShownAgain(IReadOnlyList<RunEvent> events)
    {
        var kept = events.Select(happened => EventJson.Read(EventJson.Write(Bounds.Of(happened)))).ToList();
        foreach (var width in new[] { 40, 100 })
            Assert.Equal(Shown(events, width), Shown(kept, width));

        static IEnumerable<string> Shown(IReadOnlyList<RunEvent> events, int width)
        {
            var report = new ProgressReport(((RunEvent.RunStarted)events[0]).Outline, width, verbose: true);
            return events.SelectMany(report.On).Select(line => line.Text);
        }
    }

    /// <summary>What `play plan` lists is what a run does: no step that is not listed, in the order of the list, on hosts that it names, and all of them where nothing failed.</summary>
    private static void RanAsPlanned(Plan plan, IReadOnlyList<RunEvent> events, ExitCode code)
    {
        using var json = JsonDocument.Parse(string.Join('\n', new PlanJson(plan).Lines()));
        var listed = json.RootElement.GetProperty("steps").EnumerateArray().Select(step => (Key: Text(step, "key")!, Parent: Text(step, "parent"), Part: Text(step, "part"), Kind: Text(step, "kind"), Step: step)).ToList();
        var byKey = listed.ToDictionary(step => step.Key);
        var started = events.OfType<RunEvent.StepStarted>().ToList();
        Assert.All(started, step => Assert.Contains(step.Step.Path, byKey));

        // Steps side by side begin in any order, so the whole of them stands for each.
        string Whole(string key) => byKey[key].Parent is not { } parent ? key : Whole(parent) is var around && (around != parent || byKey[parent].Kind == "parallel") ? around : key;
        var order = listed.Select((step, place) => (step.Key, place)).ToDictionary();
        var began = started.Where(step => !Frame.IsInside(step.Frame)).ToList();
        var keys = began.Select(step => Whole(step.Step.Path)).Distinct().ToList();
        Assert.Equal(keys.OrderBy(key => order[key]), keys);

        foreach (var step in began.Where(step => step.Hosts.Count > 0 && byKey[step.Step.Path].Kind != "put_back"))
            Assert.Subset(Hosts(byKey[step.Step.Path].Step.GetProperty("hosts")), step.Hosts.ToHashSet());

        if (code != ExitCode.Passed || events.OfType<RunEvent.Rescued>().Any()) return;
        var skipped = events.OfType<RunEvent.StepFinished>().Where(step => step.Outcomes.All(o => o.Outcome == Outcome.Skipped)).Select(step => step.Step.Path).ToHashSet();
        bool IsOfRun(string key) => byKey[key] is var step && step.Part is "steps" or "always" && (step.Parent is null || byKey[step.Parent].Kind is "block" or "parallel" or "include" && !skipped.Contains(step.Parent) && IsOfRun(step.Parent));
        Assert.Equal(listed.Where(step => IsOfRun(step.Key)).Select(step => step.Key).Order(), began.Select(step => step.Step.Path).Distinct().Order());
    }

    /// <summary>How long a step took is told only from a second on, which under load any may take.</summary>
    private static RunEvent Untimed(RunEvent happened) => happened is RunEvent.StepFinished step ? step with { Duration = TimeSpan.Zero } : happened;

    private static string? Text(JsonElement step, string name) => step.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static HashSet<string> Hosts(JsonElement hosts) => [.. (hosts.TryGetProperty("known", out var known) ? known : hosts.GetProperty("among")).EnumerateArray().Select(host => host.GetString()!)];

    [GeneratedRegex(@"^ *\d+\.\d+s|(?<=steps? in )\d+\.\d+s")]
    private static partial Regex Times();

    /// <param name="folder">Where the cases are.</param>
    /// <param name="name">The case.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="dir">The value of the param `dir`, for cases that have one: a folder of their own.</param>
    internal static Plan? Plan(string folder, string name, ProblemList problems, string dir = "/")
    {
        var loader = new PlaybookLoader(problems);
        var playbook = loader.Load(Path.Combine(Folder(folder), name + ".yaml"));
        var before = problems.Count;
        var inventory = new InventoryLoader(problems);
        var own = Path.Combine(Folder(folder), name + ".hosts");
        inventory.Add(loader.ReadFile(File.Exists(own) ? own : Path.Combine(Folder(folder), "hosts.yaml")), Folder(folder));
        var built = inventory.Build() is var all && problems.Count == before ? all : null;
        return playbook is null ? null : new Planner(built, new Dictionary<string, object?> { ["HOME"] = "/home/u" }, problems).Plan(playbook, new Planner.Wishes
        {
            Params = playbook.Params.Any(p => p.Name == "dir") ? new Dictionary<string, GivenValue> { ["dir"] = new(dir, true, Position.In("-e")) } : [],
        });
    }
}
