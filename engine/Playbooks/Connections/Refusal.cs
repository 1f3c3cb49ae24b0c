using System.Text;

namespace Playbooks.Connections;

/// <summary>Finds out whether it was sudo that refused, not the command that failed: both end with exit code 1, and sudo speaks the host's language.</summary>
internal static class Refusal
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);

    /// <summary>What sudo said; null where it did not refuse.</summary>
    public static async Task<string?> BySudo(CommandResult result, HostScript script, RemoteCommand command, Machine machine)
    {
        if (script.SudoQuestion is not { } question || result.ExitCode != 1 || result.StdoutBytes > 0) return null;
        var said = Lines(Encoding.UTF8.GetString(result.Stderr.Span));
        // A word that follows others, and says nothing.
        if (said.FindAll(line => !line.Contains("error initializing audit plugin", StringComparison.Ordinal)) is { Count: > 0 } more) said = more;
        if (said.Count == 0) return null;
        var answer = (await machine.Ask(question, AnswerTime, command.Password?.Password))?.Split(' ', 2);
        var words = answer is [_, var all] ? all : "";
        // A lecture comes before the prompt, and is not in what it said before either.
        var now = Lines(script.Prompt is { } prompt && words.LastIndexOf(prompt, StringComparison.Ordinal) is >= 0 and var at ? words[(at + prompt.Length)..] : words);
        var refused = answer?[0].Trim() switch
        {
            // It would start it: what it says now too is but a warning ("unable to resolve host"), and more than that was about a password.
            "0" => said.Except(now).Any(IsSudos),
            // It would not: for the reason it gave before, or without a word, for that is its answer about a program that is not allowed.
            // Where it was told a password it had no other reason.
            "1" => script.Prompt is not null || now.All(said.Contains),
            _ => IsSudos(said[^1]),
        };
        if (!refused) return null;
        // Its last word: warnings come first, and a refusal by the rules ("Sorry, …") does not begin with its name.
        var why = said.Except(answer?[0] == "0" ? now : []).LastOrDefault(line => answer?[0] != "0" || IsSudos(line)) ?? said[^1];
        return IsSudos(why) ? why["sudo:".Length..].Trim() : why;
    }

    private static bool IsSudos(string line) => line.StartsWith("sudo:", StringComparison.Ordinal);

    private static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
