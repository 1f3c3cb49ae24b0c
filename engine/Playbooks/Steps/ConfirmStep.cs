using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>`confirm`: asks the user whether to go on.</summary>
public sealed class ConfirmStep : StepKind
{
    public override string Name => "confirm";

    public override string Summary => "Asks whether to go on, in the terminal; `--yes` answers yes. Another answer fails the step.";

    public override string BareParameter => "question";

    public override IReadOnlyList<Key> Parameters =>
        [new("question", "text", "What is asked: once for the step, or once for each different text where it has `hosts`.", Required: true)];

    public override IReadOnlyList<ResultField> Fields => [];

    public override PlaceKind RunsAt => PlaceKind.Localhost;

    /// <summary>Who is asked may take as long as they like.</summary>
    public override TimeSpan? DefaultTimeout => TimeSpan.MaxValue;

    public override bool CanProbe => false;

    public override KindWork? Bind(Arguments arguments) => arguments.Get("question", SettingTypes.Text) is { } question ? new ConfirmWork(this, question) : null;
}

/// <summary>A `confirm` step, bound.</summary>
internal sealed record ConfirmWork(StepKind Kind, Setting<string> Question) : KindWork(Kind)
{
    public override IEnumerable<Template> OnCommandLine => [];

    public override Effect Effect => Effect.None;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var question = Question.Get(context.Scope);
        using var limit = new CancellationTokenSource(context.Timeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await context.Questions.Ask(context.Step, question, either.Token) switch
            {
                true => StepResult.Passed(DataMap.Empty),
                false => StepResult.Failed(DataMap.Empty, $"the answer was no: {question}"),
                null => StepResult.Error($"there is no terminal to ask in: {question}", "run it in a terminal, or with --yes, which answers every question with yes"),
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return StepResult.Error($"nobody answered within {Literals.Print(context.Timeout)}: {question}");
        }
    }
}
