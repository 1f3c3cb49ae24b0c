using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Loading;

public sealed class InventoryRangeTests
{
    private static Inventory Read(string text)
    {
        var problems = new ProblemList();
        var loader = new InventoryLoader(problems);
        loader.Add(Yaml.Read(new SourceText("hosts.yaml", text), problems), "/srv");
        var inventory = loader.Build();
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        return inventory;
    }

    private const string Site = """
        ssh: { user: play, timeout: 5s }
        groups:
          app:
            ssh: { port: 2222 }
            vars: { home: /srv/app, color: blue }
            hosts:
              app[001:200]: { ssh: "wasadm@app[001:200].example.com", label: "앱[001:200]", color: red }
              db[a:c]: { ssh: { host: "10.0.0.[1:3]", key: k } }
              one: { ssh: "[2001:db8::1]:22" }
          site: { children: [app], vars: { zone: z1 } }
        """;

    [Fact]
    public void Two_hundred_hosts_stand_in_one_line()
    {
        var inventory = Read(Site);
        Assert.Equal(204, inventory.Groups["site"].Count);
        var last = inventory.Find("app200")!;
        Assert.Equal(("wasadm", "app200.example.com", 2222, "앱200"), (last.Ssh.User!, last.Address, last.Ssh.Port, last.Label));
        Assert.Equal(("red", "/srv/app"), (last.Variables["color"], last.Variables["home"]));
        Assert.Equal(["app", "site"], last.Groups);
        var db = inventory.Find("dbb")!;
        Assert.Equal(("play", "10.0.0.2", "/srv/k", "dbb"), (db.Ssh.User!, db.Address, db.Ssh.Key, db.Label));
        Assert.Equal(("2001:db8::1", 22), (inventory.Find("one")!.Address, inventory.Find("one")!.Ssh.Port));
    }

    [Fact]
    public void Each_variable_and_setting_knows_where_it_comes_from()
    {
        var host = Read(Site).Find("app007")!;
        string From(string what) => host.Origins[what] is { Group: var group, At: var at } ? $"{at.Line} {group}" : "";
        Assert.Equal(("7 ", "5 app", "10 site"), (From("color"), From("home"), From("zone")));
        Assert.Equal(("7 ", "7 ", "4 app", "1 "), (From("ssh: user"), From("ssh: host"), From("ssh: port"), From("ssh: timeout")));
        Assert.DoesNotContain("ssh: key", host.Origins.Keys);
    }

    [Fact]
    public void Hosts_of_one_range_share_what_they_have_in_common()
    {
        var inventory = Read("groups: { app: { vars: { a: 1 }, hosts: { \"app[0001:9999]\": { b: 2 } } } }");
        Assert.Equal(9_999, inventory.Hosts.Count);
        Assert.Same(inventory.Hosts[0].Variables, inventory.Hosts[^1].Variables);
        Assert.Same(inventory.Hosts[0].Origins, inventory.Hosts[^1].Origins);
    }

    [Fact]
    public void Ranges_cannot_multiply_into_millions()
    {
        var problems = new ProblemList();
        var loader = new InventoryLoader(problems);
        loader.Add(Yaml.Read(new SourceText("hosts", "groups: { app: { hosts: {" + string.Join(", ", Enumerable.Range(1, 200).Select(i => $"\"app{i}-[0001:9999]\": {{}}")) + "} } }"), problems), "/");
        loader.Build();
        Assert.Equal("up to here these are more than 100000 hosts", Assert.Single(problems).Message);
    }

    [Theory]
    [InlineData("app[001:003]", "app001 app002 app003")]
    [InlineData("app[001:003] not app002", "app001 app003")]
    [InlineData("app[199:200][color=red], one", "app199 app200 one")]
    [InlineData("app[200:200][color=blue]", "")]
    [InlineData("db[a:b]", "dba dbb")]
    [InlineData("app[199:201]", "! no host and no group is called `app201`")]
    public void A_pattern_may_name_a_range(string pattern, string names)
    {
        var problems = new ProblemList();
        var parsed = HostPattern.Parse(PlacedText.Of("pattern", pattern), problems)!;
        Assert.Empty(problems);
        string Selected()
        {
            try
            {
                return string.Join(' ', parsed.Select(Read(Site), Scope.Empty).Select(h => h.Name));
            }
            catch (ExpressionException e)
            {
                return "! " + e.Message;
            }
        }
        Assert.Equal(names, Selected());
    }
}
