using Play.Terminal;
using Playbooks.Loading;

namespace Play;

/// <summary>Files that are written all or not at all, and never over others; and the line at their top that tells an editor what may stand in them.</summary>
internal static class NewFiles
{
    /// <summary>Writes them. False where one cannot be written: it is said why, and none is there.</summary>
    /// <param name="files">Path and text of each.</param>
    /// <param name="replace">What is there already may go.</param>
    public static bool Write(IReadOnlyList<(string Path, string Text)> files, bool replace = false)
    {
        foreach (var (path, _) in files)
            if (WhyNot(path, replace) is { } why)
            {
                Screen.Refuse(why);
                return false;
            }
        var written = new List<(string Path, string Beside)>();
        var placed = new List<string>();
        try
        {
            foreach (var (path, text) in files)
            {
                var beside = $"{path}.{Guid.NewGuid():N}.new";
                written.Add((path, beside));
                File.WriteAllText(beside, text);
            }
            foreach (var (path, beside) in written)
            {
                File.Move(beside, path, replace);
                placed.Add(path);
            }
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var (path, beside) in written)
            {
                if (File.Exists(beside)) File.Delete(beside);
                if (!replace && placed.Contains(path)) File.Delete(path);
            }
            Screen.Refuse($"{string.Join(" and ", files.Select(file => file.Path))} could not be written: {e.Message}");
            return false;
        }
    }

    /// <summary>Why no file can be written there; null: it can, as far as is seen.</summary>
    public static string? WhyNot(string path, bool replace = false) =>
        Directory.Exists(path) ? $"{path} is a folder"
        : !replace && Path.Exists(path) ? $"{path} is there already, and is not written over"
        : Directory.Exists(FolderFiles.FolderOf(path)) ? null : $"there is no folder {FolderFiles.FolderOf(path)}";

    /// <summary>A path as a shell takes it.</summary>
    public static string Quoted(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+,@".Contains(c, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>The modeline of a file, where the schema is in `schemas` beside it or further up; null: it is nowhere, and naming it would help nobody.</summary>
    public static string? Modeline(string? path, string schema)
    {
        if (path is null) return null;
        var folder = FolderFiles.FolderOf(path);
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
            if (Path.Combine(at, "schemas", $"{schema}.schema.json") is var file && File.Exists(file)) return $"yaml-language-server: $schema={Path.GetRelativePath(folder, file)}";
        return null;
    }
}
