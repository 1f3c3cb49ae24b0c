using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>What may be said beside the program of `command`, `shell` and `script`, and how all three run it.</summary>
internal sealed record CommandSettings(Setting<string>? Directory, Setting<string>? Stdin, Setting<Encoding> Encoding)
{
    public static IReadOnlyList<Key> Parameters { get; } =
    [
        new("in", "text", "The working directory."),
        new("stdin", "text", "What the program reads; without it, end of file at once."),
        new("encoding", "text", "How its output is decoded, such as euc-kr.") { Default = "utf-8" },
    ];

    public static CommandSettings Bind(Arguments arguments) =>
        new(arguments.Get("in", SettingTypes.Text), arguments.Get("stdin", SettingTypes.Text), arguments.Get("encoding", Encodings.Type, System.Text.Encoding.UTF8));

    /// <summary>What stands in no list of processes; the directory does.</summary>
    public IEnumerable<Template> OffCommandLine => (Stdin?.Templates ?? []).Concat(Encoding.Templates);

    /// <summary>The input, filled in.</summary>
    public byte[] Input(Scope scope) => System.Text.Encoding.UTF8.GetBytes(Stdin?.Get(scope) ?? "");

    /// <summary>Runs it in its directory and reads its end as a result.</summary>
    public async Task<(StepResult Result, CommandResult? Command)> Run(RemoteCommand command, StepContext context, CancellationToken cancel)
    {
        var encoding = Encoding.Get(context.Scope);
        try
        {
            var result = await context.Run(command with { Directory = Directory?.Get(context.Scope), ShownAs = encoding }, cancel);
            return (CommandOutput.Result(result, encoding, context.Timeout), result);
        }
        catch (ArgumentException e)
        {
            // What no program can be given: found before anything was sent.
            return (StepResult.Error(e.Message), null);
        }
    }
}
