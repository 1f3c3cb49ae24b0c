using Playbooks.Problems;

namespace Playbooks.Steps;

/// <summary>A file of this machine that a playbook or an inventory names.</summary>
internal static class LocalFile
{
    /// <summary>Where it is: `~` is the home, and a relative path starts at the folder.</summary>
    public static string PathOf(string written, string folder) => written == "~" || written.StartsWith("~/", StringComparison.Ordinal)
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + written[1..]
        : Path.Combine(folder, written);

    /// <summary>Where it is, seen from the file in which it is named.</summary>
    public static string PathOf(string written, Position at) => PathOf(written, Path.GetDirectoryName(at.Source.Name) ?? "");

    /// <summary>Its bytes, and one more than `most` where it has more: a path may name a device that never ends.</summary>
    /// <exception cref="Exception">One that <see cref="IsUnreadable"/> knows.</exception>
    public static byte[] Read(string path, int most)
    {
        using var file = File.OpenRead(path);
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (kept.Length <= most && file.Read(buffer) is > 0 and var count) kept.Write(buffer, 0, count);
        return kept.ToArray();
    }

    public static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException;

    /// <summary>Why it cannot be read, where its name stands before that already.</summary>
    public static string ItsProblem(Exception e, string path) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => Path.IsPathRooted(path) ? "there is no such file" : $"there is no such file in {Environment.CurrentDirectory}",
        _ => string.Concat("it", Problem(path, e).AsSpan(path.Length)),
    };

    /// <summary>Why it cannot be read, for the user.</summary>
    public static string Problem(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"there is no file {path}",
        UnauthorizedAccessException when Directory.Exists(path) => $"{path} is a folder, not a file",
        UnauthorizedAccessException => $"{path} may not be read",
        _ => $"{path} cannot be read: {e.Message}",
    };
}
