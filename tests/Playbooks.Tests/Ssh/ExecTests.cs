using CsCheck;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>`play exec` and `play hosts --ping`, as they run, against a real sshd: what is asked arrives, and equal answers are shown once.</summary>
public sealed class ExecTests(Sshd sshd)
{
    private Inventory Hosts(int app = 3)
    {
        var problems = new ProblemList();
        var hosts = new InventoryLoader(problems);
        hosts.Add(Yaml.Read(new SourceText("hosts.yaml", $$"""
            ssh: { user: {{Environment.UserName}}, key: {{sshd.Key}}, known_hosts: {{sshd.KnownHosts}}, timeout: 10s }
            groups:
              was: { hosts: { "was[1:2]": { ssh: "127.0.0.1:{{sshd.Port}}", label: "와스[1:2]", says: same } } }
              web: { hosts: { web1: { ssh: "127.0.0.1:{{sshd.Port}}", label: 웹1, says: other } } }
              gone: { hosts: { "gone[1:2]": { ssh: "127.0.0.1:1" } } }
              app: { hosts: { "app[001:{{app:000}}]": { ssh: "127.0.0.1:{{sshd.Port}}" } } }
              site: { children: [was, web] }
            """), problems), "/");
        var inventory = hosts.Build();
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        return inventory;
    }

    private sealed record Shown(ExitCode Code, IReadOnlyList<RunEvent> Events, Plan Plan)
    {
        public string Text(int width = 100, bool diff = false, bool ping = false, bool verbose = false, bool quiet = false)
        {
            var progress = new ProgressReport(RunOutline.Of(Plan), width, verbose) { OnlyFailures = quiet };
            var report = new AnswersReport(Plan, progress) { Diff = diff, Ping = ping, Wraps = width < 100 };
            var lines = Events.SelectMany(report.On).Select(line => line.Text).ToList();
            Assert.All(lines, line => Assert.True(width >= 100 || line.StartsWith("    →", StringComparison.Ordinal) || DisplayText.Width(line) <= width, line));
            return System.Text.RegularExpressions.Regex.Replace(string.Join('\n', lines), @"\d+(\.\ds|ms)(–\d+(\.\ds|ms))?", "0.1s");
        }
    }

    private async Task<Shown> Run(Func<OneStepLoader, StepDefaults, Playbook?> step, string pattern = "site", int app = 3)
    {
        var problems = new ProblemList();
        var hosts = HostPattern.Parse(PlacedText.Of("PATTERN", pattern), problems);
        var playbook = step(new OneStepLoader(problems), new StepDefaults { Hosts = hosts });
        var plan = playbook is null ? null : new Planner(Hosts(app), new Dictionary<string, object?>(), problems).Plan(playbook, new Planner.Wishes());
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
        using var stop = new Stop();
        var recorder = new Recorder(new RunState(), new NoLog(), TimeProvider.System);
        var told = new List<RunEvent>();
        var reading = Task.Run(async () =>
        {
            await foreach (var happened in recorder.Told.ReadAllAsync()) told.Add(happened);
        });
        await using var connections = sshd.Pool();
        var code = await new Runner(plan, recorder, new RunTools(connections, new CookieJars(), TimeProvider.System) { AllLines = true }, stop).Run(StateFolder.NewRun);
        await reading;
        return new Shown(code, told, plan);
    }

    private Task<Shown> Command(params string[] words) => Run((loader, defaults) => loader.Command(words, defaults));

    private Task<Shown> Step(string text, string pattern = "site") => Run((loader, defaults) => loader.Step(text, defaults), pattern);

    private const string Differs = "echo one; echo two; [ {{ host.says }} = same ] && exit 0; echo '\x1b[31mthree 셋'; echo 'a long word of warning: 가나다라마바사아자차카타파하' >&2; exit 3";

    [Theory]
    [InlineData(100)]
    [InlineData(40)]
    public async Task Equal_answers_are_shown_once(int width)
    {
        var run = await Command("sh", "-c", Differs);
        Assert.Equal(ExitCode.Failed, run.Code);
        await Verifier.Verify(run.Text(width) + "\n\n--diff\n" + run.Text(width, diff: true) + "\n\nquiet\n" + run.Text(width, quiet: true), $"{width}");
    }

    [Fact]
    public async Task Lines_come_as_they_are_printed_and_the_answers_after_them()
    {
        var run = await Run((loader, defaults) => loader.Command(["echo", "{{ host.says }}"], defaults), "was1, web1");
        Assert.Equal(ExitCode.Passed, run.Code);
        var lines = run.Text(verbose: true).Split('\n');
        Assert.Equal(["와스1  | same", "웹1    | other"], lines[..2].Order());
        Assert.Equal(["", "와스1", "  same", "웹1", "  other", "", "2 hosts, 2 different answers · 0.1s · exit 0"], lines[2..]);
    }

    [Fact]
    public async Task Any_kind_of_step_answers()
    {
        var shown = new List<string>();
        foreach (var step in new[]
        {
            $"netstat: {{ listening: {sshd.Port} }}", $"netstat: {{ not_listening: {sshd.Port} }}", $"http: {{ url: 'http://{{{{ host.address }}}}:1/' }}",
            "{ shell: 'echo {{ host.says }} | tr a-z A-Z', assert: [stdout == 'SAME'] }", "print: '{{ host.says }}'", "{ command: 'printf 123456', max_output: 3B }",
        })
        {
            var run = await Step(step);
            shown.Add($"{step}\n{run.Text()}".Replace(sshd.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "PORT", StringComparison.Ordinal));
        }
        await Verifier.Verify(System.Text.RegularExpressions.Regex.Replace(string.Join("\n\n", shown), @"(?<=pid )\d+", "0"));
    }

    [Fact]
    public async Task What_a_host_prints_is_not_taken_for_standard_error_or_for_words_of_ours()
    {
        var run = await Command("sh", "-c", "[ {{ host.name }} = was1 ] && echo '! x' && exit 0; [ {{ host.name }} = was2 ] && echo x >&2 && exit 0; printf '! x'");
        Assert.Equal(["와스1, 웹1 (2)", "와스2"], run.Text().Split('\n').Where(line => line.StartsWith("와스", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Hosts_with_the_same_trouble_stand_together()
    {
        var run = await Run((loader, defaults) => loader.Command(["true"], defaults with { Effect = Effect.None }), "site, gone");
        Assert.Equal(ExitCode.Unreachable, run.Code);
        // Whether the time has room on its line hangs on how long it took.
        await Verifier.Verify(run.Text(40, ping: true).Replace("in\n  0.1s", "in 0.1s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_hundred_hosts_are_one_answer()
    {
        var run = await Run((loader, defaults) => loader.Step("print: hello", defaults), "app", app: 200);
        Assert.Equal("app[001-200] (200)\n  hello\n\n200 hosts, all the same · 0.1s · exit 0", run.Text());
    }

    [Fact]
    public void Each_word_arrives_as_it_is()
    {
        var words = Gen.OneOf(Gen.String, Gen.OneOf<string>([.. new[] { "", " ", "$(id)", "`id`", "'", "\"", "\\", "\n", "*", "~", "-n", "--", "}}", "가 나", "\x1b[0m", ";", "{", "|" }.Select(w => (IGen<string>)Gen.Const(w))]))
            .Where(w => !w.Contains('\0', StringComparison.Ordinal) && !w.Contains("{{", StringComparison.Ordinal) && w.EnumerateRunes().All(r => r.Value != 0xfffd)).Array[1, 20];
        words.Sample(some =>
        {
            var run = Run((loader, defaults) => loader.Command(["printf", "%s\\0", .. some], defaults), "web1").GetAwaiter().GetResult();
            var fields = run.Events.OfType<RunEvent.HostFinished>().Single().Result.Fields;
            Assert.Equal(string.Concat(some.Select(w => w + "\0")), fields["stdout"]);
        }, iter: 8, threads: 1);
    }

    [Theory]
    [InlineData("uptime", "exec:1:1: a step is a map, but this is a text")]
    [InlineData("netstat: { listning: 4000 }", "exec:1:12: `netstat` has no parameter `listning`")]
    [InlineData("{ command: id, hosts: was }", "exec:1:16: `exec` runs one step, once on each host: `hosts` is for playbooks")]
    [InlineData("block: [{ command: id }]", "exec:1:1: `exec` runs one step, once on each host: `block` is for playbooks")]
    [InlineData("shell: *x", "exec:1:8: there is no anchor `&x` before this alias")]
    [InlineData("wasstop:", "exec:1:1: a step has no key `wasstop`")]
    public void A_step_that_cannot_be_read_is_told_with_its_place(string text, string problem)
    {
        var problems = new ProblemList();
        Assert.Null(new OneStepLoader(problems).Step(text, new StepDefaults()));
        Assert.Equal(problem, ProblemPrinter.Print(problems.First()).Split('\n')[0]);
    }

    [Fact]
    public void Braces_that_are_no_template_are_told_at_their_word()
    {
        var problems = new ProblemList();
        Assert.Null(new OneStepLoader(problems).Command(["docker", "ps", "--format", "{{.Names}}"], new StepDefaults()));
        Assert.Equal("exec: before `.` a value is missing\n  1 | docker ps --format {{.Names}}\n    |                      ^\n  a `{{` that is meant as it stands is written {{ '{{' }}\n", ProblemPrinter.Print(Assert.Single(problems)));
    }
}
