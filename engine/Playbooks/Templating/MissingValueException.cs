namespace Playbooks.Templating;

/// <summary>A name that exists and has no value, with the reason as a sentence for the user; the evaluator says it at the place of the name.</summary>
public sealed class MissingValueException(string message, string? mend = null) : Exception(message)
{
    public string? Mend { get; } = mend;
}
