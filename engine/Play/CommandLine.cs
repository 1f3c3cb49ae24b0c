using System.CommandLine;

namespace Play;

/// <summary>The commands, and the words of the language's command line that this version does not have.</summary>
internal static class CommandLine
{
    private static readonly string[] CommandsNotYet = ["schema"];

    public static async Task<int> Invoke(string[] args)
    {
        // What stands behind `--` is another program's, word for word.
        var words = args is ["exec", ..] && Array.IndexOf(args, "--") is >= 0 and var dashes ? args[(dashes + 1)..] : null;
        if (words is not null) args = args[..^(words.Length + 1)];
        // Alone it must not take the next word for a user.
        if (args is ["exec" or "record", ..]) args = [.. args.Select(arg => arg == "--sudo" ? "--sudo=root" : arg)];
        if (args.Length > 0 && CommandsNotYet.Contains(args[0]) && !File.Exists(args[0])) return NotYet($"`play {args[0]}`");

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
        // `-e @FILE` is ours: the library would read the file as more words of the command line.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Parsing errors are usage errors, and usage errors have an exit code of their own.
        var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? 2 : code;
    }

    private static int NotYet(string what)
    {
        Console.Error.WriteLine($"play: {what} is not there yet in this version");
        return 2;
    }
}
