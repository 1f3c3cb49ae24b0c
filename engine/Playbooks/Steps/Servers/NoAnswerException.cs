namespace Playbooks.Steps.Servers;

/// <summary>The server gave no answer that could be read; the message is a clause for the user that goes on after "no answer from URL: " or "no whole answer from URL: ".</summary>
internal sealed class NoAnswerException(string message, string? mend = null) : Exception(message)
{
    public string? Mend { get; } = mend;

    /// <summary>Some of it came.</summary>
    public bool IsPart { get; init; }

    /// <summary>It is there, but nothing was asked of it: the message says what it did instead.</summary>
    public bool HasAnswered { get; init; }

    /// <summary>This machine could not ask: it says nothing about the server.</summary>
    public bool IsOurs { get; init; }
}
