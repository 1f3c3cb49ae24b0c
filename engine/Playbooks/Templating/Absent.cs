namespace Playbooks.Templating;

/// <summary>Stands in a map for a value that is not there for a reason: reading it is an error that says the reason, never a guess.</summary>
public sealed record Absent(string Message, string? Mend = null)
{
    /// <summary>What is left of a text, for people to read; no expression ever sees it.</summary>
    public string? Kept { get; init; }
}
