using System.CommandLine;
using Play.Pages;

namespace Play.Completing;

/// <summary>The words of a command line before the one that is completed: the command, its options with their values, its arguments.</summary>
internal sealed class Typed
{
    private readonly List<(Option Option, string? Value)> options = [];
    private readonly List<string> arguments = [];

    private Typed(Command command) => Command = command;

    public Command Command { get; private set; }

    /// <summary>An option that waits for its value.</summary>
    public Option? Open { get; private set; }

    /// <summary>Behind `--` are another program's words.</summary>
    public bool IsOver { get; private set; }

    public IReadOnlyList<string> Arguments => arguments;

    public IEnumerable<Option> Options => options.Select(option => option.Option);

    /// <summary>The argument that comes next; null: there is none any more.</summary>
    public Argument? Argument => Command.Arguments.Count == 0 ? null
        : arguments.Count < Command.Arguments.Count ? Command.Arguments[arguments.Count]
        : Command.Arguments[^1].Arity.MaximumNumberOfValues > arguments.Count - Command.Arguments.Count + 1 ? Command.Arguments[^1] : null;

    /// <summary>What was given to an option of that name.</summary>
    public IReadOnlyList<string> Given(string name) => [.. options.Where(option => option.Option.Name == name || option.Option.Aliases.Contains(name)).Select(option => option.Value).OfType<string>()];

    public Option? Option(string name) => Command.Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    public static Typed Of(RootCommand root, IEnumerable<string> words)
    {
        var typed = new Typed(root);
        foreach (var word in words) typed.Take(word);
        return typed;
    }

    private void Take(string word)
    {
        if (Open is { } open)
        {
            options.Add((open, word));
            Open = null;
        }
        else if (word == "--") IsOver = true;
        else if (word.StartsWith('-') && word.Split('=', 2) is [var name, .. var rest])
        {
            if (Option(name) is not { } option) return;
            if (rest is [var value]) options.Add((option, value));
            else if (CommandPage.TakesValue(option) && option.Arity.MinimumNumberOfValues > 0) Open = option;
            else options.Add((option, null));
        }
        else if (arguments.Count == 0 && Command.Subcommands.FirstOrDefault(sub => sub.Name == word) is { } sub) Command = sub;
        else arguments.Add(word);
    }
}
