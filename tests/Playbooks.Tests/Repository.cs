using System.Runtime.CompilerServices;

namespace Playbooks.Tests;

/// <summary>Where the sources are that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>`play`, as it was built last: compiled ahead of time, as `./test` does first, it starts in no time.</summary>
    public static string Play { get; } = Newer(PathOf("artifacts/play/play"), PathOf("artifacts/bin/Play/debug/play"));

    private static string Newer(string ahead, string debug) =>
        new[] { "play.dll", "Playbooks.dll" }.Max(file => File.GetLastWriteTimeUtc(Path.Combine(Path.GetDirectoryName(debug)!, file))) < File.GetLastWriteTimeUtc(ahead) ? ahead : debug;

    private static string Find([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
