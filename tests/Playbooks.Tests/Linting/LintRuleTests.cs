using System.Text.RegularExpressions;
using Playbooks.Linting;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Linting;

/// <summary>Each rule has a folder with a bad file, whose findings are a snapshot, and a good one, in which nothing is found. The documentation shows both.</summary>
public sealed partial class LintRuleTests
{
    private static readonly string Folder = Repository.PathOf("tests/Playbooks.Tests/Cases/lint");

    public static TheoryData<string> Rules => new(LintRules.All.Select(rule => rule.Name));

    [Theory, MemberData(nameof(Rules))]
    public async Task In_the_bad_file_it_finds_something(string rule)
    {
        var linter = Linted.File(Path.Combine(Folder, rule, "bad.yaml"));
        Assert.Empty(linter.Problems);
        Assert.All(linter.Findings, finding => Assert.Equal(rule, finding.Rule.Name));
        await Verifier.Verify(string.Join('\n', LintText.Findings(linter)).Replace(Folder + "/", "", StringComparison.Ordinal), rule);
    }

    [Theory, MemberData(nameof(Rules))]
    public void In_the_good_file_nothing_is_found(string rule)
    {
        var linter = Linted.File(Path.Combine(Folder, rule, "good.yaml"));
        Assert.Equal("1 file: no problems", LintText.Verdict(linter));
    }

    [Fact]
    public void Each_folder_has_its_rule_and_each_rule_its_words()
    {
        Assert.Equal(LintRules.All.Select(rule => rule.Name).Order(StringComparer.Ordinal), Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.All(LintRules.All, rule => Assert.Matches(Kebab(), rule.Name));
        Assert.All(LintRules.All, rule => Assert.EndsWith(".", rule.Summary, StringComparison.Ordinal));
        Assert.All(LintRules.All, rule => Assert.True(rule.Explanation.Length > 100 && rule.Explanation == rule.Explanation.Trim(), rule.Name));
    }

    [Fact]
    public void What_is_shipped_has_no_findings()
    {
        var linter = new Linter(new Dictionary<string, object?> { ["PWD"] = "/" });
        string[] folders = ["playbooks", "examples", "docs/examples"];
        foreach (var file in folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.yaml", SearchOption.AllDirectories))) linter.Look(file, isNamed: false);
        Assert.Equal("48 files (2 passed over: no playbook, no actions, no inventory): no problems", LintText.Verdict(linter));
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)+$")]
    private static partial Regex Kebab();
}

/// <summary>Files, and texts as files, looked at as `play lint` does.</summary>
internal static class Linted
{
    public static Linter File(string path)
    {
        var linter = new Linter(new Dictionary<string, object?> { ["HOME"] = "/home/u" });
        linter.Look(path, isNamed: true);
        return linter;
    }

    public static Linter Text(string text)
    {
        var folder = Directory.CreateTempSubdirectory("lint");
        try
        {
            var path = Path.Combine(folder.FullName, "p.yaml");
            System.IO.File.WriteAllText(path, text);
            return File(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The rules that find something, each once for each finding, in the file's order.</summary>
    public static IEnumerable<string> Rules(string text)
    {
        var linter = Text(text);
        Assert.True(linter.Problems.Count == 0, string.Concat(linter.Problems.Select(ProblemPrinter.Print)));
        return linter.Findings.Select(finding => finding.Rule.Name);
    }
}
