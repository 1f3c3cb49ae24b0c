using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>`command`: runs a program with its arguments; no shell ever reads them.</summary>
public sealed class CommandStep : StepKind
{
    public override string Name => "command";

    public override string Summary => "Runs a program with its arguments. No shell reads them: a value is always one word.";

    public override string BareParameter => "run";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("run", "words", "The program and its arguments, as one text that is split as a shell would split it, or as a list.", Required: true),
        .. CommandSettings.Parameters,
    ];

    public override IReadOnlyList<ResultField> Fields => CommandOutput.Fields;

    public override bool IsUsersCommand => true;

    public override IReadOnlyList<OwnAssertion> OwnAssertions => [new("exit_code", "exit_code == 0")];

    public override KindWork? Bind(Arguments arguments)
    {
        var words = WordTemplates.Of(arguments, "run");
        if (words is { Count: 0 }) arguments.Problems.Add(arguments.PlaceOf("run"), "there is no command here", "write the program and its arguments");
        return words is null or { Count: 0 } ? null : new CommandWork(this, words, CommandSettings.Bind(arguments));
    }
}

/// <summary>A `command` step, bound.</summary>
internal sealed record CommandWork(StepKind Kind, IReadOnlyList<Template> Words, CommandSettings Settings) : KindWork(Kind)
{
    /// <summary>The text that was split into the words; null: a list gave them.</summary>
    public Template? Written => Templates.FirstOrDefault() is { } first && !Words.Contains(first) ? first : null;

    public override IEnumerable<Template> OnCommandLine => base.OnCommandLine.Except(Settings.OffCommandLine);

    public override Effect Effect => Effect.Once;

    protected override IEnumerable<ShownParameter> Show(IReadOnlyList<ShownParameter> written) => written.Select(p => p.Name == "run" ? WordTemplates.Shown(p.Name, Words) : p);

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var words = WordTemplates.Fill(Words, context.Scope);
        if (words.Count == 0 || words[0].Length == 0) return StepResult.Error("the command is empty once its templates are filled in");
        return (await Settings.Run(new RemoteCommand { Words = words, Stdin = Settings.Input(context.Scope) }, context, cancel)).Result;
    }
}
