using System.Diagnostics;
using Playbooks.Loading;
using Playbooks.Loading.Schemas;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Tests.Journal;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Loading.Schemas;

/// <summary>The schemas in the repository, and the line in each shipped file that names its own.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Names => new(SchemaWriter.Names);

    /// <summary>All files of the language that are shipped, with the schema of each.</summary>
    internal static IEnumerable<(string Path, string Schema)> Shipped =>
        from folder in new[] { "playbooks", "examples", "docs/examples" }
        where Directory.Exists(Repository.PathOf(folder))
        from path in Directory.EnumerateFiles(Repository.PathOf(folder), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        where !path.Contains("/.state/", StringComparison.Ordinal)
        let keys = Yaml.Read(new SourceText(path, File.ReadAllText(path)), new ProblemList()) as MapNode
        let schema = keys?["steps"] is not null ? "playbook" : keys?["actions"] is not null ? "actions" : keys?["groups"] is not null ? "inventory" : null
        // One uses an action of its own, which no schema of the repository knows.
        where schema is not null && Path.GetFileName(path) != "action.yaml"
        select (path, schema);

    internal static SchemaWriter Writer()
    {
        var problems = new ProblemList();
        var loader = new PlaybookLoader(problems);
        var files = Directory.EnumerateFiles(Repository.PathOf("playbooks", "actions"), "*.yaml").Order(StringComparer.Ordinal).Select(file => loader.ReadFile(file)!);
        var writer = new SchemaWriter(loader.LoadActions([.. files]));
        Assert.Empty(problems);
        return writer;
    }

    [Theory, MemberData(nameof(Names))]
    public Task A_schema_is_what_play_schema_writes_of_the_shipped_actions(string name) =>
        Verifier.VerifyFile(Repository.PathOf("schemas", SchemaWriter.FileName(name)), Writer().Write(name));

    [Fact]
    public async Task One_schema_goes_to_standard_output_and_a_file_with_problems_gives_none()
    {
        using var folder = new PlayFolder();
        folder.Write("mine.yaml", "actions:\n  greet:\n    stepz: []\n");
        var (code, output, errors) = await Schema(folder, "inventory");
        Assert.Equal((0, await File.ReadAllTextAsync(Repository.PathOf("schemas", "inventory.schema.json"), TestContext.Current.CancellationToken), ""), (code, output, errors));
        (code, output, errors) = await Schema(folder, "--actions", ".");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("mine.yaml:3:5: the action `greet` has no key `stepz`", errors);
        // Whether a file that cannot be read has actions, nobody knows.
        folder.Write("acts/broken.yaml", "actions: [\n");
        (code, output, errors) = await Schema(folder, "--actions", "acts");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("acts/broken.yaml:", errors, StringComparison.Ordinal);
        folder.Write("none/p.yaml", "name: p\nsteps: []\n");
        (code, output, errors) = await Schema(folder, "--actions", "none");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("none: there is no file with `actions` in this folder", errors, StringComparison.Ordinal);
    }

    internal static async Task<(int Code, string Output, string Errors)> Schema(PlayFolder folder, params string[] arguments)
    {
        using var play = Process.Start(new ProcessStartInfo(Repository.Play, ["schema", .. arguments]) { WorkingDirectory = folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        return await PlayFolder.Ended(play);
    }

    [Fact]
    public void Each_shipped_file_names_its_schema_in_its_first_line() => Assert.All(Shipped, file =>
        Assert.Equal($"# yaml-language-server: $schema={Path.GetRelativePath(Path.GetDirectoryName(file.Path)!, Repository.PathOf("schemas", SchemaWriter.FileName(file.Schema)))}", File.ReadLines(file.Path).First()));
}
