using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>The files of a folder and those inside it. A link to a folder is not gone into: it may lead back.</summary>
public static class FolderFiles
{
    /// <param name="folder">Where to look.</param>
    /// <param name="problems">Takes which folders cannot be read; the others are.</param>
    public static IEnumerable<string> Of(string folder, ProblemList problems) => Entries(folder, problems).SelectMany(entry =>
        entry is DirectoryInfo inner ? inner.LinkTarget is null ? Of(Path.Combine(folder, inner.Name), problems) : [] : [Path.Combine(folder, entry.Name)]);

    public static bool IsYaml(string file) => Path.GetExtension(file) is ".yaml" or ".yml";

    /// <summary>The whole path of the folder that a file is in.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static IReadOnlyList<FileSystemInfo> Entries(string folder, ProblemList problems)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            problems.Add(Position.In(folder), $"this folder cannot be read: {e.Message}");
            return [];
        }
    }
}
