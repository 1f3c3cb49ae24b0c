using Playbooks.Connections;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>What is in folders.</summary>
public static class FolderFiles
{
    /// <summary>The files of a folder and those inside it. A link to a folder is not gone into: it may lead back.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="problems">Takes which folders cannot be read, and what has a name as YAML has and is no file; the others are given.</param>
    public static IEnumerable<string> Of(string folder, ProblemList problems)
    {
        foreach (var entry in Entries(folder, problems))
            if (Directory.Exists(entry))
            {
                if (new DirectoryInfo(entry).LinkTarget is not null) continue;
                foreach (var file in Of(entry, problems)) yield return file;
            }
            else if (!LocalUser.IsSpecial(entry)) yield return entry;
            else if (IsYaml(entry)) AddSpecial(entry, problems);
    }

    internal static void AddSpecial(string path, ProblemList problems) => problems.Add(Position.In(path), "this is a pipe, a socket or a device, and no file");

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
