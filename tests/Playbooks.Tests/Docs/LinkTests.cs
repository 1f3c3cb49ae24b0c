using Xunit;

namespace Playbooks.Tests.Docs;

/// <summary>No link of the documentation leads nowhere, on GitHub or in the site, which lays the pages out as they lie here.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Every_link_leads_to_a_file_and_every_anchor_to_a_heading()
    {
        Assert.True(Page.All.SelectMany(page => page.Links).Count() > 100, "there are hardly any links: are they still found?");
        Nothing(from page in Page.All
                from link in page.Links
                let parts = link.Split('#', 2)
                let target = parts[0].Length == 0 ? page.Path : Path.GetRelativePath(Repository.Root, Repository.PathOf(Path.GetDirectoryName(page.Path)!, parts[0]))
                let wrong = !Path.Exists(Repository.PathOf(target)) ? "there is no such file"
                    : parts.Length == 2 && Page.All.FirstOrDefault(other => other.Path == target)?.Anchors.Contains(parts[1]) != true ? "there is no such heading"
                    : null
                where wrong is not null
                select $"{page.Path}: {link}: {wrong}");
    }

    [Fact]
    public void Every_page_has_its_place_in_the_site()
    {
        var site = File.ReadAllText(Repository.PathOf("mkdocs.yml"));
        Nothing(from page in Page.All where !site.Contains($" {page.Path}\n", StringComparison.Ordinal) select $"{page.Path}: `nav` of mkdocs.yml does not have it");
    }

    private static void Nothing(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
