using Playbooks.Problems;

namespace Playbooks.Notifying;

/// <summary>What came of telling people in one way.</summary>
/// <param name="To">Who they are, and the way.</param>
/// <param name="Why">Why they, or some of them, were not told; null: they were.</param>
/// <param name="Mend">How to mend it.</param>
public sealed record Told(string To, string? Why = null, string? Mend = null)
{
    /// <summary>Some of them were, all the same.</summary>
    public bool IsPart { get; init; }

    /// <summary>For the user.</summary>
    public string Text => DisplayText.Safe(Why is null ? $"told {To}" : IsPart ? $"told {To}, but NOT {Why}" : $"NOT told: {To}: {Why}");
}
