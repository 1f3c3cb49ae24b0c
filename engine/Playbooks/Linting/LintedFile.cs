using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>A file that was read and has no problems, as the rules see it.</summary>
internal sealed class LintedFile(Node root)
{
    private readonly List<LintedStep> steps = [];
    private ILookup<Step, Position>? secrets;

    public Node Root { get; } = root;

    public SourceText Source => Root.At.Source;

    /// <summary>Null: it is a file of actions or an inventory.</summary>
    public Playbook? Playbook { get; private init; }

    /// <summary>Those that the file has itself.</summary>
    public IReadOnlyList<ActionDefinition> Actions { get; private init; } = [];

    /// <summary>It holds hosts and their variables.</summary>
    public bool IsInventory { get; private init; }

    /// <summary>Every step that stands in the file, in its order: what is in a block after the block, an undo after its step.</summary>
    public IReadOnlyList<LintedStep> Steps => steps;

    public Known Known { get; private init; } = new([]);

    /// <summary>Where in a step's command what looks like a password stands; no finding quotes such a step. Looked for once.</summary>
    public ILookup<Step, Position> Secrets => secrets ??= steps.SelectMany(linted => SecretOnCommandLine.In(linted.Step).Select(at => (linted.Step, At: at))).ToLookup(one => one.Step, one => one.At, (IEqualityComparer<Step>)ReferenceEqualityComparer.Instance);

    public static LintedFile Of(Node root, Playbook playbook)
    {
        var file = new LintedFile(root) { Playbook = playbook, Known = new Known(playbook.Actions.Values) };
        file.Add(playbook.Probes, new Around(playbook.Defaults) { IsProbe = true });
        file.Add(playbook.Steps, new Around(playbook.Defaults));
        file.Add(playbook.Always, new Around(playbook.Defaults));
        return file;
    }

    public static LintedFile Of(Node root, IReadOnlyList<ActionDefinition> actions)
    {
        var file = new LintedFile(root) { Actions = actions, Known = new Known(actions) };
        foreach (var action in actions)
        {
            file.Add(action.Steps, new Around(new StepDefaults { Effect = action.Effect }) { Action = action });
            file.Add(action.Undo, new Around(StepDefaults.None) { Action = action, IsUndo = true });
        }
        return file;
    }

    public static LintedFile OfInventory(Node root) => new(root) { IsInventory = true };

    private void Add(IReadOnlyList<Step> inside, Around around)
    {
        foreach (var step in inside)
        {
            var one = around with { Defaults = step.Own.Within(around.Defaults) };
            steps.Add(new LintedStep(step, one));
            if (step.Work is Block block)
            {
                var within = one with { InBatches = one.InBatches || block.Batches is not null };
                Add(block.Probes, within with { IsProbe = true });
                Add(block.Steps, within);
                Add(block.Rescue, one);
                Add(block.Always, one);
            }
            Add(step.Undo, one with { IsUndo = true, Undoes = step });
        }
    }
}

/// <summary>What stands around a step.</summary>
/// <param name="Defaults">What is said there, and of a step what it says itself.</param>
internal record Around(StepDefaults Defaults)
{
    /// <summary>The action it stands in; null: it is a playbook's.</summary>
    public ActionDefinition? Action { get; init; }

    public bool IsUndo { get; init; }

    /// <summary>The step that it puts back; null: it is no undo, or an action's.</summary>
    public Step? Undoes { get; init; }

    public bool IsProbe { get; init; }

    /// <summary>Its hosts come some at a time.</summary>
    public bool InBatches { get; init; }
}

/// <summary>A step and where it stands.</summary>
internal sealed record LintedStep : Around
{
    public LintedStep(Step step, Around around) : base(around) => Step = step;

    public Step Step { get; }

    /// <summary>All names that it uses itself; what is inside of it is asked by itself.</summary>
    public IEnumerable<NameUse> Names =>
        (Step.When?.Names ?? []).Concat(Step.Loop?.Expression?.Names ?? []).Concat(Step.Assert.SelectMany(assertion => assertion.Names)).Concat(Step.Capture.SelectMany(capture => capture.Value.Names))
        .Concat(Step.Work.Names)
        .Concat(((IEnumerable<Template>)[
            .. Step.Loop?.Items?.Templates ?? [], .. Step.Own.Hosts is { } hosts ? [hosts.Template] : Array.Empty<Template>(), .. Step.Runs?.Pattern is { } at ? [at.Template] : Array.Empty<Template>(),
            .. Step.Own.Sudo?.Templates ?? [], .. Step.Own.Env?.Templates ?? [], .. Step.Own.Timeout?.Templates ?? [], .. Step.Within?.Templates ?? [], .. Step.Every?.Templates ?? [], .. Step.MaxOutput?.Templates ?? [],
            .. Step.Budget is { } budget ? [.. budget.Outage?.Templates ?? [], .. budget.Downtime?.Templates ?? [], .. budget.Bad?.Templates ?? [], .. budget.P99?.Templates ?? []] : Array.Empty<Template>(),
        ]).SelectMany(template => template.Names));
}
