using Playbooks.Model;

namespace Playbooks.Steps.Script;

/// <summary>`script`: brings a local file to a host and runs it there.</summary>
public sealed class ScriptStep : StepKind
{
    public override string Name => "script";

    public override string Summary => "Brings a local file to the host, runs it there by its #! line, and leaves nothing of it behind.";

    public override string BareParameter => "src";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("src", "text", "The file, relative to the file that says so. Without a #! line /bin/sh runs it.", Required: true),
        new("args", "words", "Its arguments, as one text that is split as a shell would split it, or as a list. No shell reads them."),
        .. CommandSettings.Parameters,
    ];

    public override IReadOnlyList<ResultField> Fields => CommandOutput.Fields;

    public override bool IsUsersCommand => true;

    public override IReadOnlyList<OwnAssertion> OwnAssertions => [new("exit_code", "exit_code == 0")];

    public override KindWork? Bind(Arguments arguments)
    {
        var file = ScriptFile.Read(arguments, "src");
        var args = WordTemplates.Of(arguments, "args");
        var settings = CommandSettings.Bind(arguments);
        return file is null || args is null ? null : new ScriptWork(this, file, args, settings);
    }
}
