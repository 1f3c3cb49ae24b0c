using System.CommandLine;
using System.CommandLine.Help;
using Play.Completing;
using Play.Pages;

namespace Play;

/// <summary>The commands.</summary>
internal static class CommandLine
{
    /// <summary>This program's, without the commit.</summary>
    public static string Version { get; } = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);

    public static async Task<int> Invoke(string[] args)
    {
        // What stands behind `--` is another program's, word for word.
        var words = args is ["exec", ..] && Array.IndexOf(args, "--") is >= 0 and var dashes ? args[(dashes + 1)..] : null;
        if (words is not null) args = args[..^(words.Length + 1)];
        // Alone it must not take the next word for a user.
        if (args is ["exec" or "record", ..]) args = [.. args.Select(arg => arg == "--sudo" ? "--sudo=root" : arg)];

        var root = Root(words);
        if (args is ["help", .. var about])
        {
            if (about is ["help"]) about = [];
            if (about is [[not '-', ..] and var word, ..] && !root.Subcommands.Any(command => command.Name == word)) return Usage.RefuseCommand(root, word);
            args = [.. about.TakeWhile(word => word != "--"), "--help"];
        }
        // `-e @FILE` is ours: the library would read the file as more words of the command line.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Parsing errors are usage errors, and usage errors have an exit code of their own.
        return parsed.Errors.Count > 0 || Usage.IsAstray(parsed) || Usage.IsMisspelt(parsed) ? Usage.Refuse(parsed) : await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <param name="words">What stands behind `--`; null: there is none.</param>
    public static RootCommand Root(string[]? words = null)
    {
        var root = new RootCommand("Runs playbooks: acts on hosts over SSH, and asserts what came of it.");
        RunCommand.Build(root);
        root.Subcommands.Add(PlanCommand.Build());
        root.Subcommands.Add(LintCommand.Build());
        root.Subcommands.Add(ExecCommand.Build(words));
        root.Subcommands.Add(HostsCommand.Build());
        root.Subcommands.Add(NewCommand.Build());
        root.Subcommands.Add(RecordCommand.Build());
        root.Subcommands.Add(HistoryCommand.Build());
        root.Subcommands.Add(ShowCommand.Build());
        root.Subcommands.Add(CompareCommand.Build());
        root.Subcommands.Add(ResumeCommand.Build());
        root.Subcommands.Add(AttachCommand.Build());
        root.Subcommands.Add(ScheduleCommand.Build());
        root.Subcommands.Add(SchemaCommand.Build());
        root.Subcommands.Add(CompletionCommand.Build());
        root.Subcommands.Add(CompleteCommand.Build(root));
        root.Subcommands.Add(ManCommand.Build(root));
        Usage.Check(root);
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new HelpPage();
        return root;
    }
}
