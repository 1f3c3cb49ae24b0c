using System.Diagnostics;
using Playbooks.Loading;
using Playbooks.Planning;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Loading;

/// <summary>Files made to hold the program or to end it: a problem with its place, soon. (On a machine with nothing else to do each takes well under two seconds.)</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hostile");

    public void Dispose() => folder.Delete(recursive: true);

    private static string Many(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(line));

    private const string Ok = "hosts: all\nsteps: [{ command: echo }]\n";
    private const string Hosts = "groups: { g: { hosts: { h: { local: true } } } }\n";

    public static IEnumerable<TheoryDataRow<string, string, string, string>> Hostile =>
    [
        Row("a hundred thousand steps", "up to here these are more than 50000 values", "steps:\n" + Many(65_000, _ => "- wait: 1s\n")),
        Row("expressions", "up to here these are more than 50000 expressions, words and params", "vars: { a: 1 }\nsteps:\n- wait: \"" + Many(90_000, _ => "{{ a }}") + "\"\n"),
        Row("words", "up to here these are more than 50000 expressions, words and params", "steps:\n- hosts: h\n  command: " + Many(900_000, _ => "a ") + "\n"),
        Row("quoted values in one line", "a playbook needs `steps`", "a: [" + Many(40_000, i => (i > 0 ? "," : "") + "\"a\"") + "]\n"),
        Row("unknown keys", "more than 200 problems: what comes after this place is not looked for", "steps: [{ wait: 1s }]\n" + Many(20_000, i => $"k{i}: 1\n")),
        Row("unknown names", "more than 200 problems: what comes after this place is not looked for", "vars:\n" + Many(8_000, i => $"  v{i}: 1\n") + "steps:\n- assert:\n" + Many(8_000, i => $"  - w{i} == 1\n")),
        Row("the language's names beside many", "no host here has a variable `x`", "vars:\n" + Many(8_000, i => $"  v{i}: 1\n") + "steps:\n- hosts: h\n  assert:\n" + Many(8_000, _ => "  - host.name == 'x'\n") + "  - host.x == 1\n"),
        Row("slow vars", "the vars up to here took more than 1s or 1024 MiB", "vars:\n  b: " + new string('a', 64) + "\n" + Many(1_000, i => $"  v{i}: \"{{{{ default(defined(b), true) ? count(array.sort(array.reverse(1..100000))) : 1 }}}}\"\n") + Ok),
        Row("a pattern", "a pattern has at most 2000 characters, and this one has 100000", "steps:\n- { command: echo, hosts: \"" + new string('*', 100_000) + "\" }\n"),
        Row("a regex that never ends", "this regex took longer than 500ms", "vars: { v: \"{{ matches('" + new string('a', 64) + "!', `^(a+)+$`) }}\" }\n" + Ok),
        Row("a range", "the range 1..1000000000 is too long: at most 100000 items", "vars: { v: \"{{ 1..1000000000 }}\" }\n" + Ok),
        Row("a file used again and again", "`actions.yaml` is used twice", "use: [" + Many(10_000, i => (i > 0 ? "," : "") + "actions.yaml") + "]\n" + Ok, actions: "actions: {}\n"),
        Row("actions that call the next", "more than 500 actions", "use: actions.yaml\nsteps: [{ a0: }]\n", actions: "actions:\n" + Many(2_000, i => $"  a{i}: {{ steps: [ a{i + 1} ] }}\n")),
        Row("actions that call two", "more than 100000 steps: actions that call actions multiply", "use: actions.yaml\nsteps: [{ a0: }]\n", actions: "actions:\n" + Many(40, i => $"  a{i}: {{ steps: [ a{i + 1}, a{i + 1} ] }}\n") + "  a40: { steps: [{ wait: 1s }] }\n"),
        Row("params", "more than 500 params", "params:\n" + Many(10_000, i => $"  p{i}: {{ default: 1 }}\n") + Ok),
        Row("groups of one host", "h is in more than 100 groups", Ok, "groups:\n" + Many(1_900, i => $"  g{i}: {{ hosts: [h] }}\n")),
        Row("groups in groups", "more than 2000 groups", Ok, "groups:\n" + Many(30_000, i => $"  g{i}: {{ children: [g{i + 1}] }}\n")),
        Row("children that are not there", "more than 200 problems: what comes after this place is not looked for", Ok, "groups:\n  g:\n    children:\n" + Many(60_000, i => $"    - x{i}\n") + Many(1_900, i => $"  g{i}: {{}}\n")),
        Row("steps and hosts", "these steps and these 20000 hosts make more than 20000000 pairs", "hosts: all\nsteps:\n" + Many(2_000, _ => "- command: echo\n"), "groups:\n  g:\n    hosts:\n" + Many(20_000, i => $"      h{i}: {{}}\n")),
    ];

    private static TheoryDataRow<string, string, string, string> Row(string what, string message, string playbook, string hosts = Hosts, string actions = "") => new(message, playbook, hosts, actions) { TestDisplayName = what };

    [Theory, MemberData(nameof(Hostile))]
    public void A_hostile_file_is_refused_soon_and_with_its_place(string message, string playbook, string hosts, string actions)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "p.yaml"), playbook);
        File.WriteAllText(Path.Combine(folder.FullName, "hosts.yaml"), hosts);
        File.WriteAllText(Path.Combine(folder.FullName, "actions.yaml"), actions);
        var watch = Stopwatch.StartNew();
        var problems = new ProblemList();
        var loader = new PlaybookLoader(problems);
        var inventory = new InventoryLoader(problems);
        inventory.Add(loader.ReadFile(Path.Combine(folder.FullName, "hosts.yaml")), "/");
        var built = inventory.Build();
        if (loader.Load(Path.Combine(folder.FullName, "p.yaml")) is { } read) Assert.Null(new Planner(problems.Count > 0 ? null : built, new Dictionary<string, object?>(), problems).Plan(read, new Planner.Wishes()));
        var found = problems.FirstOrDefault(p => p.Message.StartsWith(message, StringComparison.Ordinal));
        Assert.True(found is not null, string.Join('\n', problems.Take(5).Select(ProblemPrinter.Print)));
        Assert.True(found.At.Source.HasLines && found.At.Source.Line(found.At.Line).Length > 0);
        foreach (var problem in problems) Assert.True(ProblemPrinter.Print(problem).Length < 2_000);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }
}
