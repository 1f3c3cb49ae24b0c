using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Templating;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting;

public sealed class HostsReportTests
{
    private const string Site = """
        ssh: { user: wasadm, key: /srv/keys/id_ed25519 }
        groups:
          site: { children: [web, was, app], vars: { zone: seoul } }
          web: { hosts: { web1: { ssh: "www.example.com:2201", label: 웹1 } } }
          was:
            vars: { catalina_base: /srv/tomcat/apache-tomcat-8.5.82 }
            hosts:
              was1: { ssh: dbd000@www.example.com:2202, label: 와스1, route: tomcat1, ports: [4000, 8080] }
              was2: { ssh: "[2001:db8::1]:2203", label: "와스2\u001b[31m", route: tomcat2 }
          app: { ssh: { timeout: 5s }, hosts: { "app[001:200]": { ssh: "app[001:200].example.com" } } }
          java: { children: [was, app], hosts: { here: { local: true } } }
        """;

    private static string Shown(int width, string? pattern = null, bool verbose = false)
    {
        var problems = new ProblemList();
        var loader = new InventoryLoader(problems);
        loader.Add(Yaml.Read(new SourceText("hosts.yaml", Site), problems), "/srv");
        var inventory = loader.Build();
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        var hosts = HostPattern.Parse(PlacedText.Of("PATTERN", pattern ?? "all"), problems)!.Select(inventory, Scope.Empty);
        var lines = new HostsReport(inventory, width).Lines(hosts, pattern is null, verbose).Select(l => l.Text).ToList();
        Assert.All(lines, line => Assert.True(DisplayText.Width(line) <= width, line));
        return string.Join('\n', lines);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    public Task An_inventory_is_a_tree_and_a_host_tells_where_its_variables_come_from(int width) => Verifier.Verify(
        Shown(width) + "\n\nwas, app007\n" + Shown(width, "was, app007") + "\n\nsite\n" + Shown(width, "site") + "\n\nwas -v\n" + Shown(width, "was, here", verbose: true), $"{width}");
}
