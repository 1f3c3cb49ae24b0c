using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>What is seen below the report at a moment of a run: folds over events and a clock, without a terminal.</summary>
public sealed class LiveViewTests
{
    private const string Three = "groups: { was: { hosts: { web: { local: true, label: 웹1 }, was2: { local: true, label: 와스2 }, was3: { local: true, label: was-three } } } }";

    private static readonly string Hundred = $"groups: {{ was: {{ hosts: {{ {string.Join(", ", Enumerable.Range(1, 100).Select(i => $"w{i:000}: {{ local: true, label: 서버{i:000} }}"))} }} }} }}";

    private readonly Plan plan;
    private readonly RunningSteps running;
    private readonly ProgressReport report;
    private readonly StillRunning still;
    private long sequence;

    public LiveViewTests() : this(Three) { }

    private LiveViewTests(string inventory)
    {
        var problems = new ProblemList();
        var hosts = new InventoryLoader(problems);
        hosts.Add(Yaml.Read(new SourceText("hosts", inventory), problems), "/");
        var files = Directory.CreateTempSubdirectory("live");
        File.WriteAllText(Path.Combine(files.FullName, "actions.yaml"), """
            actions:
              wasstop:
                steps:
                  - name: Stop it
                    command: "true"
                  - name: Its port is closed
                    netstat: { not_listening: 4000 }
                    within: 1m
            """);
        File.WriteAllText(Path.Combine(files.FullName, "p.yaml"), """
            name: Live
            use: [actions.yaml]
            hosts: was
            steps:
              - name: 배포 Deploy the application on every host and start it
                command: "true"
                undo: { wasstop: }
              - name: The members see each other
                netstat: { listening: 4000 }
                within: 1m
              - name: Stop all
                wasstop:
              - name: Ask the site
                at: localhost
                hosts: was
                run_once: true
                netstat: { listening: 80 }
            """);
        plan = new Planner(hosts.Build(), new Dictionary<string, object?>(), problems).Plan(new PlaybookLoader(problems).Load(Path.Combine(files.FullName, "p.yaml"))!, new Planner.Wishes())!;
        files.Delete(recursive: true);
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
        running = new RunningSteps(RunOutline.Of(plan));
        report = new ProgressReport(RunOutline.Of(plan), 100, verbose: true);
        still = new StillRunning(running, report);
    }

    private static StepKey Key(int step) => new($"steps/{step}");

    private static Address At(int step, string host, string frame = "") => new(frame, Key(step), host);

    private void Happens(double seconds, params RunEvent[] events)
    {
        foreach (var happened in events) running.On(happened with { Sequence = ++sequence, Elapsed = TimeSpan.FromSeconds(seconds) });
    }

    private void Begins(double seconds, int step, params IReadOnlyList<string> hosts)
    {
        Happens(seconds, new RunEvent.StepStarted("", Key(step), plan.Steps[step].Step.Title, null, [], hosts));
        foreach (var host in hosts) Happens(seconds, new RunEvent.HostStarted(At(step, host), "play", null, false));
    }

    private void Ends(double seconds, int step, string host, Outcome outcome = Outcome.Passed) => Happens(seconds, new RunEvent.HostFinished(At(step, host), "play", new HostResult { Outcome = outcome }));

    private void Prints(double seconds, int step, string host, string text, bool continues = false) => Happens(seconds, new RunEvent.Printed(At(step, host), new PrintedLine(text, false, continues)));

    private IReadOnlyList<ReportLine> Lines(double seconds, int width, int height = 24) => new LiveView(RunOutline.Of(plan), running).Lines(TimeSpan.FromSeconds(seconds), width, height);

    /// <summary>The view at both widths; and what must hold at each width and height.</summary>
    private string Seen(double seconds)
    {
        foreach (var width in Enumerable.Range(1, 130))
            foreach (var height in new[] { 1, 2, 5, 24, 60 })
            {
                var lines = Lines(seconds, width, height);
                Assert.InRange(lines.Count, 0, Math.Max(1, height / 2));
                Assert.All(lines, line => Assert.True(DisplayText.Width(line.Text) < Math.Max(2, width), $"{width}: {line.Text}"));
            }
        return string.Join("\n", new[] { 100, 40 }.SelectMany(width => Lines(seconds, width).Select(l => l.Text).Prepend($"-- {width} columns, {seconds} s")));
    }

    [Fact]
    public Task Hosts_stand_side_by_side_with_what_they_print_and_those_that_run_come_first()
    {
        Begins(3, 0, "web", "was2", "was3");
        Prints(4, 0, "web", "압축을 푸는 중 \u001b[31mred\u202e/srv/app/releases/2026-11-24/tomcat/webapps/ROOT.war");
        Prints(4, 0, "was2", "Starting");
        Prints(5, 0, "was2", " … done", continues: true);
        Ends(6, 0, "was3", Outcome.Failed);
        return Verifier.Verify(Seen(75.4));
    }

    [Fact]
    public Task What_is_waited_for_is_told_with_the_time_it_has_yet()
    {
        Begins(3, 1, "web", "was2", "was3");
        var before = Seen(5);
        foreach (var host in (string[])["web", "was2", "was3"]) Happens(15, new RunEvent.AttemptFailed(At(1, host), "nothing listens on 4000; listening here: 22\nmore", TimeSpan.FromSeconds(12), TimeSpan.FromMinutes(1)));
        Happens(15.5, new RunEvent.Connecting(At(1, "was3"), "was3", true));
        return Verifier.Verify(before + "\n" + Seen(15.9));
    }

    [Fact]
    public Task A_step_inside_an_action_is_told_with_its_host_and_so_is_an_undo()
    {
        Begins(1, 2, "web", "was2");
        foreach (var host in (string[])["web", "was2"])
        {
            var inside = new Address($"{At(2, host)}/", new StepKey("steps/2/0"), host);
            inside = inside with { Step = plan.Steps[2].Steps[host == "web" ? 0 : 1].Key };
            Happens(2, new RunEvent.StepStarted(inside.Frame, inside.Step, "inner", null, [], [host]), new RunEvent.HostStarted(inside, "b", null, false));
            Happens(3, new RunEvent.Printed(inside, new PrintedLine("stopping", false)));
        }
        var first = Seen(9);
        foreach (var host in (string[])["web", "was2"])
        {
            Happens(10, new RunEvent.FrameLeft($"{At(2, host)}/", At(2, host)));
            Ends(10, 2, host);
        }
        Happens(10, new RunEvent.StepFinished("", Key(2), [], TimeSpan.FromSeconds(9)));
        Assert.Empty(Lines(11, 100));
        var owed = new OwedUndo("play", At(0, "was2"), plan.Steps[0].Step.Title, null);
        Happens(11, new RunEvent.UndoStarted(owed));
        Happens(12, new RunEvent.HostStarted(new Address(Undo.FrameId(owed.At, 1), plan.Steps[0].Undo[0].Key, "was2"), "b", null, false));
        var undo = Seen(20);
        Happens(21, new RunEvent.UndoFinished(owed, true, null));
        Assert.Empty(Lines(22, 100));
        return Verifier.Verify(first + "\n" + undo);
    }

    [Fact]
    public Task Of_a_hundred_hosts_the_slowest_are_shown_and_the_others_counted()
    {
        var many = new LiveViewTests(Hundred);
        many.Happens(1, new RunEvent.StepStarted("", Key(0), many.plan.Steps[0].Step.Title, null, [], [.. many.plan.Inventory.Hosts.Select(h => h.Name)]));
        for (var i = 1; i <= 50; i++) many.Happens(i == 33 ? 1 : 2, new RunEvent.HostStarted(At(0, $"w{i:000}"), "play", null, false));
        many.Prints(3, 0, "w033", "waiting for a lock");
        for (var i = 1; i <= 20; i++) many.Ends(4, 0, $"w{i:000}");
        return Verifier.Verify(many.Seen(3723));
    }

    [Fact]
    public void All_clocks_tick_at_once_and_nothing_else_changes()
    {
        Begins(0.9, 0, "web", "was2");
        Happens(1.3, new RunEvent.HostStarted(At(0, "was2") with { Item = 1 }, "play", null, false));
        var texts = Enumerable.Range(20, 100).Select(tenth => string.Join('\n', Lines(tenth / 10.0, 100).Select(l => l.Text))).ToList();
        Assert.Equal(10, texts.Distinct().Count());
        Assert.All(texts.Chunk(10), second => Assert.Single(second.Distinct()));
    }

    [Fact]
    public void What_is_over_quickly_is_not_shown()
    {
        Begins(1, 0, "web");
        Assert.Empty(Lines(1.2, 100));
        Assert.NotEmpty(Lines(1.4, 100));
    }

    [Fact]
    public void A_host_that_is_connected_to_before_any_step_is_shown_too()
    {
        Happens(1, new RunEvent.Connecting(At(1, "web"), "web", true), new RunEvent.Connecting(At(1, "was2"), "was2", true));
        Assert.Equal(["    3s … getting ready · 2 hosts (2s)", "           웹1   connecting 2s", "           와스2 connecting 2s"], Lines(3, 100).Select(l => l.Text));
        Happens(3, new RunEvent.Connecting(At(1, "web"), "web", false), new RunEvent.Connecting(At(1, "was2"), "was2", false));
        Assert.Empty(Lines(4, 100));
    }

    [Fact]
    public void Without_a_live_view_a_step_that_takes_long_is_told_every_half_minute()
    {
        Begins(1, 0, "web", "was2");
        Prints(2, 0, "web", "loading");
        Ends(3, 0, "was2");
        var told = Enumerable.Range(1, 95).SelectMany(second => still.At(TimeSpan.FromSeconds(second))).Select(l => l.Text);
        Assert.Equal(
            [" 31.0s … 배포 Deploy the application on every host and start it: still running: loading · 웹1\n         (30.0s)",
             "  1m1s … 배포 Deploy the application on every host and start it: still running: loading · 웹1 (1m)",
             " 1m31s … 배포 Deploy the application on every host and start it: still running: loading · 웹1\n         (1m30s)"], told);
    }

    [Fact]
    public void What_commands_print_is_told_line_by_line_where_that_is_asked_for()
    {
        string[] Told(PrintedLine line) => [.. report.On(new RunEvent.Printed(At(0, "web"), line)).Select(l => l.Text)];
        Assert.Equal(["웹1       | loading \\e[31m"], Told(new PrintedLine("loading \u001b[31m", false)));
        Assert.Equal(["웹1       ! …bad"], Told(new PrintedLine("bad", true, Continues: true)));
        Assert.Equal(["웹1       | (7 lines are left out here: too many)", "웹1       | last"], Told(new PrintedLine("last", false, LeftOut: 7)));
        Assert.Empty(new ProgressReport(RunOutline.Of(plan), 100, verbose: false).On(new RunEvent.Printed(At(0, "web"), new PrintedLine("x", false))));
    }
}
