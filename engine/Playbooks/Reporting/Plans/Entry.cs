using System.Diagnostics;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting.Plans;

/// <summary>A step where it stands in the plan, with what is known of it there.</summary>
internal sealed class Entry
{
    private readonly Lazy<bool> isNowhere;

    public Entry() => isNowhere = new(() => Around!.IsNowhere(Step!.Step.When));

    public required PlannedStep Step { get; init; }

    /// <summary>What people call its place: `4.1`, its undo `4.1.u1`, a rescue `4.r1`, an always `a1`.</summary>
    public required string Number { get; init; }

    /// <summary>Which list of steps it stands in: steps, undo, rescue or always.</summary>
    public required string Part { get; init; }

    /// <summary>The step it stands in; null: the playbook itself.</summary>
    public required Entry? Parent { get; init; }

    /// <summary>Its title, not longer than people read: a step without a name is called after all that it does.</summary>
    public string Title => DisplayText.Fit(Step.Step.Title, 160);

    public int Depth => Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>It begins that list.</summary>
    public required bool IsFirst { get; init; }

    /// <summary>What is known before its `when`.</summary>
    public required Foresight Around { get; init; }

    /// <summary>What is known where its work is filled in.</summary>
    public required Foresight Seen { get; init; }

    /// <summary>For `put_back`: the number of the step that is meant.</summary>
    public string? PutsBack { get; init; }

    /// <summary>A step of the run: not one inside an action or an undo, which belong to the step around them.</summary>
    public bool IsOfRun => !IsProbe && Part != "undo" && (Parent is null || Parent.IsOfRun && Parent.Step.IsGroup);

    /// <summary>It runs again and again beside the steps.</summary>
    public bool IsProbe => Part == "probes";

    /// <summary>It is known now that it will not run: its `when`, or that of something around it, is false wherever it would run.</summary>
    public bool IsSkipped => Parent?.IsSkipped == true || isNowhere.Value;

    /// <summary>The kind's own parameters, or what an action or a playbook is given.</summary>
    public IReadOnlyList<ShownParameter> Parameters => Step.Step.Work switch
    {
        KindWork work => work.Shown,
        ActionCall call => [.. call.Arguments.Select(a => ShownParameter.Of(a.Key, a.Value))],
        Include include => [.. include.Params.Select(p => ShownParameter.Of(p.Key, p.Value))],
        _ => [],
    };

    /// <summary>The word of what it does; null: it only asserts and captures.</summary>
    public string? Kind => Step.Step.Work switch
    {
        KindWork work => work.Kind.Name,
        ActionCall call => call.Action,
        Include => "include",
        Block { Parallel: var parallel } => parallel ? "parallel" : "block",
        PutBack => "put_back",
        _ => null,
    };

    /// <summary>What is said beside the work: each by its word.</summary>
    public IReadOnlyList<ShownParameter> Settings =>
    [
        .. Step.Step.Work is Block { Batches: { } batches } ? OfBatches(batches) : [],
        .. Of("within", Step.Step.Within, time => time),
        .. Of("every", Step.Step.Every, time => time),
        .. Of("timeout", Step.Timeout, time => time),
        .. Step.Step.Work is KindWork { TakesSudo: true } ? Of("sudo", Step.Sudo, user => user ?? (object?)false) : [],
        .. Step.Step.Work is KindWork { Kind.IsUsersCommand: true } ? Of("env", Step.Env, values => new DataMap(values.Select(v => KeyValuePair.Create(v.Key, (object?)v.Value)))) : [],
        .. Of("max_output", Step.Step.MaxOutput, bytes => new Size(bytes)),
        .. Step.Step.Budget is { } budget ? OfBudget(budget) : [],
    ];

    private static ShownParameter[] OfBudget(Budget budget) =>
    [
        .. Of("budget.outage", budget.Outage, time => time), .. Of("budget.downtime", budget.Downtime, time => time), .. Of("budget.bad", budget.Bad, percent => FormattableString.Invariant($"{percent}%")), .. Of("budget.p99", budget.P99, time => time),
        .. budget.IsReport ? [ShownParameter.Of("on_exceeded", DataTemplate.Constant("report", budget.At))] : Array.Empty<ShownParameter>(),
    ];

    private static ShownParameter[] OfBatches(Batches batches) =>
    [
        .. Of("batch", batches.Sizes, sizes => string.Join(", ", sizes)),
        .. Of("order", batches.Order, order => order.By == BatchOrderBy.Names ? string.Join(", ", order.Names) : order.By.ToString().ToLowerInvariant()),
        .. Of("pause", batches.Pause, time => time),
        .. Of("max_failed", batches.MaxFailed, most => (long)most),
    ];

    private static ShownParameter[] Of<T>(string name, Setting<T>? setting, Func<T, object?> show) => setting is null ? [] : [ShownParameter.Of(name, setting, show)];

    /// <summary>Its `when`, and whether that holds.</summary>
    public ShownParameter? When => Step.Step.When is { } when ? new("when", when.Text, when.Names, scope => Condition.Evaluate(when, scope)) : null;

    /// <summary>The items of its loop.</summary>
    public static ShownParameter? Items(Loop? loop) => loop switch
    {
        null => null,
        { Items: { } items } => ShownParameter.Of("loop", items),
        { Expression: { } expression } => new("loop", expression.Text, expression.Names, expression.Evaluate),
        _ => throw new UnreachableException(),
    };

    /// <summary>All that must hold: its own, and what its kind asserts by itself.</summary>
    public IEnumerable<string> Assertions => Step.Step.AnyResult ? ["any"] : Step.Step.Assert.Select(a => a.Text.Trim()).Concat(Step.OwnAssertions.Select(o => o.Expression));

    /// <summary>Where the work runs, if that is not where such a step runs by itself; null: it is.</summary>
    public ShownParameter? At(Inventory inventory) => Step switch
    {
        { Step.Work: not KindWork } => null,
        { Runs: { Kind: PlaceKind.Pattern, Pattern: { } at } } => new("at", at.Text, at.Template.Names, scope => at.Select(inventory, scope, valuesAreHosts: !Step.IsPlaceWritten).Select(object? (h) => h.Name).ToList()),
        { Runs.Kind: PlaceKind.Host, Step.Work: KindWork { Kind.RunsAt: PlaceKind.Localhost } } => Fixed("host"),
        { Runs.Kind: PlaceKind.Localhost, Step.Work: KindWork { Kind.RunsAt: PlaceKind.Host } } => Fixed("localhost"),
        _ => null,
    };

    private static ShownParameter Fixed(string place) => ShownParameter.Of("at", DataTemplate.Constant(place, Position.In("at")));
}
