using System.Text;
using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Steps.Http;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

/// <summary>Binds an `http` step from YAML and runs it, as a run would; several with the same one share their clients' cookies.</summary>
internal sealed class HttpRun
{
    private readonly CookieJars jars = new();

    public ConnectionPool Connections { get; init; } = new(TimeProvider.System);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    public Scope Scope { get; init; } = Scope.Empty;

    public Host Machine { get; init; } = Host.Control;

    public static (KindWork? Work, IReadOnlyList<Problem> Problems) Bind(string yaml)
    {
        var problems = new ProblemList();
        var node = Yaml.Read("test.yaml", Encoding.UTF8.GetBytes(yaml), problems);
        var work = node is null ? null : Arguments.Bind(new HttpStep(), node.At, node, problems);
        return (work, [.. problems]);
    }

    public Task<StepResult> Run(string yaml) => RunUntil(yaml, TestContext.Current.CancellationToken);

    public Task<StepResult> RunUntil(string yaml, CancellationToken cancel)
    {
        var (work, problems) = Bind(yaml);
        Assert.Empty(problems.Select(problem => $"{problem.Message} ({problem.Mend})"));
        return work!.Run(new StepContext
        {
            Scope = Scope,
            Machine = Machine,
            Connections = Connections,
            Jars = jars,
            Time = Time,
            Timeout = Timeout,
            Claim = new Claim("test", "test"),
        }, cancel);
    }

    /// <summary>Runs a step that gets an answer.</summary>
    public async Task<DataMap> Get(string yaml)
    {
        var result = await Run(yaml);
        Assert.True(result.Outcome == Outcome.Passed, string.Join('\n', result.Messages));
        return result.Fields;
    }
}
