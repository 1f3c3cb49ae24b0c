using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Planning;

public sealed class PlannerTests : IDisposable
{
    private const string Hosts = "groups: { web: { hosts: { web1: { ssh: { host: 192.0.2.10, sudo_password: { env: W } } } } }, was: { hosts: { was1: { ssh: { host: 192.0.2.11, sudo_password: { env: A } }, route: t1 }, was2: { ssh: 192.0.2.12, route: t2 } } } }";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("plan");

    public void Dispose() => folder.Delete(recursive: true);

    private Plan Plan(string yaml, string? limit = null)
    {
        var path = Path.Combine(folder.FullName, "p.yaml");
        File.WriteAllText(path, yaml);
        var problems = new ProblemList();
        var inventory = new InventoryLoader(problems);
        inventory.Add(Yaml.Read(new SourceText("hosts", Hosts), problems), "/");
        var plan = new Planner(inventory.Build(), new Dictionary<string, object?>(), problems).Plan(new PlaybookLoader(problems).Load(path)!, new Planner.Wishes { Limit = limit is null ? null : HostPattern.Parse(PlacedText.Of("-l", limit), problems) });
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
        return plan;
    }

    /// <summary>The playbook's `wait` is a text, the action's own a duration: each is held against what it is used for.</summary>
    [Fact]
    public void A_setting_inside_an_action_is_of_the_actions_own_names()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "a.yaml"), """
            actions:
              look:
                params: { wait: { default: 5s, type: duration } }
                steps:
                  - { command: "true", effect: none, within: "{{ wait }}" }
            """);
        Plan("""
            use: [a.yaml]
            params: { wait: { default: nobody knows } }
            steps:
              - { hosts: was, look: }
            """);
        var wrong = Assert.Throws<Xunit.Sdk.TrueException>(() => Plan("""
            params: { wait: { default: nobody knows } }
            steps:
              - { hosts: was, command: "true", effect: none, within: "{{ wait }}" }
            """));
        Assert.Contains("this must be a duration such as 250ms, 10s or 1h30m, but is text \"nobody knows\"", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_are_known_where_only_the_users_own_values_say_them_and_else_known_after()
    {
        var plan = Plan("""
            params: { who: { default: was } }
            steps:
              - { hosts: "{{ who }}", command: hostname, id: first, capture: { owner: stdout } }
              - { hosts: "was[route={{ owner }}]", command: hostname }
              - { http: "http://192.0.2.1/" }
            """);
        Assert.Equal(["was1", "was2"], Assert.IsType<PlannedHosts.Known>(plan.Steps[0].Hosts).Hosts.Select(h => h.Name));
        var after = Assert.IsType<PlannedHosts.After>(plan.Steps[1].Hosts);
        Assert.Equal(["owner"], after.Names);
        Assert.Equal(["was1", "was2"], after.AtWidest.Select(h => h.Name));
        Assert.IsType<PlannedHosts.None>(plan.Steps[2].Hosts);
    }

    [Theory]
    [InlineData("{{ env.HOME }}")]
    [InlineData("{{ groups.was }} $(id) ${x}")]
    public void What_the_caller_gives_is_data(string text)
    {
        var path = Path.Combine(folder.FullName, "p.yaml");
        File.WriteAllText(path, "params: { v: { } }\nvars: { w: '{{ v }}' }\nsteps: [{ assert: v == w }]");
        var problems = new ProblemList();
        var playbook = new PlaybookLoader(problems).Load(path)!;
        foreach (var isText in new[] { true, false })
        {
            var plan = new Planner(Inventory.Empty, new Dictionary<string, object?> { ["HOME"] = "/home" }, problems)
                .Plan(playbook, new Planner.Wishes { Params = new Dictionary<string, GivenValue> { ["v"] = new(text, isText, Position.In("-e")) } });
            Assert.Equal((text, text), (plan!.Values["v"], plan.Values["w"]));
        }
    }

    [Fact]
    public void A_password_is_wanted_of_the_machines_where_something_is_done_through_sudo()
    {
        Assert.Equal(["W"], Wanted("at: web, sudo: true, command: id"));
        Assert.Equal(["A"], Wanted("sudo: true, tls: { address: h, file: /f }"));
        Assert.Equal(["A"], Wanted("at: web, sudo: true, tls: { address: h, file: /f }"));
        Assert.Empty(Wanted("tls: { address: h, file: /f }"));

        IEnumerable<string> Wanted(string step) => Plan($"hosts: was1\nsteps: [{{ {step} }}]").Secrets.Select(secret => ((SecretSource.Variable)secret.Source).Name);
    }

    [Fact]
    public void An_undo_runs_where_its_step_ran_unless_it_says_otherwise()
    {
        var plan = Plan("""
            hosts: was
            steps:
              - { at: web, command: drain, undo: [{ command: activate }, { at: host, command: look }, { http: "http://localhost/" }, { wait: 1s }] }
              - { at: web, http: "http://localhost/", undo: { http: "http://localhost/" } }
              - { command: stop, undo: { command: start } }
              - { http: "http://192.0.2.1/", undo: { http: "http://192.0.2.1/" } }
            """);
        Assert.Equal([PlaceKind.Pattern, PlaceKind.Host, PlaceKind.Pattern, PlaceKind.Localhost], plan.Steps[0].Undo.Select(u => u.Runs.Kind));
        Assert.Equal(PlaceKind.Pattern, plan.Steps[1].Undo[0].Runs.Kind);
        Assert.Equal(PlaceKind.Host, plan.Steps[2].Undo[0].Runs.Kind);
        Assert.Equal(PlaceKind.Localhost, plan.Steps[3].Undo[0].Runs.Kind);
    }

    [Fact]
    public void The_effect_of_a_block_is_the_gravest_inside()
    {
        var plan = Plan("""
            hosts: was
            steps:
              - block: [{ netstat: { listening: 1 } }, { command: x, effect: repeatable }]
              - block: [{ netstat: { listening: 1 } }]
              - { block: [{ command: x }], effect: none }
              - { block: [{ command: x }, { http: { url: "http://192.0.2.1/", method: PUT } }] }
            """);
        Assert.Equal([Effect.Repeatable, Effect.None, Effect.None, Effect.Once], plan.Steps.Select(s => s.Effect));
    }

    [Fact]
    public void A_window_opens_with_the_run_or_just_before_the_step_it_names_on_the_widest_hosts()
    {
        var plan = Plan("""
            steps:
              - { id: go, hosts: was1, command: echo, capture: { who: stdout } }
              - { id: stop, hosts: web, command: stop }
              - { hosts: "was[route={{ who }}]", log: { path: /x, since: stop, contains: x } }
              - { hosts: was2, log: { path: /x, contains: x } }
              - { hosts: was2, log: { path: /x, since: beginning, contains: x } }
            """);
        Assert.Equal(["steps/1", "run"], plan.Marks.Keys.Select(k => k.Path));
        Assert.Equal(["was1", "was2"], plan.Marks[new StepKey("steps/1")].Single().Hosts.Select(h => h.Name));
        Assert.Equal(["was2"], plan.Marks[StepKey.Run].Single().Hosts.Select(h => h.Name));
    }

    [Fact]
    public void A_limit_says_who_takes_part_and_not_what_there_is()
    {
        var plan = Plan("""
            params: { first: { default: "{{ groups.web[0].address }}" } }
            steps: [{ hosts: all, command: "ping {{ hosts.web1.name }}" }]
            """, limit: "was2");
        Assert.Equal("192.0.2.10", plan.Values["first"]);
        Assert.Equal(["was2"], Assert.IsType<PlannedHosts.Known>(plan.Steps[0].Hosts).Hosts.Select(h => h.Name));
    }

    [Theory]
    [InlineData("web1", "was2", "`web1` is in the inventory, but -l leaves it out\n")]
    [InlineData("was1, was2", "was2", "`was1` is in the inventory, but -l leaves it out\n")]
    [InlineData("was", "was2", null)]
    [InlineData("was", "web1", "-l leaves no host of `was`\n")]
    [InlineData("wa*", "web1", "-l leaves no host of `wa*`\n")]
    [InlineData("was[route=t1]", "was2", "-l leaves no host of `was[route=t1]`\n")]
    [InlineData("was[route=t9]", "was2", "`was[route=t9]` selects no host\n")]
    [InlineData("wbe1", "was2", "no host and no group is called `wbe1`\n")]
    public void Whom_a_limit_leaves_out_is_not_unknown(string hosts, string limit, string? problem)
    {
        var yaml = $"steps: [{{ hosts: \"{hosts}\", command: x }}]";
        var wrong = problem is null ? null : Assert.Throws<Xunit.Sdk.TrueException>(() => Plan(yaml, limit)).Message;
        if (wrong is null) Plan(yaml, limit);
        else Assert.Contains($": {problem}", wrong, StringComparison.Ordinal);
        Assert.Equal(problem?.StartsWith("-l", StringComparison.Ordinal) == true, wrong?.Contains("name with -l which of them are meant: was", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void What_a_tag_leaves_out_is_told_as_that()
    {
        var path = Path.Combine(folder.FullName, "p.yaml");
        File.WriteAllText(path, "hosts: localhost\nsteps: [{ command: id, capture: { who: stdout } }, { assert: who == \"x\", tags: quick }]");
        var problems = new ProblemList();
        Assert.Null(new Planner(Inventory.Empty, new Dictionary<string, object?>(), problems).Plan(new PlaybookLoader(problems).Load(path)!, new Planner.Wishes { Tags = ["quick"] }));
        Assert.Equal(("there is no `who` here", "in the whole playbook it is there, but `-t` leaves it out"), (problems.Single().Message, problems.Single().Mend));
    }

    [Fact]
    public void Every_step_is_found_by_its_key()
    {
        var plan = Plan("""
            hosts: was
            steps:
              - block:
                  - { command: x, undo: [{ command: y }] }
                always: [{ command: z }]
            always: [{ command: last }]
            """);
        foreach (var key in new[] { "steps/0", "steps/0/block/0", "steps/0/block/0/undo/0", "steps/0/always/0", "always/0" }) Assert.Equal(key, plan.Find(new StepKey(key)).Key.Path);
    }
}
