using Xunit;

namespace Playbooks.Tests.Docs;

/// <summary>The documentation's site in a real browser, as `tests/browser/site.mjs` looks at it; screenshots are left in `artifacts/browser-site/`.</summary>
[Trait("Category", "Long")]
public sealed class SiteInBrowserTests
{
    [Fact]
    public async Task The_site_reads_wide_and_on_a_phone_asks_nobody_else_and_its_search_finds_Korean_too()
    {
        await Chromium.Program(Repository.Root, Repository.PathOf("docs", "build"));
        await Chromium.Run("browser-site", "site.mjs", Repository.PathOf("artifacts", "site"), "shots");
    }
}
