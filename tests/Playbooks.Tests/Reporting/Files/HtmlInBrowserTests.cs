using System.Text.Json.Nodes;
using Xunit;

namespace Playbooks.Tests.Reporting.Files;

/// <summary>Reports in a real browser, as `tests/browser/look.mjs` looks at them; screenshots are left in `artifacts/browser/`.</summary>
[Trait("Category", "Long"), Trait("Category", "Alone")]
public sealed class HtmlInBrowserTests
{
    [Fact]
    public async Task A_report_opens_wide_and_on_a_phone_light_and_dark_and_no_host_can_run_a_script_in_it()
    {
        var pages = Directory.CreateDirectory(Repository.PathOf("artifacts", "browser", "pages"));
        foreach (var (name, run) in new[] { ("small", MadeRuns.Small()), ("good", MadeRuns.Good()), ("hostile", MadeRuns.Hostile()), ("big", MadeRuns.Big()) })
            await File.WriteAllTextAsync(Path.Combine(pages.FullName, $"{name}.html"), Html.Of(run), TestContext.Current.CancellationToken);
        await Chromium.Run("browser", "look.mjs", "pages", new JsonObject { ["small.html"] = new JsonObject { ["host"] = "와스2", ["failed"] = 5 } }.ToJsonString());
    }
}
