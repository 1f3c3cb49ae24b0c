using Playbooks.Problems;

namespace Playbooks.Templating.Statements;

/// <summary>A template file cut at its braces: text, or what stands between `{{` and `}}`.</summary>
/// <param name="Text">The text; or what is between the braces, without marks for blanks.</param>
/// <param name="Place">Of the braces too.</param>
internal sealed record Piece(PlacedText Text, Position Place, bool IsCode);
