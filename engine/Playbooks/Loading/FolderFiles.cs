using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>What is in folders.</summary>
public static class FolderFiles
{
    /// <summary>The files of a folder and those inside it. A link to a folder is not gone into: it may lead back.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="problems">Takes which folders cannot be read; the others are.</param>
    public static IEnumerable<string> Of(string folder, ProblemList problems) => Entries(folder, problems).SelectMany(entry =>
        !Directory.Exists(entry) ? [entry] : new DirectoryInfo(entry).LinkTarget is null ? Of(entry, problems) : []);

    public static bool IsYaml(string file) => Path.GetExtension(file) is ".yaml" or ".yml";

    /// <summary>The whole path of the folder that a file is in. What no path can be is told where it is read.</summary>
    public static string FolderOf(string path) => Path.GetFullPath(Path.GetDirectoryName(path.Replace("\0", "", StringComparison.Ordinal)) is { Length: > 0 } folder ? folder : ".");

    /// <summary>The paths of what is in it, in the order of their names; none where it cannot be read, which is a problem.</summary>
    internal static IReadOnlyList<string> Entries(string folder, ProblemList problems)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            problems.Add(Position.In(folder), e is UnauthorizedAccessException ? "this folder may not be read" : $"this folder cannot be read: {e.Message}");
            return [];
        }
    }
}
