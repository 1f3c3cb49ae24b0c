using System.Text;
using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps;

/// <summary>Binds a kind to YAML as the loader does, and runs it on this machine as the runner does.</summary>
internal sealed class KindHarness : IAsyncDisposable
{
    public ConnectionPool Connections { get; init; } = new(TimeProvider.System);

    public Host Machine { get; set; } = Host.Control;

    /// <summary>The host that the step is about.</summary>
    public Host? About { get; set; }

    public bool Compares { get; set; }

    public Scope Scope { get; set; } = Scope.Empty;

    public string? Sudo { get; set; }

    /// <summary>Set: the attempts of one item.</summary>
    public AttemptMemory? Memory { get; set; }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The first lines of each problem of a step of that kind; empty where there are none.</summary>
    public static IReadOnlyList<string> Problems(string kind, string yaml)
    {
        var problems = new ProblemList();
        Bind(kind, yaml, problems);
        return [.. problems.Select(p => p.Mend is null ? p.Message : $"{p.Message} → {p.Mend}")];
    }

    public static KindWork Bound(string kind, string yaml)
    {
        var problems = new ProblemList();
        var work = Bind(kind, yaml, problems);
        Assert.Empty(problems.Select(p => p.Message));
        return work!;
    }

    private static KindWork? Bind(string kind, string yaml, ProblemList problems)
    {
        var node = Yaml.Read("test", Encoding.UTF8.GetBytes(yaml), problems);
        return node is null ? null : Arguments.Bind(StepKinds.Find(kind)!, Position.In("test"), node, problems);
    }

    public Task<StepResult> Run(string kind, string yaml, params IReadOnlyList<LogMark> marks) => Run(Bound(kind, yaml), marks);

    public Task<StepResult> Run(KindWork work, params IReadOnlyList<LogMark> marks) => work.Run(Context(marks), TestContext.Current.CancellationToken);

    public StepContext Context(IReadOnlyList<LogMark> marks) => new()
    {
        Scope = Scope,
        Machine = Machine,
        Host = About,
        Compares = Compares,
        Connections = Connections,
        Jars = new CookieJars(),
        Timeout = Timeout,
        Time = TimeProvider.System,
        Sudo = Sudo,
        Claim = new Claim("test", "test"),
        Marks = marks,
        Memory = Memory ?? new AttemptMemory(),
    };

    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}
