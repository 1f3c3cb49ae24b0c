namespace Play.Completing;

/// <summary>A word that may stand there, and what it is. One that ends in `=`, `/`, `,` or `:` wants more behind it.</summary>
internal sealed record Candidate(string Text, string About = "");
