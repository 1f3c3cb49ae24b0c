using System.CommandLine;

namespace Play;

/// <summary>The options that say what is planned: those of a run and of `plan` alike.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string[]> inventory = new("-i", "--inventory") { Description = "An inventory; any number of them.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string[]> values = new("-e", "--extra") { Description = "A param's value, NAME=VALUE, or @FILE with a map of them." };
    private readonly Option<string?> limit = new("-l", "--limit") { Description = "Only hosts of this pattern take part." };
    private readonly Option<string[]> tags = new("-t", "--tags") { Description = "Only steps with one of these tags: a,b.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<int?> forks = new("--forks") { Description = "How many hosts a step works on at once (50)." };
    private readonly Option<bool> allowEmpty = new("--allow-empty") { Description = "A pattern that selects no host is no error." };

    /// <summary>Gives the command the playbook as its argument, and these options.</summary>
    public PlanOptions(Command command)
    {
        File.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }]) result.AddError($"There is no option {option}.");
        });
        command.Arguments.Add(File);
        foreach (var option in new Option[] { inventory, values, limit, tags, forks, allowEmpty }) command.Options.Add(option);
    }

    public Argument<string> File { get; } = new("file") { Description = "The playbook (looked for in playbooks/ too)." };

    public PlanRequest Request(ParseResult parsed) => new()
    {
        Inventories = parsed.GetValue(inventory) ?? [],
        Values = parsed.GetValue(values) ?? [],
        Limit = parsed.GetValue(limit),
        Tags = parsed.GetValue(tags) is { Length: > 0 } chosen ? [.. chosen.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))] : null,
        Forks = parsed.GetValue(forks),
        AllowEmpty = parsed.GetValue(allowEmpty),
    };
}
