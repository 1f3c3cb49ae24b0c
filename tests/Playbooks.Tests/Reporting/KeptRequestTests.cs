using Play;
using Playbooks.Connections;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>What a run was asked for, kept, and asked for again.</summary>
public sealed class KeptRequestTests : IDisposable
{
    private const string Playbook = """
        params:
          word: {}
          much: { type: number }
          list: { default: [] }
          any: { default: null }
          pw: { secret: true, default: none-was-given }
        hosts: all
        steps: [{ print: "{{ word }}", tags: [a, b] }]
        """;

    private readonly Sources sources = new();

    public KeptRequestTests()
    {
        sources.Write("p.yaml", Playbook);
        sources.Write("hosts.yaml", "groups: { g: { hosts: { a: {}, b: {} } } }");
        sources.Write("values.yaml", "list: [1, 2.0, null, { x: true, y: '007' }]\nany: '5'");
    }

    public void Dispose() => sources.Dispose();

    private KeptRequest Kept(PlanRequest request) => KeptRequest.FromJson(KeptRequest.Of(sources.Read(request), new Masker(), verbose: true).ToJson())!;

    [Fact]
    public void It_plans_the_same_again()
    {
        var request = new PlanRequest { Values = ["word=5", "much=5", "@" + sources.PathOf("values.yaml")], Limit = "b", Tags = ["a"], Forks = 7, AllowEmpty = true };
        var kept = Kept(request);
        var problems = new ProblemList();
        var again = kept.Again([], problems)!.Read(kept.File, problems)!;
        Assert.Empty(problems);
        var first = sources.Read(request);
        Assert.Equal(Data.ToJson(new DataMap(first.Plan.Values)), Data.ToJson(new DataMap(again.Plan.Values)));
        Assert.Equal("""{"word":"5","much":5,"list":[1,2.0,null,{"x":true,"y":"007"}],"any":"5"}""", Data.ToJson(new DataMap(again.Plan.Values)));
        Assert.Equal(["b"], again.Plan.Inventory.Hosts.Select(h => h.Name));
        Assert.Equal(7, again.Plan.Forks);
        Assert.True(again.Plan.AllowEmpty);
        Assert.Equal(["a"], again.Request.Tags!);
        Assert.Equal(Environment.CurrentDirectory, kept.Folder);
        Assert.True(kept.Verbose);
    }

    /// <summary>Whoever goes on with it may have another PLAY_INVENTORY, or none.</summary>
    [Fact]
    public void The_inventories_are_those_that_were_found() => Assert.Equal([sources.PathOf("hosts.yaml")], Kept(new PlanRequest { Values = ["word=5", "much=5"] }).Request.Inventories);

    [Fact]
    public void A_secret_is_given_again_and_nothing_else()
    {
        var kept = Kept(new PlanRequest { Values = ["word=5", "much=5", "pw=hunter2"] });
        Assert.DoesNotContain("hunter2", kept.ToJson(), StringComparison.Ordinal);
        Assert.Equal("-e: `pw` holds a secret, so its value was not kept\ngive it again: -e pw=…", Again(kept));
        Assert.Equal("-e: `word` cannot be given another value: a run goes on with those it began with\nonly what holds a secret is given again, because it was not kept: pw", Again(kept, "pw=x", "word=6"));
        Assert.Equal("", Again(kept, "pw=x"));
        // As from the same file of values.
        Assert.Equal("", Again(kept, "pw=x", "word=5"));
        // Given for the first time it would be another run.
        Assert.Equal("-e: `pw` cannot be given another value: a run goes on with those it began with\nleave it out", Again(Kept(new PlanRequest { Values = ["word=5", "much=5"] }), "pw=x"));
    }

    [Fact]
    public void A_value_with_a_secret_in_it_is_not_kept()
    {
        var masker = new Masker();
        masker.Add("hunter2-hunter2");
        var kept = KeptRequest.Of(sources.Read(new PlanRequest { Values = ["word=x-hunter2-hunter2", "much=5"] }), masker, verbose: false);
        Assert.Equal(["word"], kept.Hidden);
        Assert.DoesNotContain("hunter2", kept.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_gone_is_told() =>
        Assert.StartsWith("/nowhere/at/all: the folder that the run was begun in is not there any more", Again(Kept(new PlanRequest { Values = ["word=5", "much=5"] }) with { Folder = "/nowhere/at/all" }), StringComparison.Ordinal);

    private static string Again(KeptRequest kept, params string[] values)
    {
        var problems = new ProblemList();
        Assert.Equal(kept.Again(values, problems) is null, problems.Count > 0);
        return string.Join('\n', problems.Select(problem => $"{problem.At}: {problem.Message}\n{problem.Mend}"));
    }
}
