using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>`print`: shows a text as a line of the run's progress.</summary>
public sealed class PrintStep : StepKind
{
    public override string Name => "print";

    public override string Summary => "Shows a text in the run's progress: once, or for each of its `hosts`; equal texts of several hosts are one line.";

    public override string BareParameter => "text";

    public override IReadOnlyList<Key> Parameters => [new("text", "text", "What is shown; every line of it.", Required: true)];

    public override IReadOnlyList<ResultField> Fields => [new("text", "text", "What was shown.")];

    public override PlaceKind RunsAt => PlaceKind.Localhost;

    public override bool CanProbe => false;

    public override KindWork? Bind(Arguments arguments) => arguments.Get("text", SettingTypes.Text) is { } text ? new PrintWork(this, text) : null;
}

/// <summary>A `print` step, bound. A report shows its result.</summary>
internal sealed record PrintWork(StepKind Kind, Setting<string> Text) : KindWork(Kind)
{
    public override IEnumerable<Template> OnCommandLine => [];

    public override Effect Effect => Effect.None;

    public override Task<StepResult> Run(StepContext context, CancellationToken cancel) =>
        Task.FromResult(StepResult.Passed(new DataMap(new Dictionary<string, object?> { ["text"] = Text.Get(context.Scope) })));
}
