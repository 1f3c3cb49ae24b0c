namespace Playbooks.Problems;

/// <summary>Ends the reading of files that are past a limit; the problem is noted already. Loaders and the planner catch it themselves.</summary>
public sealed class TooMuchException : Exception;
