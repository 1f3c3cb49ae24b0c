using System.Text.Json.Serialization;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>What reports need to know of a plan: the run's first event carries it, so that every report is made of events alone.</summary>
public sealed record RunOutline
{
    public static RunOutline Empty { get; } = new();

    /// <summary>All hosts of the inventory, in its order.</summary>
    public IReadOnlyList<OutlineHost> Hosts { get; init; } = [];

    /// <summary>What runs beside the steps of the playbook.</summary>
    public IReadOnlyList<OutlineStep> Probes { get; init; } = [];

    /// <summary>The steps of the playbook, but for its `always`.</summary>
    public IReadOnlyList<OutlineStep> Steps { get; init; } = [];

    public IReadOnlyList<OutlineStep> Always { get; init; } = [];

    private Dictionary<StepKey, OutlineStep>? byKey;

    /// <summary>That of the plan that the run had before it was gone on with; null: it had none.</summary>
    private RunOutline? before;

    public static RunOutline Of(Plan plan) => new()
    {
        Hosts = [.. plan.Inventory.Hosts.Select(host => new OutlineHost(host.Name, host.Label))],
        Probes = [.. plan.Probes.Select(Of)],
        Steps = [.. plan.Steps.Select(Of)],
        Always = [.. plan.Always.Select(Of)],
    };

    /// <summary>Of a run whose plan was another before.</summary>
    public RunOutline After(RunOutline earlier) => this with { before = earlier, Hosts = [.. Hosts, .. earlier.Hosts.ExceptBy(Hosts.Select(host => host.Name), host => host.Name)] };

    /// <summary>Of a run, by its events.</summary>
    public static RunOutline Of(IEnumerable<RunEvent> events) => events.Aggregate(Empty, (outline, happened) => happened switch
    {
        RunEvent.RunStarted started => started.Outline,
        RunEvent.RunResumed { Outline: { } now } => now.After(outline),
        _ => outline,
    });

    /// <summary>The step with that key, wherever it stands, or stood.</summary>
    public OutlineStep Find(StepKey key)
    {
        byKey ??= Probes.Concat(Steps).Concat(Always).SelectMany(All).ToDictionary(s => s.Key);
        return before is null || byKey.ContainsKey(key) ? byKey[key] : before.Find(key);
    }

    private static IEnumerable<OutlineStep> All(OutlineStep step) => step.Probes.Concat(step.Steps).Concat(step.Rescue).Concat(step.Others).SelectMany(All).Prepend(step);

    private static OutlineStep Of(PlannedStep step) => new(step.Key, step.Step.Title, step.Step.At)
    {
        IsGroup = step.IsGroup,
        IsCall = step.Step.Work is ActionCall,
        IsPrint = step.Step.Work is KindWork { Kind: PrintStep },
        Proves = step.Effect == Effect.None && step.Step.Work is not KindWork { Kind: WaitStep or PrintStep or ConfirmStep } || step.Step.Assert.Count > 0,
        Loops = step.Step.Loop is not null,
        Within = step.Step.Within is { IsConstant: true } within ? within.Get(Scope.Empty) : null,
        HasBudget = step.Step.Budget is not null,
        Probes = [.. step.Probes.Select(Of)],
        Steps = [.. step.Steps.Select(Of)],
        Rescue = [.. step.Rescue.Select(Of)],
        Others = [.. step.Always.Concat(step.Undo).Select(Of)],
    };
}

/// <summary>A host, and what people see of it.</summary>
public sealed record OutlineHost(string Name, string Label);

/// <summary>A step of the plan, as reports need it.</summary>
public sealed record OutlineStep(StepKey Key, string Title, Position At)
{
    /// <summary>Its steps are steps of the run: each is told and counted by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsGroup { get; init; }

    /// <summary>It calls an action.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCall { get; init; }

    /// <summary>It is there for its text to be seen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPrint { get; init; }

    /// <summary>Where it passes, something is proven.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Proves { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Loops { get; init; }

    /// <summary>How long it is tried again, where that is known before the run.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Of a probe: it is judged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasBudget { get; init; }

    /// <summary>What runs beside the steps inside.</summary>
    public IReadOnlyList<OutlineStep> Probes { get; init; } = [];

    /// <summary>The steps of a block, of a playbook that is included, or of the action that is called.</summary>
    public IReadOnlyList<OutlineStep> Steps { get; init; } = [];

    public IReadOnlyList<OutlineStep> Rescue { get; init; } = [];

    /// <summary>Its `always`, and what puts it back.</summary>
    public IReadOnlyList<OutlineStep> Others { get; init; } = [];
}
