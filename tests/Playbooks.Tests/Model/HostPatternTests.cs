using CsCheck;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Model;

public sealed class HostPatternTests
{
    private static readonly Inventory Site = Make();

    private static Inventory Make()
    {
        Host One(string name, string group, string route) => new()
        {
            Name = name,
            Label = name,
            Ssh = new SshSettings(),
            Groups = [group, "site"],
            Variables = route.Length > 0 ? new Dictionary<string, object?> { ["route"] = route } : [],
            At = Position.In("hosts"),
        };
        Host[] hosts = [One("web1", "web", ""), One("was1", "was", "tomcat1"), One("was2", "was", "tomcat2"), One("was-3", "was", "tomcat3")];
        return new Inventory(hosts, new Dictionary<string, IReadOnlyList<Host>> { ["web"] = hosts[..1], ["was"] = hosts[1..], ["site"] = hosts });
    }

    private static string Select(string pattern, params (string Name, object? Value)[] values)
    {
        var problems = new ProblemList();
        var parsed = HostPattern.Parse(PlacedText.Of("pattern", pattern), problems);
        if (parsed is null) return "? " + problems.First().Message;
        try
        {
            return string.Join(' ', parsed.Select(Site, values.Aggregate(Scope.Empty, (scope, v) => scope.With(v.Name, v.Value))).Select(h => h.Name));
        }
        catch (ExpressionException e)
        {
            return "! " + e.Message;
        }
    }

    [Theory]
    [InlineData("was", "was1 was2 was-3")]
    [InlineData("was2, web", "web1 was2")]
    [InlineData("site not web", "was1 was2 was-3")]
    [InlineData("site, not was1", "web1 was2 was-3")]
    [InlineData("site and was not was1", "was2 was-3")]
    [InlineData("was*", "was1 was2 was-3")]
    [InlineData("was?", "was1 was2")]
    [InlineData("was[route=tomcat2]", "was2")]
    [InlineData("was[route!=tomcat2]", "was1 was-3")]
    [InlineData("site[route=tomcat1]", "was1")]
    [InlineData("site[route!=tomcat1]", "! web1 has no variable `route`, so whether it differs cannot be told")]
    [InlineData("localhost", "localhost")]
    [InlineData("all", "web1 was1 was2 was-3")]
    [InlineData("db", "! no host and no group is called `db`")]
    [InlineData("db*", "! no host and no group is called like `db*`")]
    [InlineData("not was", "? a pattern may not begin with `not`")]
    [InlineData("was not not web", "? a name is missing here")]
    [InlineData("was,", "? a name is missing at the end")]
    [InlineData("", "? the pattern is empty")]
    [InlineData("was[route==x]", "? a condition is written with one `=`")]
    public void A_pattern_selects_in_inventory_order(string pattern, string hosts) => Assert.Equal(hosts, Select(pattern));

    [Fact]
    public void A_template_stands_for_one_name_or_one_value()
    {
        Assert.Equal("was1", Select("{{ x }}", ("x", "was1")));
        Assert.Equal("was1 was2", Select("{{ x }}", ("x", new List<object?> { "was2", "was1" })));
        Assert.Equal("was2", Select("was{{ x }}", ("x", 2L)));
        Assert.Equal("was2", Select("was[route=tomcat{{ x }}]", ("x", 2L)));
        Assert.Equal("web1 was1", Select("web, was[route={{ x }}]", ("x", "tomcat1")));
    }

    private static Gen<string> One(params string[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    /// <summary>Whatever a host printed: it selects at most the one host or group that is called just so, or the hosts whose variable is just that.</summary>
    [Fact]
    public void A_value_never_widens_a_pattern() => Gen.OneOf(One("*", "was*", "all, web", "was]", "was or web", "was1,was2", "x]", "tomcat1]", "{{ 'was' }}", "tomcat?"), Gen.String).Sample(value =>
    {
        var byName = Select("{{ x }}", ("x", value));
        if (!Site.Groups.ContainsKey(value) && Site.Find(value) is null && value != "all") Assert.StartsWith("! ", byName, StringComparison.Ordinal);
        Assert.Equal(Site.Hosts.Where(h => h.Variables.GetValueOrDefault("route") as string == value).Select(h => h.Name), Select("was[route={{ x }}]", ("x", value)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    });

    [Fact]
    public void The_widest_reading_covers_every_value()
    {
        var problems = new ProblemList();
        string Widest(string pattern) => string.Join(' ', HostPattern.Parse(PlacedText.Of("pattern", pattern), problems)!.Widest(Site).Select(h => h.Name));
        Assert.Equal("was1 was2 was-3", Widest("was[route={{ x }}]"));
        Assert.Equal("was1 was2 was-3", Widest("was not {{ x }}"));
        Assert.Equal("was1 was2 was-3", Widest("was and {{ x }}"));
        Assert.Equal("web1 was1 was2 was-3", Widest("web, {{ x }}"));
    }
}
