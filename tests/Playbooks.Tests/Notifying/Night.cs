using Playbooks.Connections;
using Playbooks.Loading.Secrets;
using Playbooks.Model;
using Playbooks.Notifying;
using Playbooks.Problems;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Files;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Tests.Running;
using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>A night's run, really run on this machine, and the people who are told of it.</summary>
internal sealed class Night : IDisposable
{
    public const string Passes = "  - { name: Good, command: 'true' }", Fails = "  - { name: Good, command: 'false' }";

    /// <summary>What `secret.hook` and `secret.mail` are.</summary>
    public const string Hook = "T00/B00/hunter2hunter2";

    private readonly RunFixture fixture = new();

    public Masker Masker { get; } = new();

    /// <summary>The name of the playbook, as the run's events have it.</summary>
    public string Name { get; set; } = "야간 점검";

    public string PathOf(string name) => fixture.PathOf(name);

    public string Text(string name) => fixture.Text(name);

    public void Dispose() => fixture.Dispose();

    /// <param name="now">The steps of the run.</param>
    /// <param name="before">Those of the run before it; null: there is none.</param>
    /// <param name="hosts">So many of them: a1, a2 ….</param>
    public async Task<ReportedRun> Run(string now, string? before = null, int hosts = 0)
    {
        var then = before is null ? null : new Findings(RunResults.Of(await Events(before, hosts)));
        var events = await Events(now, hosts);
        var results = RunResults.Of(events);
        var found = new Findings(results);
        return new ReportedRun(results, events) { Comparison = then is null ? null : new Comparison(then, found), Past = then is null ? null : new Past(found, [then]), FollowsTrouble = then is { ExitCode: not ExitCode.Passed } };
    }

    private async Task<IReadOnlyList<RunEvent>> Events(string steps, int hosts)
    {
        var (_, events) = await fixture.Run(steps, inventory: hosts > 0 ? RunFixture.Hosts(hosts) : null);
        return [.. events.Select(happened => Masker.Mask(happened is RunEvent.RunStarted started ? started with { Playbook = Name } : happened))];
    }

    /// <summary>What came of telling them, in the order of its end.</summary>
    public async Task<IReadOnlyList<Told>> Tell(string notify, ReportedRun run, CancellationToken? cancel = null)
    {
        var told = new List<Told>();
        await foreach (var one in (await Notifier(notify)).Tell(run, cancel ?? TestContext.Current.CancellationToken)) told.Add(one);
        return told;
    }

    private async Task<Notifier> Notifier(string notify)
    {
        await File.WriteAllTextAsync(PathOf("n.yaml"), $"name: N\nsecrets: {{ hook: {{ env: HOOK }}, mail: {{ env: MAIL }} }}\nnotify:\n{notify}\nsteps:\n  - print: x\n", TestContext.Current.CancellationToken);
        var plan = Planned.Of(PathOf("n.yaml"), Inventory.Empty);
        var problems = new ProblemList();
        var reader = new SecretReader((_, _) => Task.FromResult<string?>(null), new Dictionary<string, object?> { ["HOOK"] = Hook, ["MAIL"] = MailServer.Password }, TimeProvider.System, Masker, problems);
        var secrets = await RunSecrets.Read(plan, reader, Masker, problems, TestContext.Current.CancellationToken);
        Assert.Empty(problems);
        return new Notifier(plan, secrets!, Masker, new NotifyTools("ops1", new Dictionary<string, Action<ReportedRun, TextWriter>> { ["md"] = MarkdownReport.Write, ["junit"] = JUnitReport.Write, ["html"] = (_, to) => to.Write("<p>보고서"), ["json"] = (_, _) => throw new InvalidOperationException("broken") }, TimeProvider.System));
    }
}
