using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>`shell`: runs a text in a shell; each value in it is quoted for the place it stands in.</summary>
public sealed class ShellStep : StepKind
{
    public override string Name => "shell";

    public override string Summary => "Runs a text in a shell. Each value is quoted for the place it stands in: the shell sees it as it is, and never reads it.";

    public override string BareParameter => "run";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("run", "text", "What the shell reads. A value may stand bare, in \"…\" or in '…', also inside $( ); raw(x) goes in as code.", Required: true),
        new("with", "text", "bash: run it in bash, which must be on the host's PATH. Without it, /bin/sh.") { Choices = ["bash"], IsFixed = true },
        .. CommandSettings.Parameters,
    ];

    public override IReadOnlyList<ResultField> Fields => CommandOutput.Fields;

    public override bool IsUsersCommand => true;

    public override IReadOnlyList<OwnAssertion> OwnAssertions => [new("exit_code", "exit_code == 0")];

    public override KindWork? Bind(Arguments arguments)
    {
        var inBash = InBash(arguments);
        var text = Text(arguments);
        return text is null ? null : new ShellWork(this, text, inBash, CommandSettings.Bind(arguments));
    }

    private static bool InBash(Arguments arguments)
    {
        if (arguments.Raw("with") is { } with and not ScalarNode { Value: "bash" })
            arguments.Problems.Add(with.At, "`with` must be bash", "leave it out to run the text in /bin/sh; other interpreters run a `script` that begins with #!");
        return arguments.Has("with");
    }

    private static ShellQuoting? Text(Arguments arguments)
    {
        if (arguments.Raw("run") is not ScalarNode { Value: not null } run)
            arguments.Problems.Add(arguments.PlaceOf("run"), $"a text for the shell is wanted here, but this is {arguments.Raw("run")?.Kind}", "where each word is known, `command` takes a list");
        else if (string.IsNullOrWhiteSpace(run.Text.Value))
            arguments.Problems.Add(arguments.PlaceOf("run"), "there is nothing here for the shell to run");
        else if (Template.Parse(run.Text, arguments.Problems) is { } template)
        {
            arguments.Note([template]);
            return ShellQuoting.Of(template, arguments.Problems);
        }
        return null;
    }
}

/// <summary>A `shell` step, bound.</summary>
internal sealed record ShellWork(StepKind Kind, ShellQuoting Text, bool InBash, CommandSettings Settings) : KindWork(Kind)
{
    public override IEnumerable<Template> OnCommandLine => base.OnCommandLine.Except(Settings.OffCommandLine);

    public override Effect Effect => Effect.Once;

    protected override IEnumerable<ShownParameter> Show(IReadOnlyList<ShownParameter> written) => written.Select(p => p.Name == "run" ? p with { Fill = Text.Fill } : p);

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var text = Text.Fill(context.Scope);
        var command = InBash ? new RemoteCommand { Words = ["bash", "-c", "--", text] } : new RemoteCommand { Script = text };
        return (await Settings.Run(command with { Stdin = Settings.Input(context.Scope) }, context, cancel)).Result;
    }
}
