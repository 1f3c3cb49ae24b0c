using System.CommandLine;

namespace Play;

/// <summary>The options that say what is planned: those of a run and of `plan` alike.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string?> limit = new("-l", "--limit") { Description = "Only hosts of this pattern take part.", HelpName = "pattern" };
    private readonly Option<string[]> tags = new("-t", "--tags") { Description = "Only steps with one of these tags: a,b.", HelpName = "tags", AllowMultipleArgumentsPerToken = false };

    /// <summary>Gives the command the playbook as its argument, and these options.</summary>
    public PlanOptions(Command command)
    {
        command.Arguments.Add(File);
        foreach (var option in new Option[] { Common.Inventory, Common.Values, limit, tags, Common.Forks, Common.AllowEmpty }) command.Options.Add(option);
    }

    public Argument<string> File { get; } = new("file") { Description = "The playbook (looked for in playbooks/ too)." };

    public CommonOptions Common { get; } = new();

    public PlanRequest Request(ParseResult parsed) => Common.Request(parsed) with
    {
        Limit = parsed.GetValue(limit),
        Tags = parsed.GetValue(tags) is { Length: > 0 } chosen ? [.. chosen.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))] : null,
    };
}
