using System.Text;
using System.Text.RegularExpressions;

namespace Playbooks.Steps.Log;

/// <summary>What a `log` step asks for, filled in.</summary>
internal sealed record LogQuestion
{
    public required IReadOnlyList<string> Contains { get; init; }

    public required IReadOnlyList<Regex> Matches { get; init; }

    public required IReadOnlyList<string> Lacks { get; init; }

    public required string Path { get; init; }

    /// <summary>The window's start as it is said after the path, such as " since `leave`"; empty for the files' beginning.</summary>
    public required string Since { get; init; }

    public required Encoding Encoding { get; init; }

    /// <summary>Two with the same words ask the same.</summary>
    public string Words => string.Join('\0', [Place, Encoding.WebName, $"{Contains.Count} {Matches.Count}", .. Contains, .. Matches.Select(m => m.ToString()), .. Lacks]);

    public string Place => Path + Since;

    public bool AsksForLines => Contains.Count > 0 || Matches.Count > 0;
}
