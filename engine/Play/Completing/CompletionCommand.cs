using System.CommandLine;

namespace Play.Completing;

/// <summary>`play completion SHELL`: what a shell has to read so that its Tab key asks `play`.</summary>
internal static class CompletionCommand
{
    public static Command Build()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints what makes a shell's Tab key complete commands, options, hosts, playbooks and params.") { shell };
        command.SetAction(parsed => Console.Out.Write(Script(parsed.GetRequiredValue(shell))));
        return command;
    }

    private static string Script(string shell)
    {
        using var reader = new StreamReader(typeof(CompletionCommand).Assembly.GetManifestResourceStream($"play.{shell}")!);
        return reader.ReadToEnd();
    }
}
