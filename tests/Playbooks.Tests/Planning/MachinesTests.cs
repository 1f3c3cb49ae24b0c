using Playbooks.Loading;
using Playbooks.Planning;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Planning;

/// <summary>Which machines a plan may change: what two runs must not do side by side.</summary>
public sealed class MachinesTests
{
    private const string Inventory = """
        groups:
          was:
            hosts:
              was1: { ssh: 10.0.0.1, route: a }
              was2: { ssh: "10.0.0.2:2202", route: b }
              same1: { ssh: "root@10.0.0.1:22" }
              here: { local: true }
          web:
            hosts:
              web1: { ssh: web.example.com }
          inner:
            hosts:
              db1: { ssh: { host: 10.9.9.9, jump: web1 } }
        """;

    [Theory]
    [InlineData("[{ hosts: was1, command: 'true' }]", "10.0.0.1:22")]
    [InlineData("[{ hosts: 'was1, same1', command: 'true' }]", "10.0.0.1:22")]
    [InlineData("[{ hosts: was, command: 'true' }]", "10.0.0.1:22, 10.0.0.2:2202")]
    [InlineData("[{ hosts: was, command: 'true', effect: none }]", "")]
    [InlineData("[{ hosts: localhost, command: 'true' }, { hosts: was1, at: localhost, command: 'true' }]", "")]
    [InlineData("[{ hosts: was1, at: web, command: 'true' }]", "web.example.com:22")]
    [InlineData("[{ http: { url: 'http://x', method: POST } }, { hosts: was1, netstat: { listening: 80 } }]", "")]
    [InlineData("[{ hosts: was, command: 'true', effect: none, capture: { r: 'host.name' } }, { hosts: 'was[route={{ r }}]', command: 'true' }]", "10.0.0.1:22, 10.0.0.2:2202")]
    [InlineData("[{ block: [{ hosts: was1, command: 'true', effect: none, undo: [{ command: 'true' }] }], rescue: [{ hosts: web, command: 'true' }], always: [{ hosts: db1, command: 'true' }] }]", "10.0.0.1:22, web.example.com:22, web.example.com:22 10.9.9.9:22")]
    public void They_are_those_at_the_widest_that_steps_work_on_and_do_not_only_look_at(string steps, string expected)
    {
        var problems = new ProblemList();
        var loader = new InventoryLoader(problems);
        loader.Add(Yaml.Read(new SourceText("hosts", Inventory), problems), "/");
        var folder = Directory.CreateTempSubdirectory("machines");
        try
        {
            var file = Path.Combine(folder.FullName, "p.yaml");
            File.WriteAllText(file, $"name: Test\nsteps: {steps}");
            var plan = new Planner(loader.Build(), new Dictionary<string, object?>(), problems).Plan(new PlaybookLoader(problems).Load(file)!, new Planner.Wishes());
            Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
            Assert.Equal(expected, string.Join(", ", plan.Machines.Keys.Order(StringComparer.Ordinal)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
