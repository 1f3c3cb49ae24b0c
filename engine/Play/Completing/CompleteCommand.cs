using System.CommandLine;

namespace Play.Completing;

/// <summary>`play complete LINE`, which the shells' scripts call: each candidate on a line, a tab, and what it is. The line ends at the cursor.</summary>
internal static class CompleteCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Build(RootCommand root)
    {
        var line = new Argument<string>("line") { Description = "The command line up to the cursor." };
        var command = new Command("complete", "Says what may stand at the end of a command line.") { line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            // A pipe in a file's place would be waited for.
            var found = Task.Run(() => new Completion(root).Of(parsed.GetRequiredValue(line)));
            if (!found.Wait(Patience)) return;
            foreach (var candidate in found.Result) Console.Out.WriteLine($"{candidate.Text}\t{candidate.About}");
        });
        return command;
    }
}
