using System.Globalization;
using System.Text;
using System.Text.Json;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Reporting.Plans;
using Playbooks.Templating;
using Playbooks.Tests.Cases;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>`play plan`: what a colleague reads before they say yes. Snapshots for how it reads, asserts for what it must not get wrong.</summary>
public sealed class PlanReportTests : IDisposable
{
    private const string Evil = "\u001b[31mE\u001b]0;t\u0007\u009b31m\u202e\u2066\u200f\b\u007f\u2028한";

    /// <summary>The same in YAML's double quotes.</summary>
    private const string InYaml = @"\e[31mE\e]0;t\x07\x9b31m\u202e\u2066\u200f\b\x7f\u2028한";

    private const string Hosts = """
        groups:
          web: { hosts: { web1: { ssh: 192.0.2.10, label: 웹1 } } }
          was:
            hosts:
              was1: { ssh: 192.0.2.11, label: 와스1, route: t1, port: 4000, stop: "/opt/it's/stop now" }
              was2: { ssh: 192.0.2.12, label: 와스2, route: t2, port: 4001, stop: /opt/stop }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("planview");

    public void Dispose() => folder.Delete(recursive: true);

    private Plan Plan(string yaml, string hosts = Hosts)
    {
        var path = Path.Combine(folder.FullName, "p.yaml");
        File.WriteAllText(path, yaml);
        return Plan(path, (list, loader) => Yaml.Read(new SourceText("hosts", hosts), list));
    }

    private static Plan Plan(string path, Func<ProblemList, PlaybookLoader, Node?> hosts)
    {
        var problems = new ProblemList();
        var loader = new PlaybookLoader(problems);
        var playbook = loader.Load(path);
        var inventory = new InventoryLoader(problems);
        inventory.Add(hosts(problems, loader), "/");
        var plan = playbook is null ? null : new Planner(inventory.Build(), new Dictionary<string, object?> { ["HOME"] = "/home/u" }, problems).Plan(playbook, new Planner.Wishes());
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
        return plan;
    }

    private static string Text(Plan plan, int width = 100) => string.Join('\n', new PlanReport(plan, width).Lines().Select(line => line.Text));

    private static string Json(Plan plan) => string.Join('\n', new PlanJson(plan).Lines());

    private static Plan Failover() => Shipped("failover-test");

    private static Plan Shipped(string name) => Plan(Repository.PathOf($"playbooks/{name}.yaml"), (_, loader) => loader.ReadFile(Repository.PathOf("examples/lab/hosts.yaml")));

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    public async Task The_failover_test_reads_as_a_document_that_can_be_approved(int width)
    {
        var text = Text(Failover(), width);
        Assert.All(text.Split('\n'), line => Assert.True(DisplayText.Width(line) <= width, line));
        await Verifier.Verify(text, $"{width}");
    }

    /// <summary>With what runs beside the steps, and what they put back of which host of which batch.</summary>
    [Fact]
    public Task The_rolling_restart_reads_as_a_document_that_can_be_approved() => Verifier.Verify(Text(Shipped("rolling-restart")));

    /// <summary>Playbooks that are included, and what the lab's inventory leaves out of them.</summary>
    [Fact]
    public Task The_nightly_verification_reads_as_a_document_that_can_be_approved() => Verifier.Verify(Text(Shipped("nightly")));

    [Fact]
    public Task It_is_short_on_a_phone() => Verifier.Verify(string.Join('\n', new PlanReport(Failover(), 40).Brief().Select(line => line.Text)));

    [Fact]
    public Task Programs_read_it_as_JSON_with_a_line_for_each_step()
    {
        var json = Json(Failover());
        using var document = JsonDocument.Parse(json);
        Assert.Equal(1, document.RootElement.GetProperty("version").GetInt32());
        return Verifier.Verify(json.Replace(Repository.Root, "ROOT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("action-undo")]
    [InlineData("at-places")]
    [InlineData("blocks")]
    [InlineData("env")]
    [InlineData("include")]
    [InlineData("parallel")]
    [InlineData("put-back")]
    [InlineData("rescue")]
    [InlineData("script")]
    [InlineData("shell")]
    [InlineData("undo-values")]
    [InlineData("windows")]
    [InlineData("within")]
    public Task Blocks_loops_actions_and_what_puts_them_back_are_told_where_they_stand(string name)
    {
        var problems = new ProblemList();
        var plan = CaseTests.Plan("runs", name, problems, "/tmp/dir");
        return Verifier.Verify(Text(plan!).Replace(Repository.Root, "ROOT", StringComparison.Ordinal), name);
    }

    [Fact]
    public void A_command_is_shown_as_one_would_type_it_for_each_host_where_they_differ()
    {
        var text = Text(Plan("""
            params: { evil: { default: "a b; $(id) 'x'" } }
            hosts: was
            steps:
              - { command: "echo \"{{ evil }}\" {{ env.HOME }} ''" }
              - { command: ["{{ host.stop }}", "two\nlines"] }
              - { command: "{{ words(host.stop + ' 1') }}", when: host.route == "t2" }
              - { shell: "echo {{ evil }} \"{{ evil }}\"" }
            """));
        Assert.Contains("""command: echo 'a b; $(id) '\''x'\''' /home/u """ + "\"\"", text);
        Assert.Contains("""
                  와스1:
                    | '/opt/it'\''s/stop now' 'two
                    | lines'
                  와스2:
                    | /opt/stop 'two
                    | lines'
            """, text);
        Assert.Contains("command: /opt/stop 1\n", text);
        Assert.Contains("""shell: echo 'a b; $(id) '\''x'\''' ""'a b; $(id) '\''x'\'''"" """.TrimEnd(), text);
    }

    [Fact]
    public void What_only_a_run_can_give_stays_as_it_is_written_with_the_step_that_gives_it()
    {
        var text = Text(Plan("""
            use: [a.yaml]
            hosts: was
            params: { all_ports: { default: [1, 2] } }
            steps:
              - { name: Who, id: who, command: hostname, capture: { name: stdout } }
              - { name: Version, command: java -version, capture: { version: stdout } }
              - { command: "echo {{ name }} {{ version }} {{ host.port }}" }
              - { command: "echo {{ steps.who.stdout }}" }
              - { command: "echo {{ default(name, 'nobody') }}" }
              - { command: "echo {{ play.run }} {{ play.name }}" }
              - { command: "echo {{ all.version }}" }
              - { loop: all_ports, command: "echo {{ item }} {{ index }}" }
              - { loop: "[name]", command: "echo {{ item }}" }
              - { netstat: { listening: "{{ number(host.stop) }}" } }
              - { pass: { a: "{{ name }}", b: "{{ host.port }}" } }
              - { hosts: "{{ name }}", command: "echo {{ host.address }}" }
              - { hosts: web, at: "{{ name }}", command: uptime }
            """.Also(Path.Combine(folder.FullName, "a.yaml"), """
            actions:
              pass:
                params: { a: {}, b: {}, c: { default: "{{ a }}" }, d: { default: "{{ b + 1 }}" } }
                steps: [{ command: "echo {{ a }} {{ c }}" }, { command: "echo {{ b }} {{ d }}" }, { command: "echo {{ index }}", loop: "[b, d]" }]
            """)));
        Assert.Contains("command: echo {{ name }} {{ version }} {{ host.port }} (known after: who, Version)\n", text);
        Assert.Contains("command: echo {{ steps.who.stdout }} (known after: who)\n", text);
        Assert.Contains("command: echo {{ default(name, 'nobody') }} (known after: who)\n", text);
        Assert.Contains("command: echo {{ play.run }} {{ play.name }} (known after: the run begins)\n", text);
        Assert.Contains("command: echo {{ all.version }} (known after: Version)\n", text);
        Assert.Contains("      와스1, 와스2 [1]: echo 1 0\n", text);
        Assert.Contains("loop: [name] (known after: who)\n", text);
        Assert.Contains("command: echo {{ item }} (known after: who)\n", text);
        Assert.Contains("와스2: {{ number(host.stop) }} (cannot be filled in: ", text);
        Assert.Contains("command: echo {{ a }} {{ c }} (known after: who)\n", text);
        Assert.Contains("와스2: echo 4001 4002\n", text);
        Assert.Contains("{{ name }}: among 웹1, 와스1, 와스2 (known after: who)", text);
        Assert.Contains("at: {{ name }} (known after: who)", text);
    }

    /// <summary>Even if a value were there, a plan would not look at it.</summary>
    [Fact]
    public void A_secret_is_never_filled_in()
    {
        var names = Expression.Parse(PlacedText.Of("x", "secret.pg"), new ProblemList())!.Names;
        Assert.Equal(["the run begins (secret)"], Foresight.Of(Scope.Empty.With("secret", "hunter2")).Missing(names));
    }

    [Fact]
    public void What_is_known_to_be_skipped_is_told_as_that_and_changes_nothing()
    {
        var plan = Plan("""
            params: { really: { default: false } }
            hosts: was
            steps:
              - { name: Not, command: rm -rf /x, when: really }
              - { name: Nor this, when: really, block: [{ name: Inside, command: rm -rf /y }] }
              - { name: On one, command: touch /z, when: host.route == "t1" }
            """);
        var text = Text(plan);
        Assert.DoesNotContain("rm -rf", text);
        Assert.Contains("1 skipped Not", text);
        Assert.Contains("2.1 skipped Inside", text);
        Assert.Contains("1 step changes something, 0 only look, 2 are skipped.", text);
        Assert.Contains("Nothing puts these back:\n  3 On one", text);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    public void Nothing_of_a_plan_that_is_shown_holds_a_control_character(int width)
    {
        var plan = Plan($$$$"""
            name: "N{{{{InYaml}}}}"
            description: "D{{{{InYaml}}}}"
            hosts: was
            params: { evil: { default: "{{{{InYaml}}}}" }, map: { default: { "k{{{{InYaml}}}}": ["{{{{InYaml}}}}"] } } }
            vars: { more: "{{ evil }}" }
            steps:
              - { name: "T{{{{InYaml}}}}", command: [echo, "{{ evil }}", "{{ host.bad }}"], capture: { said: stdout }, undo: { name: "U{{{{InYaml}}}}", command: "echo {{ said }}" } }
              - { shell: "echo {{ evil }} '{{{{InYaml}}}}'", env: { A: "{{ evil }}" } }
              - { loop: ["{{ evil }}", "b{{{{InYaml}}}}"], netstat: { listening: "{{ item }}" } }
              - { log: { path: "/{{ evil }}", contains: ["{{ evil }}", "{{ said + '{{{{InYaml}}}}' }}"] } }
              - { when: "evil == '{{{{InYaml}}}}'", print: "{{ evil }}" }
              - { print: "{{ number(evil) }}" }
              - { assert: "said == '{{{{InYaml}}}}'", hosts: "was[route={{ evil }}]" }
              - { assert: "said == 'x'", hosts: "was[route={{ said }}]" }
            """, $$"""
            groups:
              was: { hosts: { was1: { ssh: 192.0.2.11, label: "L{{InYaml}}", route: "{{InYaml}}", bad: "{{InYaml}}1" }, was2: { ssh: 192.0.2.12, route: x, bad: 2 } } }
            """);
        Assert.Equal(Evil, plan.Values["evil"]);
        foreach (var shown in new[] { Text(plan, width), Json(plan), string.Join('\n', new PlanReport(plan, width).Brief().Select(line => line.Text)) })
            foreach (var rune in shown.EnumerateRunes().Where(r => r.Value != '\n'))
                Assert.False(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator, $"U+{rune.Value:X4}");
        // In JSON it is an escape, and so the very same text again.
        using var document = JsonDocument.Parse(Json(plan));
        Assert.Equal(Evil, document.RootElement.GetProperty("params").GetProperty("evil").GetString());
    }

    /// <summary>What takes a second alone may take several beside others; what is not linear takes minutes.</summary>
    [Fact]
    public void Two_thousand_steps_on_two_hundred_hosts_are_planned_and_told_in_plain_memory()
    {
        var steps = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"  - {{ name: Step {i}, hosts: app, command: \"echo {i} {{{{ host.name }}}}\", undo: {{ command: \"echo {{{{ host.port }}}}\" }} }}\n"));
        var hosts = "groups: { app: { hosts: { " + string.Join(", ", Enumerable.Range(1, 200).Select(i => $"app{i}: {{ ssh: 192.0.2.1, port: {i} }}")) + " } } }";
        var plan = Plan("steps:\n" + steps, hosts);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var lines = 0;
        var most = 0L;
        foreach (var line in new PlanReport(plan, 100).Lines())
            if (++lines % 20_000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        Assert.True(lines > 2_000 * 2 * 10, $"{lines} lines");
        Assert.True(most < 64 << 20, $"{most >> 20} MiB held");
    }

    [Fact]
    public void A_word_of_two_million_letters_is_told_at_once()
    {
        var plan = Plan($"hosts: was\nsteps:\n  - command: echo {new string('x', 2_000_000)}\n");
        Assert.InRange(Text(plan).Count(c => c == 'x'), 2_000_000, 2_001_000);
    }
}

internal static class BesideFiles
{
    /// <summary>The text, and beside it a file that it uses.</summary>
    public static string Also(this string text, string path, string beside)
    {
        File.WriteAllText(path, beside);
        return text;
    }
}
