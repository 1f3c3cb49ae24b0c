using System.Globalization;
using System.Text;
using Playbooks.Loading;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>ANSI, OSC, C1 and bidirectional characters from hosts and files, on every way to the screen: what is shown holds none of them.</summary>
public sealed class HostileTextTests(Sshd sshd) : IDisposable
{
    private const string Evil = "\u001b[31mE\u001b]0;t\u0007\u009b31m\u202e\u2066\u200f\r\b\u007f\u2028한";

    /// <summary>The same in YAML's double quotes, and for printf.</summary>
    private const string InYaml = @"\e[31mE\e]0;t\x07\x9b31m\u202e\u2066\u200f\r\b\x7f\u2028한";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hostile");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    public async Task Nothing_of_a_run_that_is_shown_holds_a_control_character(int width)
    {
        var path = Path.Combine(folder.FullName, $"p{Evil.Replace('/', 'x')}.yaml");
        File.WriteAllText(path, $$$$"""
            name: "N{{{{InYaml}}}}"
            hosts: local
            on_failure: continue
            params: { evil: { default: "{{{{InYaml}}}}" } }
            steps:
              - { name: "prints {{{{InYaml}}}}", command: [printf, "%s\n", "{{ evil }}"], id: said, capture: { said: stdout, one: lines } }
              - { command: [printf, "%s", "{{ said }}"], assert: [stdout == "x", "same([stdout, 'y'])", "stdout + stdout == 'z'"] }
              - { command: [sh, -c, 'cat >&2; exit 3'] }
              - { command: { run: [sh, -c, 'cat >&2; exit 3'], stdin: "{{ said }}" } }
              - { name: loops, loop: ["{{ said }}"], command: [sh, -c, 'exit 4', sh, "{{ item }}"] }
              - { name: when, when: said, command: echo }
              - { name: number, assert: number(said) == 1 }
              - { name: json, assert: parse_json(said) == 1 }
              - { name: words, command: "{{ words(said + '\"') }}" }
              - { name: member, assert: "steps.said[said] == 1" }
              - { name: regex, assert: 'matches("x", said + "(")' }
              - { name: hosts, hosts: "web[route={{ said }}]", command: echo }
              - { name: host, hosts: "{{ said }}", command: echo }
              - { name: at, at: "{{ said }}", command: echo }
              - { name: program, command: ["{{ said }}"] }
              - { name: folder, command: { run: pwd, in: "{{ said }}" } }
              - { name: encoding, command: { run: pwd, encoding: "{{ said }}" } }
              - { name: log, log: { path: "/{{ said }}", since: beginning, contains: "{{ said }}" } }
              - { name: log2, log: { path: "{{ host.folder }}/log", since: beginning, contains: "{{ said }}x", lacks: E } }
              - { name: socket, netstat: { listening: "{{ said }}" } }
              - { name: process, netstat: { listening: 1, process: "{{ said }}" } }
              - { name: http, http: "http://{{ said }}/" }
              - { name: http2, http: "http://127.0.0.1:1/{{ said }}" }
              - { name: timeout, timeout: "{{ said }}", command: echo }
              - { name: sudo, sudo: "{{ said }}", command: echo }
              - { name: rude, hosts: web, command: echo }
              - { name: sudo there, hosts: good, sudo: stranger, command: echo }
              - { name: waits, command: [sh, -c, 'printf "%s" "$1"; exit 1', sh, "{{ said }}"], effect: none, within: 2500ms, every: 2s }
              - name: "block {{{{InYaml}}}}"
                block:
                  - { name: "owes {{{{InYaml}}}}", command: echo, undo: { name: "undo {{{{InYaml}}}}", command: ["{{ said }}"] } }
                  - { name: "drops {{{{InYaml}}}}", command: "false", on_failure: drop }
            always:
              - { name: "always {{{{InYaml}}}}", assert: 'defined("failed") ? failed.message == "x" : false' }
            """);
        File.WriteAllText(Path.Combine(folder.FullName, "log"), Evil.Replace('\r', ' ') + "\n" + Evil + "\n");
        File.WriteAllText(Path.Combine(folder.FullName, "hosts.yaml"), $$"""
            groups:
              local: { hosts: { here: { local: true, label: "L{{InYaml}}", folder: "{{folder.FullName}}" } } }
              web: { hosts: { rude: { ssh: { host: 127.0.0.1, port: {{sshd.RudePort}}, user: {{Environment.UserName}}, key: {{sshd.Key}}, known_hosts: {{sshd.KnownHosts}} }, label: "R{{InYaml}}" } } }
              good: { hosts: { there: { ssh: { host: 127.0.0.1, port: {{sshd.Port}}, user: {{Environment.UserName}}, key: {{sshd.Key}}, known_hosts: {{sshd.KnownHosts}} } } } }
            """);
        var problems = new ProblemList();
        var loader = new PlaybookLoader(problems);
        var playbook = loader.Load(path);
        var inventory = new InventoryLoader(problems);
        inventory.Add(loader.ReadFile(Path.Combine(folder.FullName, "hosts.yaml")), folder.FullName);
        var plan = playbook is null ? null : new Planner(inventory.Build(), new Dictionary<string, object?>(), problems).Plan(playbook, new Planner.Wishes());
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));

        var log = new MemoryLog();
        await using var connections = sshd.Pool();
        using var stop = new Stop();
        await new Runner(plan, new Recorder(new RunState(), log, TimeProvider.System), new RunTools(connections, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun);
        var shown = new StringBuilder();
        foreach (var verbose in new[] { false, true })
        {
            var report = new ProgressReport(RunOutline.Of(plan), width, verbose);
            foreach (var line in log.Events.SelectMany(report.On)) shown.Append(line.Text).Append('\n');
        }
        AssertHarmless(shown.ToString());
        // It is the data itself that came through, not something that was cleaned on its way.
        Assert.Contains(log.Events.OfType<RunEvent.HostFinished>(), e => e.Result.Captured.GetValueOrDefault("said") is Evil);
    }

    [Fact]
    public void Nothing_of_a_problem_that_is_shown_holds_a_control_character()
    {
        const string Raw = "\u202e\u2066\u200f\u00ad한";
        var path = Path.Combine(folder.FullName, $"q{Evil.Replace('/', 'x')}.yaml");
        File.WriteAllText(path, $$$$"""
            name: x
            "k{{{{InYaml}}}}": 1
            use: ["{{{{InYaml}}}}", "no{{{{InYaml}}}}.yaml"]
            params: { "p{{{{InYaml}}}}": { type: "{{{{InYaml}}}}" } }
            steps:
              - "{{{{InYaml}}}}"
              - { id: "{{{{InYaml}}}}", "w{{{{InYaml}}}}": 1, wait: "{{{{InYaml}}}}" }
              - { hosts: "{{{{InYaml}}}}", command: "'{{{{InYaml}}}}" }
              - { assert: "{{{{InYaml}}}}", loop: "x{{{{Raw}}}}" } # {{{{Raw}}}}
              - { assert: ["x == '{{{{InYaml}}}}", "x{{{{Raw}}}} == 1"], on_failure: "{{{{InYaml}}}}" }
              - { netstat: { listening: "{{{{InYaml}}}}", "q{{{{InYaml}}}}": 1 } }
              - { log: { path: x, matches: "({{{{InYaml}}}}", since: "{{{{InYaml}}}}" } }
              - { http: "{{{{InYaml}}}}" }
              - { put_back: "{{{{InYaml}}}}" }
            """);
        var hosts = $$"""
            "g{{InYaml}}": 1
            groups:
              "{{InYaml}}": { children: ["{{InYaml}}"], hosts: { "{{InYaml}}": { ssh: "{{InYaml}}" }, "{{InYaml}}2": 1 } }
              g: { children: ["x{{InYaml}}"], vars: { a: 1, "host{{InYaml}}": 2, name: 1 } }
            """;
        var problems = new ProblemList();
        var loader = new PlaybookLoader(problems);
        var playbook = loader.Load(path)!;
        var inventory = new InventoryLoader(problems);
        inventory.Add(Yaml.Read(new SourceText($"h{Evil}", hosts), problems), "/");
        inventory.Build();
        new Planner(null, new Dictionary<string, object?>(), problems).Plan(playbook, new Planner.Wishes());
        loader.ReadFile(Path.Combine(folder.FullName, Evil));
        Assert.True(problems.Count > 20, $"{problems.Count}");
        foreach (var problem in problems) AssertHarmless(ProblemPrinter.Print(problem));
    }

    private static void AssertHarmless(string shown)
    {
        foreach (var rune in shown.EnumerateRunes().Where(r => r.Value != '\n'))
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                Assert.Fail($"U+{rune.Value:X4} in: {DisplayText.Safe(shown.Split('\n').First(line => line.Contains(rune.ToString(), StringComparison.Ordinal)))}");
    }
}
