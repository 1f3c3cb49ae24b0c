using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Docs;

/// <summary>What the documentation shows is what `play` takes: every snippet of YAML loads, and plans with the lab's inventory.</summary>
public sealed class SnippetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("play-docs-").FullName;

    public SnippetTests()
    {
        // What snippets bring in lies where they say: beside them.
        var playbooks = Repository.PathOf("playbooks");
        foreach (var file in Directory.EnumerateFiles(playbooks, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(playbooks, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        File.Copy(Repository.PathOf("examples", "deploy", "server.xml"), Path.Combine(folder, "server.xml"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_snippet_loads_and_plans()
    {
        // Those of the reference are examples of its own, with a test of their own.
        var snippets = Page.All.Where(page => !page.Path.StartsWith("docs/reference/", StringComparison.Ordinal)).SelectMany(page => page.Snippets).ToList();
        Assert.True(snippets.Count > 40, $"there are only {snippets.Count} snippets: are they still found?");
        // `servers` is the group that `play new` writes.
        var lab = Planned.Inventory(File.ReadAllText(Repository.PathOf("examples", "lab", "hosts.yaml")) + "  servers: { children: [site] }\n");
        var problems = new ProblemList();
        foreach (var snippet in snippets) Check(snippet, lab, problems);
        Assert.True(problems.Count == 0, string.Join('\n', problems.Select(ProblemPrinter.Print)));
    }

    private void Check(Page.Snippet snippet, Inventory lab, ProblemList problems)
    {
        var file = Path.Combine(folder, snippet.Name);
        File.WriteAllText(file, snippet.Whole);
        var loader = new PlaybookLoader(problems);
        var root = loader.ReadFile(file);
        if (root is MapNode map && map["actions"] is not null) loader.LoadActions(root);
        else if (root is MapNode hosts && hosts["groups"] is not null)
        {
            var inventory = new InventoryLoader(problems);
            inventory.Add(root, folder);
            inventory.Build();
        }
        else if (loader.Load(file, root) is { } playbook) new Planner(lab, new Dictionary<string, object?>(), problems).Plan(playbook, new Planner.Wishes());
    }
}
