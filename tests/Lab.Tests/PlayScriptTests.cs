using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Lab.Tests;

public sealed class PlayScriptTests : IDisposable
{
    private readonly DirectoryInfo elsewhere = Directory.CreateTempSubdirectory("play");

    public void Dispose() => elsewhere.Delete(recursive: true);

    [Fact]
    public async Task Play_runs_through_a_link_from_any_folder_and_says_nothing_of_its_own()
    {
        var link = Path.Combine(elsewhere.FullName, "link");
        File.CreateSymbolicLink(link, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "play")));
        using var play = Process.Start(new ProcessStartInfo(link, ["--version"])
        {
            WorkingDirectory = elsewhere.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = play.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await play.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await play.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (play.ExitCode, await errors));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
