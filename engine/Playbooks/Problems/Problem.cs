namespace Playbooks.Problems;

/// <summary>Something wrong with what the user wrote: where, what, and how to mend it.</summary>
public sealed record Problem(Position At, string Message, string? Mend = null);
