using System.CommandLine;

namespace Play.Pages;

/// <summary>What there is to say of a command, read from the command itself: its help, the manual page and the documentation are made of it.</summary>
internal sealed record CommandPage(string Name, string Summary, IReadOnlyList<string> Usage, IReadOnlyList<CommandPage.Entry> Arguments, IReadOnlyList<CommandPage.Entry> Options, IReadOnlyList<CommandPage.Entry> Commands, IReadOnlyList<Example> Examples)
{
    /// <summary>A word of the command line, and what it is for.</summary>
    public sealed record Entry(string Label, string Text);

    public static CommandPage Of(Command command)
    {
        var name = NameOf(command);
        var options = command.Options.Where(option => !option.Hidden).ToList();
        var words = string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(argument => " " + Shown(argument)).Concat(options.Where(option => option.Required).Select(option => " " + Shown(option, option.Name))));
        var isGroup = command.Subcommands.Count > 0;
        return new CommandPage(name, command.Description ?? "",
            [.. isGroup && command.Arguments.Count == 0 ? [] : (string[])[$"{name}{words} [OPTION…]"], .. isGroup ? (string[])[$"{name} COMMAND …"] : []],
            [.. command.Arguments.Where(argument => !argument.Hidden).Select(argument => new Entry(Word(argument), argument.Description ?? ""))],
            [.. options.Select(option => new Entry(LabelOf(option), TextOf(option)))],
            [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => new Entry(sub.Name, sub.Description ?? ""))],
            [.. Example.All.Where(example => example.Command == name)]);
    }

    /// <summary>That command's page, and those of the commands inside it.</summary>
    public static IEnumerable<CommandPage> All(Command command) => command.Subcommands.Where(sub => !sub.Hidden).SelectMany(All).Prepend(Of(command));

    /// <summary>`play`, `play exec`, `play schedule add`.</summary>
    public static string NameOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{NameOf(parent)} {command.Name}" : "play";

    /// <summary>`FILE`, `[STEP]`, `PATH…`.</summary>
    public static string Shown(Argument argument)
    {
        var word = Word(argument) + (argument.Arity.MaximumNumberOfValues > 1 ? "…" : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{word}]" : word;
    }

    /// <summary>`--forks N`, `--yes`.</summary>
    public static string Shown(Option option, string name) => !TakesValue(option) ? name : option.Arity.MinimumNumberOfValues == 0 && option.ValueType == typeof(string) ? $"{name}[={Word(option)}]" : $"{name} {Word(option)}";

    /// <summary>`N`, `FORMAT=FILE`.</summary>
    public static string Word(Option option) => (option.HelpName ?? option.Name.TrimStart('-')).ToUpperInvariant();

    /// <summary>A word is wanted behind it.</summary>
    public static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static string Word(Argument argument) => (argument.HelpName ?? argument.Name).ToUpperInvariant();

    private static string LabelOf(Option option) => IsHelp(option) ? "-h, --help" : Shown(option, string.Join(", ", option.Aliases.Append(option.Name).Distinct().OrderBy(name => name.Length)));

    private static string TextOf(Option option) => IsHelp(option) ? "Show this." : option.Name == "--version" ? "Show the version." : option.Description ?? "";

    private static bool IsHelp(Option option) => option.Name == "--help";
}
