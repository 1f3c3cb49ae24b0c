using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests;

/// <summary>Plans and inventories as tests want them: without a problem.</summary>
internal static class Planned
{
    public static Inventory Inventory(string yaml)
    {
        var problems = new ProblemList();
        var hosts = new InventoryLoader(problems);
        hosts.Add(Yaml.Read(new SourceText("hosts", yaml), problems), "/");
        var inventory = hosts.Build();
        None(problems);
        return inventory;
    }

    public static Plan Of(string file, Inventory inventory, Planner.Wishes? wishes = null)
    {
        var problems = new ProblemList();
        var playbook = new PlaybookLoader(problems).Load(file);
        None(problems);
        var plan = new Planner(inventory, new Dictionary<string, object?>(), problems).Plan(playbook!, wishes ?? new Planner.Wishes());
        None(problems);
        return plan!;
    }

    private static void None(ProblemList problems) => Assert.True(problems.Count == 0, string.Join('\n', problems.Select(ProblemPrinter.Print)));
}
