using System.Text.RegularExpressions;

namespace Playbooks.Tests.Architecture;

/// <summary>A C# file of the engine: its lines without their comments, and the namespace that its folder asks for.</summary>
internal sealed partial record SourceFile(string RelativePath, IReadOnlyList<string> Lines)
{
    public string Name => Path.GetFileNameWithoutExtension(RelativePath);

    /// <summary><c>Playbooks.Steps.Http</c> for <c>engine/Playbooks/Steps/Http/HttpStep.cs</c>.</summary>
    public string FolderNamespace => Path.GetDirectoryName(RelativePath)!.Replace(Path.DirectorySeparatorChar, '.')["engine.".Length..];

    /// <summary>The part of the engine it belongs to: <c>Steps</c>, or <c>Play</c> for the command line; empty outside of any.</summary>
    public string Folder => FolderNamespace.Split('.') switch
    {
        ["Playbooks", var folder, ..] => folder,
        ["Play", ..] => "Play",
        _ => "",
    };

    public static IReadOnlyList<SourceFile> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.PathOf("engine"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(
                Path.GetRelativePath(Repository.Root, path),
                [.. File.ReadLines(path).Select(line => Comment().Replace(line, ""))])),
    ];

    /// <summary>Every match in the file's code, with the place to show for it.</summary>
    public IEnumerable<(Match Match, string Place)> Find(Regex pattern) =>
        Lines.SelectMany((line, i) => pattern.Matches(line).Select(match => (match, $"{RelativePath}:{i + 1}: {line.Trim()}")));

    [GeneratedRegex("//.*$")]
    private static partial Regex Comment();
}
