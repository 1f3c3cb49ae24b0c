using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Playbooks.Tests.Reporting.Files;

/// <summary>Reports in a real browser, as `tests/browser/look.mjs` looks at them; screenshots are left in `artifacts/browser/`.</summary>
[Trait("Category", "Long")]
public sealed class HtmlInBrowserTests
{
    [Fact]
    public async Task A_report_opens_wide_and_on_a_phone_light_and_dark_and_no_host_can_run_a_script_in_it()
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "browser"));
        foreach (var file in new[] { "package.json", "package-lock.json", "look.mjs" }) File.Copy(Repository.PathOf("tests", "browser", file), Path.Combine(folder.FullName, file), overwrite: true);
        var pages = folder.CreateSubdirectory("pages");
        foreach (var (name, run) in new[] { ("small", MadeRuns.Small()), ("good", MadeRuns.Good()), ("hostile", MadeRuns.Hostile()), ("big", MadeRuns.Big()) })
            await File.WriteAllTextAsync(Path.Combine(pages.FullName, $"{name}.html"), Html.Of(run), TestContext.Current.CancellationToken);
        await Run(folder, "npm", "ci", "--no-audit", "--no-fund");
        await Run(folder, "node", "look.mjs", "pages", new JsonObject { ["small.html"] = new JsonObject { ["host"] = "와스2", ["failed"] = 5 } }.ToJsonString());
    }

    private static async Task Run(DirectoryInfo folder, string program, params string[] arguments)
    {
        using var running = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (running.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), running.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(running.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {running.ExitCode}\n{await output}\n{await errors}");
    }
}
