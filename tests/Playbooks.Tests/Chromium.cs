using System.Diagnostics;
using Xunit;

namespace Playbooks.Tests;

/// <summary>Scripts of `tests/browser`, which open pages in chromium as readers do.</summary>
internal static class Chromium
{
    /// <summary>Runs a script in a folder below `artifacts/`, which is made; it is right if the script ends with 0.</summary>
    public static async Task Run(string folder, string script, params string[] arguments)
    {
        var place = Directory.CreateDirectory(Repository.PathOf("artifacts", folder)).FullName;
        foreach (var file in new[] { "package.json", "package-lock.json", script }) File.Copy(Repository.PathOf("tests", "browser", file), Path.Combine(place, file), overwrite: true);
        await Program(place, "npm", "ci", "--no-audit", "--no-fund");
        await Program(place, "node", [script, .. arguments]);
    }

    /// <summary>Runs a program to its end, which has to be 0.</summary>
    public static async Task Program(string folder, string program, params string[] arguments)
    {
        using var running = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (running.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), running.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(running.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {running.ExitCode}\n{await output}\n{await errors}");
    }
}
