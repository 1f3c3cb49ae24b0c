using System.CommandLine;
using Play.Terminal;

namespace Play;

/// <summary>The options that commands share which put hosts to work.</summary>
internal sealed class CommonOptions
{
    public Option<string[]> Inventory { get; } = new("-i", "--inventory") { Description = "An inventory; any number of them.", HelpName = "file", AllowMultipleArgumentsPerToken = false };

    public Option<string[]> Values { get; } = new("-e", "--extra") { Description = "A param's value, NAME=VALUE, or @FILE with a map of them.", HelpName = "name=value" };

    public Option<int?> Forks { get; } = new("--forks") { Description = "How many hosts a step works on at once (50).", HelpName = "n" };

    public Option<bool> AllowEmpty { get; } = new("--allow-empty") { Description = "A pattern that selects no host is no error." };

    public Option<bool> Verbose { get; } = new("-v", "--verbose") { Description = "Show the steps inside actions too, and what commands print, as it comes." };

    public Option<string?> Output { get; } = new("--output") { Description = "pretty: with a live view, as in a terminal; plain: lines, as in a file; quiet: only failures and the verdict; jsonl: the events, a JSON object on each line.", HelpName = "how" };

    public Option<bool> NoNotify { get; } = new("--no-notify") { Description = "Tell nobody at its end, whatever the playbook's `notify` says." };

    public Option<string?> State { get; } = new("--state") { Description = "The folder of the journal ($XDG_STATE_HOME/play, else ~/.local/state/play).", HelpName = "folder" };

    public CommonOptions()
    {
        Output.CompletionSources.Add("pretty", "plain", "quiet", "jsonl");
        Output.Validators.Add(result =>
        {
            if (Refused(result.Tokens is [.., var last] ? last.Value : null, result.GetValue(Verbose)) is { } why) result.AddError(why);
        });
    }

    public PlanRequest Request(ParseResult parsed) => new()
    {
        Inventories = parsed.GetValue(Inventory) ?? [],
        Values = parsed.GetValue(Values) ?? [],
        Forks = parsed.GetValue(Forks),
        AllowEmpty = parsed.GetValue(AllowEmpty),
    };

    /// <summary>Why a run cannot be shown that way; null: it can.</summary>
    private static string? Refused(string? output, bool verbose) => output switch
    {
        "plain" => null,
        "pretty" => Screen.IsTerminal ? null : "`--output pretty` wants a terminal that can move its cursor.",
        "quiet" => verbose ? "`-v` shows more and `--output quiet` less: which one?" : null,
        "jsonl" => null,
        _ => $"`--output` is pretty, plain, quiet or jsonl, not `{output}`.",
    };
}
