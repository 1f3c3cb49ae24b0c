using Playbooks.Connections;
using Playbooks.Loading.Secrets;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>The secrets that a run was given, and the values of the params and vars that hold them.</summary>
public sealed record RunSecrets(IReadOnlyDictionary<SecretSource, string> Values, IReadOnlyDictionary<string, object?> Late)
{
    public static RunSecrets None { get; } = new(new Dictionary<SecretSource, string>(), new Dictionary<string, object?>());

    /// <summary>Reads what the plan wants, when it has no problems and before any host is touched. Null where something cannot be had; the problems say what, and are to be shown through the masker.</summary>
    public static async Task<RunSecrets?> Read(Plan plan, SecretReader reader, Masker masker, ProblemList problems, CancellationToken cancel)
    {
        var before = problems.Count;
        var read = new RunSecrets(await reader.Read(plan.Secrets, cancel), new Dictionary<string, object?>());
        if (problems.Count > before) return null;
        var late = read.WorkOut(plan, masker, problems);
        return problems.Count > before ? null : read with { Late = late };
    }

    /// <summary>What a source gave; null where nothing wanted it.</summary>
    public string? Of(Secret? secret) => secret is null ? null : Values.GetValueOrDefault(secret.Source);

    /// <summary>`secret`, as the expressions of that playbook see it.</summary>
    internal DataMap View(Playbook playbook) => new(playbook.Secrets.Where(secret => Values.ContainsKey(secret.Source)).Select(secret => KeyValuePair.Create(secret.Name, (object?)Values[secret.Source])));

    private Dictionary<string, object?> WorkOut(Plan plan, Masker masker, ProblemList problems)
    {
        var scope = Scope.Empty.With("env", new DataMap(plan.Environment)).With("hosts", Views.Hosts(plan.Inventory)).With("groups", Views.Groups(plan.Inventory)).With("secret", View(plan.Playbook)).With(plan.Values);
        var values = new Dictionary<string, object?>();
        foreach (var late in plan.Late)
            try
            {
                if (late is { Parameter.IsSecret: true, Given: { } said }) masker.Hide(said.Value);
                var value = late.Parameter is not { } parameter
                    ? late.Value!.Evaluate(scope)
                    : new ParamValues(problems).Evaluate([parameter], late.Given is { } given ? new Dictionary<string, GivenValue> { [late.Name] = given } : [], scope, "the playbook").GetValueOrDefault(late.Name);
                if (late.Parameter is { IsSecret: true }) masker.Hide(value);
                values[late.Name] = value;
                scope = scope.With(late.Name, value);
            }
            catch (ExpressionException e)
            {
                problems.Add(e.ToProblem());
            }
        return values;
    }
}
