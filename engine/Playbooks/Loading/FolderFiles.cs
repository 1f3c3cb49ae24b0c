namespace Playbooks.Loading;

/// <summary>The files of a folder and those inside it. A link to a folder is not gone into: it may lead back.</summary>
public static class FolderFiles
{
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static IEnumerable<string> Of(string folder) => new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal).SelectMany(entry =>
        entry is DirectoryInfo inner ? inner.LinkTarget is null ? Of(Path.Combine(folder, inner.Name)) : [] : [Path.Combine(folder, entry.Name)]);

    public static bool IsYaml(string file) => Path.GetExtension(file) is ".yaml" or ".yml";
}
