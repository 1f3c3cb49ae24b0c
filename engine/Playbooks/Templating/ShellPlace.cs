namespace Playbooks.Templating;

/// <summary>Where in a text for a shell a value stands.</summary>
internal enum ShellPlace
{
    /// <summary>No value can be put there so that every shell reads it back unchanged.</summary>
    Refused,

    /// <summary>Outside quotes: a word, or a part of one.</summary>
    Bare,

    /// <summary>Inside "…".</summary>
    Double,

    /// <summary>Inside '…'.</summary>
    Single,
}

/// <summary>The place of one value; where it is refused, why, and what to write instead.</summary>
/// <param name="Place">The place.</param>
/// <param name="Why">As the end of "it stands …".</param>
/// <param name="Mend">What is better there than a variable.</param>
/// <param name="InVariable">A variable would do there.</param>
internal readonly record struct FoundPlace(ShellPlace Place, string? Why = null, string? Mend = null, bool InVariable = true);
