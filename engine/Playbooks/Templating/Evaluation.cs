namespace Playbooks.Templating;

/// <summary>What an expression came to, and how.</summary>
public sealed record Evaluation(object? Value, Explanation Explanation);
