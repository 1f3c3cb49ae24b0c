using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Loading;

/// <summary>The ways to hosts that an inventory names.</summary>
public sealed class JumpLoaderTests
{
    private static (Inventory Hosts, ProblemList Problems) Load(string hosts, string common = "{}")
    {
        var problems = new ProblemList();
        var loader = new InventoryLoader(problems);
        loader.Add(Yaml.Read(new SourceText("hosts.yaml", $"ssh: {common}\ngroups: {{ g: {{ hosts: {{ {hosts} }} }} }}"), problems), "/");
        return (loader.Build(), problems);
    }

    private static string Way(string hosts, string name)
    {
        var (inventory, problems) = Load(hosts);
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        return string.Join(" ", inventory.Find(name)!.WithWay.Select(h => $"{h.Ssh.User ?? "-"}@{h.Name}"));
    }

    [Fact]
    public void The_hosts_of_a_list_lie_between_nearest_first_whatever_ways_they_have_themselves() =>
        Assert.Equal("-@t joe@far root@b x@a", Way("a: { ssh: { user: x } }, b: { ssh: { user: root, jump: other } }, t: { ssh: { jump: [a, b, 'joe@far:22'] } }", "t"));

    [Fact]
    public void A_single_one_is_reached_by_its_own_way() =>
        Assert.Equal("-@t root@b -@other", Way("b: { ssh: { user: root, jump: other } }, t: { ssh: { jump: b } }", "t"));

    [Fact]
    public void All_hosts_behind_one_have_the_same_one_before_them()
    {
        var (inventory, _) = Load("b: {}, 't[1:3]': { ssh: { jump: b } }, 'u[1:2]': { ssh: { jump: 'joe@b' } }, v: { ssh: { jump: [b, c] } }, w: { ssh: { jump: 'b,c' } }");
        Assert.Same(inventory.Find("t1")!.Via, inventory.Find("t3")!.Via);
        Assert.Same(inventory.Find("b"), inventory.Find("t2")!.Via);
        Assert.Same(inventory.Find("u1")!.Via, inventory.Find("u2")!.Via);
        Assert.Equal("joe", inventory.Find("u1")!.Via!.Ssh.User);
        Assert.Equal(inventory.Find("v")!.Via!.Key, inventory.Find("w")!.Via!.Key);
        Assert.NotEqual("c", inventory.Find("v")!.Via!.Key);
    }

    [Theory]
    [InlineData("a: { ssh: { jump: b } }, b: { ssh: { jump: c } }, c: { ssh: { jump: a } }", "would be reached through itself: a → b → c → a")]
    [InlineData("a: { ssh: { jump: a } }", "would be reached through itself: a → a")]
    [InlineData("a: { ssh: { jump: 'x y' } }", "`x y` is no host to jump through")]
    [InlineData("a: { ssh: { jump: [b, none] } }", "`none` stands alone")]
    [InlineData("a: { ssh: { jump: 'b:99999' } }", "`b:99999` is no host to jump through")]
    [InlineData("a: { ssh: { jump: '' } }", "`` is no host to jump through")]
    public void A_way_that_leads_nowhere_is_told_with_its_place(string hosts, string message)
    {
        var problem = Assert.Single(Load(hosts).Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal("hosts.yaml", problem.At.Source.Name);
        Assert.NotNull(problem.Mend);
    }

    [Fact]
    public void A_way_for_all_is_told_not_to_lead_to_itself_once()
    {
        Assert.Contains("b: { ssh: { jump: none } }", Assert.Single(Load("b: {}, t: {}, u: {}", "{ jump: b }").Problems).Mend!, StringComparison.Ordinal);
        Assert.Empty(Load("b: { ssh: { jump: none } }, t: {}, u: {}", "{ jump: b }").Problems.Select(ProblemPrinter.Print));
    }
}
