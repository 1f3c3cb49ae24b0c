using System.Text;
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

    public override IReadOnlyList<KindParameter> Parameters =>
    [
        new("run", "text", "The program and its arguments, as one text that is split as a shell would split it, or as a list.", Required: true),
        new("in", "text", "The working directory."),
        new("stdin", "text", "What the program reads; without it, end of file at once."),
        new("encoding", "text", "How its output is decoded; utf-8 unless said."),
    ];

    public override IReadOnlyList<ResultField> Fields => CommandOutput.Fields;

    public override bool UserSaysEffect => true;

    public override IReadOnlyList<OwnAssertion> OwnAssertions => [new("exit_code", "exit_code == 0")];

    public override KindWork? Bind(Arguments arguments)
    {
        var words = Words(arguments);
        return words is null ? null : new CommandWork(this, words, arguments.Get("in", SettingTypes.Text), arguments.Get("stdin", SettingTypes.Text), arguments.Get("encoding", Encodings.Type, Encoding.UTF8));
    }

    /// <summary>The words as templates: split before anything is filled in.</summary>
    private static IReadOnlyList<Template>? Words(Arguments arguments)
    {
        var problems = arguments.Problems;
        if (arguments.Raw("run") is ListNode list)
        {
            var words = list.Items.Select(item => item is ScalarNode scalar ? Template.Parse(scalar.Text, problems) : null).ToList();
            foreach (var item in list.Items.Where(item => item is not ScalarNode)) problems.Add(item.At, $"a word of a command must be a text, but is {item.Kind}");
            arguments.Note(words.OfType<Template>());
            return words.Contains(null) || words.Count == 0 ? Empty(arguments) : words!;
        }
        if (arguments.Raw("run") is not ScalarNode { Value: not null } text) return Empty(arguments);
        if (Template.Parse(text.Text, problems) is not { } template) return null;
        arguments.Note([template]);
        var split = template.SplitWords(problems);
        return split is { Count: 0 } ? Empty(arguments) : split;
    }

    private static IReadOnlyList<Template>? Empty(Arguments arguments)
    {
        if (!arguments.HasProblems) arguments.Problems.Add(arguments.PlaceOf("run"), "there is no command here", "write the program and its arguments");
        return null;
    }
}

/// <summary>A `command` step, bound.</summary>
internal sealed record CommandWork(StepKind Kind, IReadOnlyList<Template> Words, Setting<string>? Directory, Setting<string>? Stdin, Setting<Encoding> Encoding) : KindWork(Kind)
{
    public override Effect Effect => Effect.Once;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var words = Words.SelectMany(word => Fill(word, context.Scope)).ToList();
        if (words.Count == 0 || words[0].Length == 0) return StepResult.Error("the command is empty once its templates are filled in");
        if (words.FirstOrDefault(w => w.Contains('\0', StringComparison.Ordinal)) is not null) return StepResult.Error("a word of the command holds a NUL character, which no program can be given");
        var encoding = Encoding.Get(context.Scope);
        var command = new RemoteCommand
        {
            Words = words,
            Directory = Directory?.Get(context.Scope),
            Stdin = System.Text.Encoding.UTF8.GetBytes(Stdin?.Get(context.Scope) ?? ""),
            ShownAs = encoding,
        };
        try
        {
            return CommandOutput.Result(await context.Run(command, cancel), encoding, context.Timeout);
        }
        catch (ArgumentException e)
        {
            // Words that no program can be given: found before anything was sent.
            return StepResult.Error(e.Message);
        }
    }

    /// <summary>A value is one word; a whole `{{ words(x) }}` or a list gives several.</summary>
    private static IEnumerable<string> Fill(Template word, Scope scope) => word.Evaluate(scope) switch
    {
        IReadOnlyList<object?> list => list.Select(item => Word(item, word)),
        var single => [Word(single, word)],
    };

    private static string Word(object? value, Template word) => SettingTypes.Text.TryRead(value, out var text)
        ? text
        : throw new ExpressionException(word.At, $"a word of a command must be a text, but is {Data.TypeName(value)} {Data.Show(value)}");
}
