using System.Diagnostics;
using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Whole runs against a real sshd whose connections break: what becomes of the step, and of what it owes.</summary>
public sealed class RunTests(Sshd sshd) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("run");

    public void Dispose() => folder.Delete(recursive: true);

    private string Effects => File.Exists(PathOf("effects")) ? File.ReadAllText(PathOf("effects")) : "";

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private async Task<(ExitCode Code, IReadOnlyList<RunEvent> Events)> Run(string steps, Action<Stop>? during = null, Sshd? server = null, int? port = null, TimeSpan? patience = null)
    {
        server ??= sshd;
        await File.WriteAllTextAsync(PathOf("p.yaml"), $"name: Run\nparams: {{ dir: {{ default: {folder.FullName} }} }}\nhosts: web1\nsteps:\n{steps}", TestContext.Current.CancellationToken);
        var inventory = Planned.Inventory($$"""
            ssh: { user: {{Environment.UserName}}, key: {{server.Key}}, known_hosts: {{server.KnownHosts}} }
            groups:
              web: { hosts: { web1: { ssh: "127.0.0.1:{{port ?? server.Port}}" } } }
              app: { hosts: { {{string.Join(", ", Enumerable.Range(1, 12).Select(i => $"app{i}: {{ ssh: \"127.0.0.1:{port ?? server.Port}\" }}"))}} } }
            """);
        var plan = Planned.Of(PathOf("p.yaml"), inventory);

        using var stop = new Stop();
        var log = new MemoryLog();
        var masker = new Playbooks.Connections.Masker();
        masker.Add("the secret of this test");
        await using var connections = server.Pool(new Playbooks.Connections.ConnectionOptions { KeyPassphrase = null, Patience = patience ?? TimeSpan.FromSeconds(30) });
        var running = new Runner(plan, new Recorder(new RunState(), log, TimeProvider.System, masker), new RunTools(connections, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun);
        during?.Invoke(stop);
        return (await running, log.Events);
    }

    private static HostResult ResultOf(IReadOnlyList<RunEvent> events) => events.OfType<RunEvent.HostFinished>().First().Result;

    /// <summary>Above a command stands the shell that leaves its receipt, and above that the sshd of its connection: killed by the command, the link is gone and it is not.</summary>
    private const string Server = "$(ps -o ppid= -p $PPID)";

    private const string Cut = """
          - name: Change
            command: sh -c 'echo $$ >{{ dir }}/pid; kill -KILL SERVER; exec sleep 97'
            timeout: 3s
            undo: { command: "sh -c '! grep -q sleep /proc/$(cat {{ dir }}/pid)/cmdline && echo back >>{{ dir }}/effects'" }
        """;

    [Fact]
    public async Task A_step_whose_link_is_lost_is_waited_for_and_its_receipt_tells_how_it_ended()
    {
        var (code, events) = await Run($$$"""
              - command: sh -c 'echo began >>{{ dir }}/effects; kill -KILL {{{Server}}}; sleep 1; echo did >>{{ dir }}/effects'
              - command: sh -c 'kill -KILL {{{Server}}}; exit 3'
                assert: exit_code == 3
            """);
        Assert.Equal((ExitCode.Passed, "began\ndid\n"), (code, Effects));
        Assert.All(events.OfType<RunEvent.HostFinished>(), e => Assert.Equal(["The link to it was lost.", "How it ended is told by the receipt that it left there."], e.Result.Notes));
    }

    [Theory]
    [InlineData("stdout == \"out\""), InlineData("lines == [\"out\"]"), InlineData("exit_code == 0 && stderr == \"err\"")]
    public async Task What_it_printed_is_known_then_and_it_is_not_ended_though_nobody_reads_what_it_prints(string assertion)
    {
        var (code, _) = await Run($$$"""
              - command: sh -c 'kill -KILL {{{Server}}}; sleep 0.3; echo out; echo err >&2; echo did >>{{ dir }}/effects'
                assert: '{{{assertion}}}'
            """);
        Assert.Equal((ExitCode.Passed, "did\n"), (code, Effects));
    }

    [Theory]
    [InlineData("stdout == \"\""), InlineData("lines == []"), InlineData("exit_code == 0 && stderr == \"\"")]
    public async Task What_it_printed_is_not_known_where_no_copy_was_kept_and_an_assertion_about_that_is_an_error(string assertion)
    {
        var (code, events) = await Run($$$"""
              - command: { run: "sh -c 'echo did >>{{ dir }}/effects; kill -KILL {{{Server}}}'", stdin: the secret of this test }
                assert: '{{{assertion}}}'
            """);
        Assert.Equal((ExitCode.Error, "did\n"), (code, Effects));
        Assert.Contains("was lost with the link to it", ResultOf(events).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_ended_because_nobody_reads_what_it_prints_says_so()
    {
        var (code, events) = await Run($$$"""  - command: { run: "sh -c 'kill -KILL {{{Server}}}; sleep 0.3; echo x; echo did >>{{ dir }}/effects'", stdin: the secret of this test }{{{"\n"}}}""");
        Assert.Equal((ExitCode.Error, ""), (code, Effects));
        Assert.Contains("It was ended because what it printed had nowhere to go (SIGPIPE) when the link was lost.", ResultOf(events).Notes);
    }

    [Fact]
    public async Task A_step_whose_link_is_lost_is_ended_over_a_new_connection_when_its_time_is_up_and_put_back()
    {
        var (code, events) = await Run(Cut.Replace("SERVER", Server, StringComparison.Ordinal));
        Assert.Equal((ExitCode.Error, Outcome.Error, "it took longer than 3s and was ended", "back\n"), (code, ResultOf(events).Outcome, ResultOf(events).Error, Effects));
        Assert.True(Assert.Single(events.OfType<RunEvent.UndoFinished>()).Passed);
    }

    [Fact]
    public async Task A_step_whose_link_is_lost_is_ended_over_a_new_connection_when_the_run_is_stopped_and_put_back()
    {
        var (code, events) = await Run(Cut.Replace("SERVER", Server, StringComparison.Ordinal).Replace("3s", "1m", StringComparison.Ordinal), stop => Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, TestContext.Current.CancellationToken).ContinueWith(_ => stop.Request(), TaskScheduler.Default));
        Assert.Equal((ExitCode.Interrupted, Outcome.Error, "back\n"), (code, ResultOf(events).Outcome, Effects));
        Assert.True(Assert.Single(events.OfType<RunEvent.UndoFinished>()).Passed);
    }

    [Fact]
    public async Task An_action_one_of_whose_steps_is_unknown_is_put_back_too()
    {
        await File.WriteAllTextAsync(PathOf("a.yaml"), $$"""
            actions:
              change:
                steps:
                  - command: echo first
                  - command: sh -c 'kill -KILL {{Server}} $PPID'
            """, TestContext.Current.CancellationToken);
        var (code, events) = await Run("""
              - change:
                undo: { command: "sh -c 'echo back >>{{ dir }}/effects'" }
            use: [a.yaml]
            """);
        Assert.Equal((ExitCode.Error, "back\n"), (code, Effects));
        Assert.All(events.OfType<RunEvent.UndoFinished>(), undo => Assert.True(undo.Passed, undo.Reason));
    }

    [Fact]
    public async Task On_a_host_that_stays_away_the_undo_is_not_run_and_that_is_said()
    {
        await using var own = new Sshd();
        await own.InitializeAsync();
        var (code, events) = await Run(Cut.Replace("kill -KILL SERVER", $"sleep 0.5; kill -KILL {Server}", StringComparison.Ordinal), _ => Eventually.Holds(() => File.Exists(PathOf("pid")), "it began").ContinueWith(_ => own.StopListening(), TaskScheduler.Default), own, patience: TimeSpan.FromSeconds(6));
        Assert.Equal((ExitCode.NotUndone, ""), (code, Effects));
        var undo = Assert.Single(events.OfType<RunEvent.UndoFinished>());
        Assert.Equal($"how the step ended there is unknown, and an undo beside a step that may still be running would be a guess: web1 (127.0.0.1:{own.Port}) refuses connections: nothing listens on port {own.Port}", undo.Reason);
        using var kill = Process.Start("kill", File.ReadAllText(PathOf("pid")).Trim());
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private const string CutOnce = """
          - command: sh -c 'if mkdir {{ dir }}/first 2>/dev/null; then kill -KILL $PPID; else echo well; fi'
            effect: none
        """;

    [Fact]
    public async Task The_within_of_a_step_ends_a_connect_that_hangs()
    {
        // Takes the connection into its backlog, and never says a word.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var began = Stopwatch.GetTimestamp();
        var (code, events) = await Run("  - { command: id, effect: none, within: 1s, every: 100ms }\n", port: ((System.Net.IPEndPoint)silent.LocalEndpoint).Port);
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Equal("web1: there was no connection to it before the `within` was over.", ResultOf(events).Error);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_only_looks_is_asked_again_where_its_link_is_lost()
    {
        var (code, events) = await Run(CutOnce + "\n    assert: stdout == \"well\"");
        Assert.Equal((ExitCode.Passed, 1), (code, ResultOf(events).Attempts));
        Assert.Equal("The link was lost; it was run again over a new connection.", Assert.Single(ResultOf(events).Notes));
    }

    [Fact]
    public async Task What_loses_its_link_each_time_is_not_run_for_ever()
    {
        var (code, events) = await Run("""
              - { command: "sh -c 'echo run >>{{ dir }}/effects; kill -KILL $PPID'", effect: none, on_failure: continue }
              - command: sh -c 'echo next >>{{ dir }}/effects'
            """);
        Assert.Equal((ExitCode.Unreachable, Outcome.Unreachable, "run\nrun\nrun\nrun\nnext\n"), (code, ResultOf(events).Outcome, Effects));
    }

    [Fact]
    public async Task What_may_be_repeated_is_ended_where_its_link_is_lost_and_only_then_run_again()
    {
        var (code, events) = await Run("""
              - command: sh -c 'if mkdir {{ dir }}/first 2>/dev/null; then echo $$ >{{ dir }}/pid; kill -KILL $PPID; exec sleep 97; fi; grep -q sleep /proc/$(cat {{ dir }}/pid)/cmdline || echo alone >>{{ dir }}/effects'
                effect: repeatable
            """);
        Assert.Equal((ExitCode.Passed, "alone\n"), (code, Effects));
        Assert.Equal("The link was lost; it was run again over a new connection.", Assert.Single(ResultOf(events).Notes));
    }

    [Fact]
    public async Task What_may_be_repeated_is_not_where_something_of_it_may_still_run()
    {
        // Its first process is gone, and nothing but a number tells whose the other is.
        var (code, events) = await Run("""
              - command: sh -c 'echo run >>{{ dir }}/effects; sleep 5 >/dev/null 2>&1 & kill -KILL $PPID'
                effect: repeatable
            """);
        Assert.Equal((ExitCode.Error, Outcome.Unknown, "run\n"), (code, ResultOf(events).Outcome, Effects));
        Assert.Matches(@"^It was not run again, because whether it goes on there is not known: still running there: \d+ \(sleep 5\)\.$", ResultOf(events).Notes[^1]);
    }

    [Fact]
    public async Task What_may_run_once_only_is_looked_for_where_nobody_wrote_down_how_it_ended()
    {
        var (code, events) = await Run($$$"""  - command: sh -c 'echo did >>{{ dir }}/effects; kill -KILL {{{Server}}} $PPID; exec sleep 5'{{{"\n"}}}""");
        Assert.Equal((ExitCode.Error, Outcome.Unknown, "did\n"), (code, ResultOf(events).Outcome, Effects));
        Assert.Matches(@"^It is over there, and how it ended is not known; what it started is still running there: \d+ \(sleep 5\)\.$", ResultOf(events).Notes[^1]);
        (code, events) = await Run($"  - command: sh -c 'kill -KILL {Server} $PPID'\n");
        Assert.Equal((ExitCode.Error, Outcome.Unknown), (code, ResultOf(events).Outcome));
        Assert.Equal("It is over there; how it ended is not known.", ResultOf(events).Notes[^1]);
    }

    [Fact]
    public async Task An_undo_that_only_looks_is_asked_again_too()
    {
        var (code, events) = await Run("""
              - command: "true"
                undo:
                  - { command: "sh -c 'mkdir {{ dir }}/first && kill -KILL $PPID; echo back'", effect: none, assert: stdout == "back" }
              - command: "false"
            """);
        Assert.Equal(ExitCode.Failed, code);
        Assert.True(Assert.Single(events.OfType<RunEvent.UndoFinished>()).Passed);
    }

    /// <summary>Fault 27.</summary>
    [Fact]
    public async Task An_undo_whose_link_is_lost_is_asked_after_and_done_once()
    {
        var (code, events) = await Run($$$"""
              - command: "true"
                undo: { command: "sh -c 'kill -KILL {{{Server}}}; sleep 0.3; echo back >>{{ dir }}/effects'" }
              - command: "false"
            """);
        Assert.Equal((ExitCode.Failed, "back\n"), (code, Effects));
        Assert.True(Assert.Single(events.OfType<RunEvent.UndoFinished>()).Passed);
    }

    [Fact]
    public async Task Who_shows_the_wrong_key_tries_once_in_a_whole_run()
    {
        await using var own = new Sshd { Extra = "LogLevel VERBOSE" };
        await own.InitializeAsync();
        File.WriteAllText(Path.Combine(own.Folder, "authorized_keys"), "");
        int Tries() => own.Log.Count(line => line.StartsWith("Connection from ", StringComparison.Ordinal));
        await Eventually.Holds(() => Tries() > 0, "who looked whether it answers is in the log");
        var before = Tries();
        var (code, events) = await Run("""
              - { command: id, effect: none, within: 2s, every: 100ms, on_failure: continue }
              - { command: id, on_failure: continue }
              - { netstat: { listening: 22 }, on_failure: continue }
              - parallel: [{ command: id, on_failure: continue }, { command: id, on_failure: continue }]
            """, server: own);
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Equal(5, events.OfType<RunEvent.HostFinished>().Count(e => e.Result.Error?.Contains("does not let", StringComparison.Ordinal) == true));
        await Eventually.Holds(() => Tries() > before, "the try is in the log");
        Assert.Equal(1, Tries() - before);
    }

    [Fact]
    public async Task Many_hosts_commands_at_one_machine_that_allows_two_sessions_wait_for_each_other()
    {
        var (code, _) = await Run("""
              - hosts: app
                at: web1
                loop: 1..3
                command: sh -c 'echo {{ host.name }} >>{{ dir }}/effects'
            """, port: sshd.NarrowPort);
        Assert.Equal((ExitCode.Passed, 36, 12), (code, Effects.Split('\n').Length - 1, Effects.Split('\n').Distinct().Count() - 1));
    }

    [Fact]
    public async Task Stopped_while_commands_wait_for_a_session_only_those_that_began_are_put_back()
    {
        string[] Lines(string name) => File.Exists(PathOf(name)) ? File.ReadAllLines(PathOf(name)) : [];
        var (code, _) = await Run("""
              - hosts: app
                at: web1
                command: sh -c 'echo {{ host.name }} >>{{ dir }}/began; exec sleep 97'
                undo: { at: web1, command: "sh -c 'echo {{ host.name }} >>{{ dir }}/effects'" }
            """, stop => Eventually.Holds(() => Lines("began").Length == 8, "eight began").ContinueWith(_ => stop.Request(), TaskScheduler.Default));
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal(Lines("began").Order(), Lines("effects").Order());
    }
}
