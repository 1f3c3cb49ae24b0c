using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>`wait`: lets time pass. Better is `within` on the step that needs it.</summary>
public sealed class WaitStep : StepKind
{
    public override string Name => "wait";

    public override string Summary => "Lets time pass.";

    public override string BareParameter => "for";

    public override IReadOnlyList<Key> Parameters => [new("for", "duration", "How long, such as 10s.", Required: true)];

    public override IReadOnlyList<ResultField> Fields => [];

    public override PlaceKind RunsAt => PlaceKind.Localhost;

    /// <summary>It takes as long as it says.</summary>
    public override TimeSpan? DefaultTimeout => TimeSpan.MaxValue;

    public override bool CanProbe => false;

    public override KindWork? Bind(Arguments arguments) => arguments.Get("for", SettingTypes.Duration) is { } duration ? new WaitWork(this, duration) : null;
}

/// <summary>A `wait` step, bound.</summary>
internal sealed record WaitWork(StepKind Kind, Setting<TimeSpan> For) : KindWork(Kind)
{
    public override IEnumerable<Template> OnCommandLine => [];

    public override Effect Effect => Effect.None;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var wanted = For.Get(context.Scope);
        await Task.Delay(wanted < context.Timeout ? wanted : context.Timeout, context.Time, cancel);
        return wanted <= context.Timeout ? StepResult.Passed(DataMap.Empty) : StepResult.Error($"its `timeout` of {Literals.Print(context.Timeout)} is shorter than the wait");
    }
}
