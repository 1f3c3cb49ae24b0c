using System.Text;
using Playbooks.Planning;
using Playbooks.Reporting.Files;
using Playbooks.Running;
using Playbooks.Steps;
using static Playbooks.Tests.Reporting.Files.MadeRun;

namespace Playbooks.Tests.Reporting.Files;

/// <summary>The runs of which reports are looked at: a small one with something of everything, a hostile one, and a big one.</summary>
internal static class MadeRuns
{
    /// <summary>What a host may print to be more than text: markup, the ends of a style and a script, ANSI, OSC, C1, NUL, bidirectional overrides, half a surrogate pair, a very long word.</summary>
    public static readonly string Evil = "</style></script></pre></title><script>window.pwned=1</script><img src=x onerror=window.pwned=2>\" onload='window.pwned=3' x=\"&lt;&amp;]]>-->"
        + "\u001b[31mE\u001b]0;t\u0007\u009b31m\u202e\u2066\u200f\r\n\b\0\u007f\u2028한\ud800" + new string('w', 3_000);

    private static readonly DateTimeOffset Night = new(2026, 3, 8, 18, 0, 0, TimeSpan.Zero);

    /// <summary>A rolling restart that went wrong on one host.</summary>
    public static ReportedRun Small() => Rolling("2026-03-09-0300-c3d4", Night.AddDays(1), isBad: true).Reported(Rolling("2026-03-08-0300-a1b2", Night, isBad: false), Rolling("2026-03-07-0300-99aa", Night.AddDays(-1), isBad: true));

    /// <summary>One where all is well, and nothing is before it.</summary>
    public static ReportedRun Good()
    {
        var outline = new RunOutline { Hosts = [new("web1", "web1")], Steps = [Step("steps/0", "The site answers", 3) with { Proves = true }] };
        return new MadeRun("2026-03-09-0400-0001", Night.AddDays(1)).Start("Site check", outline)
            .Run("steps/0", 0.1, 0.4, ("web1", Passed("http GET https://www.example.com/", ("status", 200L), ("body", "<h1>It works</h1>\n"))))
            .End(0.5, ExitCode.Passed).Reported();
    }

    private static MadeRun Rolling(string name, DateTimeOffset began, bool isBad)
    {
        var drain = Step("steps/1/steps/0", "Take the member out of the balancer", 14) with { IsCall = true, Others = [Step("steps/1/steps/0/undo/0", "Put it back in", 17)], Steps = [Step("steps/1/steps/0/steps/0", "Set the worker's activation", 3)] };
        var outline = new RunOutline
        {
            Hosts = [new("web1", "web1"), new("was1", "와스1"), new("was2", "와스2"), new("was3", "와스3"), .. isBad ? [new OutlineHost("db1", "db1")] : Array.Empty<OutlineHost>()],
            Probes = [Step("probes/0", "The site answers", 5) with { HasBudget = true, Proves = true }, Step("probes/1", "The member's port is open", 8)],
            Steps =
            [
                Step("steps/0", "Every member is up before anything is touched", 11) with { Proves = true },
                Step("steps/1", "Members one by one", 12) with
                {
                    IsGroup = true,
                    Steps = [drain, Step("steps/1/steps/1", "Restart Tomcat", 20), Step("steps/1/steps/2", "It has joined the cluster again", 24) with { Proves = true, Within = TimeSpan.FromSeconds(60) }],
                    Rescue = [Step("steps/1/rescue/0", "Tell what the log says", 30)],
                },
                Step("steps/2", "No errors in the logs", 40) with { Proves = true },
                Step("steps/3", "The configuration is the one of the repository", 44),
                Step("steps/4", "Free room on disks", 50) with { Proves = true },
                Step("steps/5", "Sessions are still there", 55) with { Proves = true },
            ],
            Always = [Step("always/0", "The balancer has all of its members", 60) with { Proves = true }],
        };
        var run = new MadeRun(name, began).Start("Rolling restart of the shop", outline)
            .Add(0.05, new RunEvent.ProbeStarted("", new StepKey("probes/0"), "site", [], TimeSpan.FromMilliseconds(250)))
            .Add(0.05, new RunEvent.ProbeStarted("", new StepKey("probes/1"), null, ["was1", "was2"], TimeSpan.FromSeconds(1)))
            .Sampled("probes/0", "", 0.25, 0.25, new string('+', 48))
            .Run("steps/0", 0.3, 2.1, ("was1", Up("200")), ("was2", Up("200")), ("was3", Up("200")));
        foreach (var (number, host) in new[] { "was1", "was2", "was3" }.Index())
        {
            var from = 3 + number * 8;
            Drain(run, host, from);
            run.Run("steps/1/steps/1", from + 1, from + 4, (host, Passed("service tomcat10: restarted", ("changed", true), ("state", "active"), ("pid", 4211L + number))))
                .Run("steps/1/steps/2", from + 4, from + 7.5, (host, isBad && host == "was2"
                    ? Bad(Outcome.Failed, Assertion("members == wanted", 25, ("members", 2L), ("wanted", 3L))) with { Did = "http GET http://192.0.2.12:8080/manager/cluster", Attempts = 12, Fields = Fields(("status", 200L), ("body", "{\"members\": [\"와스1\", \"와스3\"],\n \"coordinator\": \"와스1\"}")) }
                    : Passed("http GET http://192.0.2.1:8080/manager/cluster", ("status", 200L)) with { Attempts = 3, Captured = new Dictionary<string, object?> { ["session_count"] = isBad ? 40L + number : 31L } }));
            if (isBad && host == "was2") break;
        }
        run.Sampled("probes/0", "", 12.25, 0.25, isBad ? "++++++--------------++++++++++++++" : new string('+', 34), "status < 400 does not hold: status is 503")
            .Sampled("probes/1", "was1", 1, 1, "++----" + new string('+', 13)).Sampled("probes/1", "was2", 1, 1, new string('+', 10) + (isBad ? "--??-----" : new string('+', 9)), "no answer from 192.0.2.12:8009: connection refused");
        if (isBad)
        {
            var owed = new OwedUndo("play", new Address("", drain.Key, "was2"), drain.Title, null);
            run.Run("steps/1/rescue/0", 18.6, 19.4, ("was2", Bad(Outcome.Error, new Failure(At(31), "it took longer than 500ms and was ended", "raise its `timeout`, or find out what it waits for"))))
                .Add(19.5, new RunEvent.UndoStarted(owed))
                .Add(19.6, new RunEvent.HostStarted(new Address("undo 1 of steps/1/steps/0@was2#0.1/", new StepKey("steps/1/steps/0/undo/0"), "was2"), "u", null, false))
                .Add(20.4, new RunEvent.HostFinished(new Address("undo 1 of steps/1/steps/0@was2#0.1/", new StepKey("steps/1/steps/0/undo/0"), "was2"), "u", Bad(Outcome.Unreachable, new Failure(At(17), "no answer from web1 (192.0.2.10:22) within 10s", "is the machine up, and does it let this one in?"))))
                .Add(20.5, new RunEvent.UndoFinished(owed, false, "its undo did not pass"))
                .Add(20.5, new RunEvent.HostDropped("was2", new StepKey("steps/1/steps/2")));
        }
        run.Run("steps/2", 28, 28.8, ("was1", Bad(Outcome.Failed, new Failure(At(41), "/var/log/tomcat10/catalina.out has 2 lines with SEVERE", "look at them")) with { IsWarning = true, Did = "log /var/log/tomcat10/catalina.out", Fields = Fields(("lines", new List<object?> { "SEVERE [main] a pool is exhausted", "SEVERE [main] again" })) }), ("was2", isBad ? new HostResult { Outcome = Outcome.NotRun } : Clean()), ("was3", Clean()))
            .Run("steps/3", 29, 29.6, ("was1", isBad ? new HostResult { Outcome = Outcome.Skipped } : Same()), ("was2", Same()), ("was3", Passed("template conf/server.xml", ("changed", true), ("diff", "--- conf/server.xml\n+++ conf/server.xml\n@@ -12,3 +12,3 @@\n <Engine name=\"Catalina\"\n-        jvmRoute=\"was2\">\n+        jvmRoute=\"was3\">\n"))))
            .Run("steps/4", 29.7, 30.4, ("web1", Room(61)), ("was1", Room(70)), ("was2", Room(71)), ("was3", isBad ? Bad(Outcome.Unreachable, new Failure(At(50), "no answer from was3 (192.0.2.13:22) within 10s")) : Room(72)), isBad ? ("db1", Room(20)) : ("was3", Room(72)))
            .Run("always/0", 30.5, 31, ("", Passed("http GET http://192.0.2.10/jkstatus", ("status", 200L)) with { Notes = ["the answer came from a cache"] }));
        run.Add(31, new RunEvent.ProbeJudged("", new StepKey("probes/0"), "The site answers", isBad ? [new ProbeFailure("", Outcome.Failed, new Failure(At(5), "down for 3.5s without a break (its budget: 1s)"))] : []))
            .Add(31, new RunEvent.ProbeFinished("", new StepKey("probes/0"))).Add(31, new RunEvent.ProbeFinished("", new StepKey("probes/1")));
        return isBad ? run.End(31.2, ExitCode.NotUndone, new OwedUndo("play", new Address("", drain.Key, "was2"), drain.Title, null)) : run.End(31.2, ExitCode.Passed);

        static HostResult Up(string status) => Passed("http GET http://192.0.2.1:8080/", ("status", status), ("body", "ok"));
        static HostResult Clean() => Passed("log /var/log/tomcat10/catalina.out", ("lines", Array.Empty<object?>()));
        static HostResult Same() => Passed("template conf/server.xml", ("changed", false));
        static HostResult Room(long percent) => Passed("command df --output=pcent /", ("exit_code", 0L), ("stdout", $"Use%\n {percent}%"), ("stderr", ""));
    }

    private static void Drain(MadeRun run, string host, double from)
    {
        var at = new Address("", new StepKey("steps/1/steps/0"), host);
        run.Add(from, new RunEvent.StepStarted("", at.Step, run.TitleOf(at.Step), null, [], [host])).Add(from, new RunEvent.HostStarted(at, "play", null, true));
        var inner = new Address($"{at}/", new StepKey("steps/1/steps/0/steps/0"), host);
        run.Add(from + 0.1, new RunEvent.HostStarted(inner, "a", null, false))
            .Add(from + 0.8, new RunEvent.HostFinished(inner, "a", Passed($"http POST http://192.0.2.10/jkstatus?w={host}&vwa=1", ("status", 200L)) with { Duration = TimeSpan.FromSeconds(0.7) }))
            .Add(from + 0.9, new RunEvent.HostFinished(at, "play", new HostResult { Outcome = Outcome.Passed, Duration = TimeSpan.FromSeconds(0.9) }))
            .Add(from + 0.9, new RunEvent.StepFinished("", at.Step, [new HostOutcome(host, Outcome.Passed)], TimeSpan.FromSeconds(0.9)));
    }

    /// <summary>Everything in it that a host or a file could choose is hostile.</summary>
    public static ReportedRun Hostile()
    {
        return Of("old", "v1").Reported(Of("new", "v2")) is var run ? run with { Zone = TimeZoneInfo.Utc } : throw new InvalidOperationException();

        static MadeRun Of(string name, string value)
        {
            var at = new Playbooks.Problems.Position(new Playbooks.Problems.SourceText(Evil.Replace('/', 'x'), "a\n"), 1, 1);
            OutlineStep Of(string key) => new(new StepKey(key), $"{key} {Evil}", at);
            var call = Of("steps/1") with { IsCall = true, Steps = [Of("steps/1/steps/0")] };
            var outline = new RunOutline { Hosts = [new("h1", Evil), new(Evil, "h2" + Evil), new(name, name + Evil)], Probes = [Of("probes/0")], Steps = [Of("steps/0"), call, Of("steps/2"), Of("steps/3") with { IsGroup = true, Steps = [Of("steps/3/steps/0")] }] };
            var failure = Assertion("a == b", 1, ("a", Evil), ("b", value)) with { Message = Evil, Mend = Evil, Step = Evil, At = at };
            var all = new HostResult
            {
                Outcome = Outcome.Failed,
                Did = Evil,
                Attempts = 2,
                Failures = [failure, failure with { Explanation = null }],
                Notes = [Evil],
                Fields = Fields((Evil, Evil), ("stdout", Evil), ("diff", "+" + Evil + "\n-" + Evil), ("map", Fields((Evil, Evil))), ("short", Evil[..50])),
                Captured = new Dictionary<string, object?> { [Evil] = Evil + value },
            };
            var good = all with { Outcome = Outcome.Passed, Failures = [] };
            var (action, undo) = (new Address("", call.Key, "h1"), new OwedUndo("play", new Address("", new StepKey("steps/0"), Evil), Evil, null));
            return new MadeRun(Evil, Night).Start(Evil, outline)
                .Add(0, new RunEvent.ProbeStarted("", new StepKey("probes/0"), Evil, ["h1", Evil], TimeSpan.FromSeconds(1)))
                .Sampled("probes/0", "h1", 0, 1, "++--+").Sampled("probes/0", Evil, 0, 1, "--?+-", Evil)
                .Run("steps/0", 0, 1, ("h1", value == "v1" ? good : all), (Evil, all))
                .Add(1, new RunEvent.StepStarted("", call.Key, Evil, null, [], ["h1"])).Add(1, new RunEvent.HostStarted(action, "play", null, false))
                .Add(1, new RunEvent.HostStarted(new Address($"{action}/", new StepKey("steps/1/steps/0"), "h1"), "a", null, false))
                .Add(2, new RunEvent.HostFinished(new Address($"{action}/", new StepKey("steps/1/steps/0"), "h1"), "a", all))
                .Add(2, new RunEvent.AttemptFailed(action, Evil, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)))
                .Add(2, new RunEvent.HostFinished(action, "play", all with { Items = [all.Fields, all.Fields] }))
                .Run("steps/2", 2, 3, ("h1", good), (Evil, good with { Outcome = Outcome.Unreachable, Failures = [failure] }))
                .Run("steps/3", 3, 3.5, ("h1", all))
                .Add(3, new RunEvent.Rescued("", new StepKey("steps/3"), Evil, [new StepKey("steps/3")]))
                .Add(3, new RunEvent.UndoStarted(undo)).Add(4, new RunEvent.UndoFinished(undo, false, Evil))
                .Add(4, new RunEvent.HostDropped(Evil, new StepKey("steps/0")))
                .Add(4, new RunEvent.StopRequested(StopReason.Guard) { Why = Evil })
                .Add(5, new RunEvent.ProbeJudged("", new StepKey("probes/0"), Evil, [new ProbeFailure(Evil, Outcome.Failed, failure)]))
                .End(5, ExitCode.Guard, undo);
        }
    }

    /// <summary>A hundred hosts and fifty steps; no two hosts print the same, and it is a lot.</summary>
    public static ReportedRun Big(int hosts = 100, int steps = 50)
    {
        return Of("2026-03-09-0300-b002", Night.AddDays(1), 7).Reported(Of("2026-03-08-0300-b001", Night, 11));

        MadeRun Of(string name, DateTimeOffset began, int bad)
        {
            var names = Enumerable.Range(1, hosts).Select(host => $"host{host:000}.example.com").ToList();
            var outline = new RunOutline
            {
                Hosts = [.. names.Select(host => new OutlineHost(host, host))],
                Probes = [Step("probes/0", "Each host answers", 2)],
                Steps = [.. Enumerable.Range(0, steps).Select(step => Step($"steps/{step}", $"Check number {step + 1} of what a host should be like", 10 + step * 3) with { Proves = true })],
            };
            var run = new MadeRun(name, began).Start("Nightly verification", outline)
                .Add(0, new RunEvent.ProbeStarted("", new StepKey("probes/0"), null, names, TimeSpan.FromSeconds(1)));
            foreach (var (number, host) in names.Index()) run.Sampled("probes/0", host, 0.5, 1, new string('+', steps * 2 - 10) + (number % 20 == 3 ? "----" : "++++") + "+++++");
            var output = new StringBuilder();
            for (var i = 0; i < 40; i++) output.Append($"line {i} of what a command prints: <tag> & 한글 0123456789\n");
            foreach (var step in Enumerable.Range(0, steps))
                run.Run($"steps/{step}", step * 2, step * 2 + 1.9, [.. names.Select((host, number) => (host, (step * 31 + number * 17) % 97 < bad && number % 9 == 0
                    ? Bad(Outcome.Failed, Assertion("found == wanted", 11 + step * 3, ("found", $"{number} things"), ("wanted", "3 things"))) with { Did = $"command look {host} {step}", Fields = Fields(("exit_code", 1L), ("stderr", $"{host}: {output}")) }
                    : Passed($"command look {host} {step}", ("exit_code", 0L), ("stdout", $"{host} says {step}\n{output}"), ("stderr", ""))))]);
            return run.Add(steps * 2, new RunEvent.ProbeFinished("", new StepKey("probes/0"))).End(steps * 2 + 0.5, ExitCode.Failed);
        }
    }
}
