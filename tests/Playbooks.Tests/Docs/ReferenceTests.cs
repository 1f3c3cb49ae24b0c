using System.Globalization;
using System.Text.RegularExpressions;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Snapshots;
using Playbooks.Tests.Templating;
using Xunit;

namespace Playbooks.Tests.Docs;

/// <summary>The reference says what the code says, and each of its small examples is true.</summary>
public sealed partial class ReferenceTests
{
    public static TheoryData<string> Pages => new(Reference.Pages.Keys);

    public static TheoryData<string> Functions => new(BuiltIns.Functions.Select(function => function.Name));

    [Theory, MemberData(nameof(Pages))]
    public Task A_page_says_what_the_code_says(string path) => Verifier.VerifyFile(Repository.PathOf("docs", "reference", path), Reference.Pages[path]);

    [Fact]
    public void There_is_no_page_of_what_is_gone() => Assert.Empty(
        Directory.EnumerateFiles(Repository.PathOf("docs", "reference"), "*.md", SearchOption.AllDirectories).Where(path => !path.Contains(".received.", StringComparison.Ordinal))
            .Where(path => File.ReadLines(path).First().StartsWith("<!-- Written by", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Repository.PathOf("docs", "reference"), path)).Except(Reference.Pages.Keys));

    [Theory, MemberData(nameof(Functions))]
    public void The_example_of_a_function_gives_what_it_says(string name)
    {
        var (call, value) = Reference.Parts(BuiltIns.Find(name)!.Example);
        Assert.Contains(name + "(", call);
        var scope = Scope.Empty.With("nothing", (object?)null);
        var given = Asking.Value(call, scope);
        Assert.True(Data.AreEqual(Asking.Value(value, scope), given), $"{call} gives {Data.Show(given)}");
    }

    [Fact]
    public void Every_exit_code_has_its_words_and_the_README_has_the_same()
    {
        Assert.Equal(Enum.GetValues<ExitCode>().Order(), ExitCodes.All.Select(all => all.Code).Order());
        var rows = from file in new[] { "README.md" }
                   from Match row in Row().Matches(File.ReadAllText(Repository.PathOf(file)))
                   select (int.Parse(row.Groups["code"].Value, CultureInfo.InvariantCulture), row.Groups["words"].Value);
        Assert.Superset(rows.ToHashSet(), ExitCodes.All.Select(all => ((int)all.Code, all.Meaning)).ToHashSet());
    }

    [Fact]
    public void The_effect_of_a_kind_is_told_as_it_is() => Assert.All(StepKinds.All, kind =>
    {
        var works = Examples.Steps($"{kind.Name}.yaml").Select(step => step.Work).OfType<KindWork>().Where(work => work.Kind == kind).ToList();
        Assert.NotEmpty(works);
        Assert.All(works, work => Assert.Contains($"`{work.Effect.ToString().ToLowerInvariant()}`", kind.EffectText));
    });

    [GeneratedRegex(@"^\| (?<code>\d+) \| (?<words>.+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
