using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Blocks, what runs side by side, what rescues, and which steps a tag chooses.</summary>
public sealed class GroupTests : IDisposable
{
    private readonly RunFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    private static string Say(string word) => $"sh -c 'echo {word} >> {{{{ dir }}}}/effects'";

    [Fact]
    public async Task Steps_of_a_parallel_run_side_by_side_and_what_comes_after_sees_what_each_gave()
    {
        var (code, _) = await fixture.Run("""
              - parallel:
                  - block:
                      - command: mkfifo {{ dir }}/fifo
                      - command: cat {{ dir }}/fifo
                        timeout: 10s
                        capture: { read: stdout }
                  - command: sh -c 'until test -p $0; do sleep 0.02; done; echo hello >$0' {{ dir }}/fifo
                    timeout: 10s
                    capture: { wrote: exit_code }
              - assert: [read == "hello", wrote == 0]
            """);
        Assert.Equal(ExitCode.Passed, code);
    }

    [Fact]
    public async Task A_rescue_does_not_catch_a_stop()
    {
        var (code, events) = await fixture.Run($$$"""
              - block:
                  - command: sh -c 'echo $$ > {{ dir }}/pid; sleep 60'
                rescue: [{ command: "{{{Say("rescued")}}}" }]
                always: [{ command: "{{{Say("always")}}}" }]
            """, (happened, stop) =>
        {
            if (happened is RunEvent.HostStarted { At.Step.Path: "steps/0/block/0" }) _ = fixture.Written("pid").ContinueWith(_ => stop.Request(), TaskScheduler.Default);
        });
        Assert.Equal((ExitCode.Interrupted, "always\n"), (code, fixture.Effects));
        Assert.Empty(events.OfType<RunEvent.Rescued>());
    }

    [Fact]
    public async Task What_a_rescue_did_is_put_back_where_it_fails_and_forgotten_where_it_passes()
    {
        var (code, _) = await fixture.Run($$$"""
              - block: [{ command: "false" }]
                rescue:
                  - { command: "{{{Say("did")}}}", undo: { command: "{{{Say("undid")}}}" } }
                  - { command: "true" }
              - block: [{ command: "false" }]
                rescue:
                  - { command: "{{{Say("did more")}}}", undo: { command: "{{{Say("undid more")}}}" } }
                  - { command: "false" }
            """);
        Assert.Equal((ExitCode.Failed, "did\ndid more\nundid more\n"), (code, fixture.Effects));
    }

    [Fact]
    public async Task An_undo_that_failed_counts_although_the_block_is_rescued()
    {
        var (code, _) = await fixture.Run("""
              - block:
                  - { command: "true", undo: { command: "false" } }
                  - { command: "false" }
                rescue: [{ command: "true" }]
            """);
        Assert.Equal(ExitCode.NotUndone, code);
    }

    [Fact]
    public async Task A_tag_chooses_its_steps_those_inside_them_and_what_they_belong_to()
    {
        var (code, events) = await fixture.Run($$$"""
              - { command: "{{{Say("no")}}}" }
              - tags: quick
                block: [{ command: "{{{Say("inside")}}}" }]
              - block:
                  - { command: "{{{Say("no")}}}" }
                  - { command: "{{{Say("own")}}}", tags: [slow, quick] }
                always: [{ command: "{{{Say("always")}}}" }]
              - { command: "{{{Say("slow")}}}", tags: slow }
              - block: [{ command: "{{{Say("no")}}}" }]
                always: [{ command: "{{{Say("no")}}}" }]
            """, tags: ["quick"]);
        Assert.Equal((ExitCode.Passed, "inside\nown\nalways\n"), (code, fixture.Effects));
        // Places are those of the whole file, whatever is left out.
        Assert.Equal(["steps/1/block/0", "steps/2/block/1", "steps/2/always/0"], events.OfType<RunEvent.HostStarted>().Select(e => e.At.Step.Path));
    }

    [Fact]
    public async Task The_parts_of_a_playbook_that_is_included_are_chosen_too()
    {
        await File.WriteAllTextAsync(fixture.PathOf("part.yaml"), $$$"""
            params: { dir: {} }
            hosts: localhost
            steps:
              - { command: "{{{Say("no")}}}" }
              - { command: "{{{Say("part")}}}", tags: quick }
            """, TestContext.Current.CancellationToken);
        var (code, _) = await fixture.Run("""
              - include: part.yaml
                params: { dir: "{{ dir }}" }
            """, tags: ["quick"]);
        Assert.Equal((ExitCode.Passed, "part\n"), (code, fixture.Effects));
    }

    [Fact]
    public async Task A_warning_about_a_host_that_cannot_be_reached_has_no_exit_code_and_no_undo()
    {
        var (code, events) = await fixture.Run($$$"""
              - { command: "{{{Say("did")}}}", undo: { command: "{{{Say("undid")}}}" } }
              - { command: "nothing-of-that-name", severity: warning }
              - { command: "{{{Say("went on")}}}" }
            """);
        Assert.Equal((ExitCode.Passed, "did\nwent on\n"), (code, fixture.Effects));
        Assert.Equal(Outcome.Error, events.OfType<RunEvent.HostFinished>().Single(e => e.Result.IsWarning).Result.Outcome);
    }

    [Fact]
    public async Task A_block_runs_again_after_its_undo_until_it_passes_and_its_first_failures_count_nothing()
    {
        var (code, events) = await fixture.Run($$$"""
              - block:
                  - { command: "{{{Say("did")}}}", effect: repeatable, undo: { command: "{{{Say("undid")}}}" } }
                  - { command: "sh -c 'test $(grep -c ^did $0) = 3' {{ dir }}/effects", effect: none }
                within: 30s
                every: 10ms
                rescue: [{ command: "{{{Say("never")}}}" }]
              - assert: play.outcome == "passed"
            """);
        Assert.Equal((ExitCode.Passed, "did\nundid\ndid\nundid\ndid\n"), (code, fixture.Effects));
        Assert.Equal(2, events.OfType<RunEvent.BlockAgain>().Count());
    }

    [Fact]
    public async Task A_block_whose_time_is_up_is_ended_and_fails_and_may_be_rescued()
    {
        const string Hangs = "block: [{ command: sleep 60, effect: none }]\n    within: 300ms";
        var (code, events) = await fixture.Run($"  - {Hangs}\n");
        Assert.Equal(ExitCode.Error, code);
        Assert.Equal("it was ended: the `within` of the block around it, 300ms, was over", events.OfType<RunEvent.HostFinished>().First(e => e.Result.Failures.Count > 0).Result.Error);

        (code, _) = await fixture.Run($"  - {Hangs}\n    rescue: [{{ command: \"true\" }}]\n");
        Assert.Equal(ExitCode.Passed, code);
    }

    [Fact]
    public async Task A_stop_ends_a_block_that_would_run_again()
    {
        var (code, events) = await fixture.Run("""
              - block: [{ command: "sh -c 'echo x > {{ dir }}/file; exit 1'", effect: none }]
                within: 60s
                every: 10s
            """, (happened, stop) =>
        {
            if (happened is RunEvent.BlockAgain) stop.Request();
        });
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Single(events.OfType<RunEvent.BlockAgain>());
    }

    [Theory]
    [InlineData("rescue: [{ command: \"true\" }]")]
    [InlineData("within: 5s")]
    public async Task What_let_a_block_go_on_counts_although_the_one_around_it_passes(string around)
    {
        var (code, _) = await fixture.Run($"""
              - block:
                  - block: [{"{"} command: "false", effect: none {"}"}]
                    on_failure: continue
                  - command: "true"
                    effect: none
                {around}
            """);
        Assert.Equal(ExitCode.Failed, code);
    }

    [Fact]
    public async Task What_an_attempt_let_go_on_counts_nothing_once_the_block_has_run_again()
    {
        var (code, _) = await fixture.Run("""
              - block:
                  - { command: "test -e {{ dir }}/second", effect: none, on_failure: continue }
                  - { command: "sh -c 'test -e $0 || { touch $0; exit 1; }' {{ dir }}/second", effect: repeatable }
                within: 30s
                every: 10ms
            """);
        Assert.Equal(ExitCode.Passed, code);
    }

    [Fact]
    public async Task A_block_whose_time_is_up_between_two_steps_is_no_pass_and_says_so()
    {
        const string Late = """
              - block:
                  - { id: first, command: "true", effect: repeatable, undo: { command: sleep 4 } }
                  - put_back: first
                  - { command: "true", effect: none }
                within: 3s
            """;
        var (code, events) = await fixture.Run(Late);
        Assert.Equal(ExitCode.Error, code);
        Assert.Contains("its `within`, 3s, was over", events.OfType<RunEvent.HostFinished>().Last().Result.Error, StringComparison.Ordinal);
        (code, _) = await fixture.Run(Late + "\n    rescue: [{ assert: 'string.contains(failed.message, \"was over\")' }]");
        Assert.Equal(ExitCode.Passed, code);
    }

    [Fact]
    public async Task A_block_does_not_run_again_beside_what_could_not_be_put_back()
    {
        var (code, _) = await fixture.Run($$$"""
              - block:
                  - { command: "{{{Say("did")}}}", effect: repeatable, undo: { command: "false" } }
                  - { command: "false", effect: none }
                within: 5s
                every: 10ms
            """);
        Assert.Equal((ExitCode.NotUndone, "did\n"), (code, fixture.Effects));
    }

    [Fact]
    public async Task A_host_that_is_dropped_beside_others_is_put_back_once_and_when_all_have_ended()
    {
        var problems = new Playbooks.Problems.ProblemList();
        var hosts = new Playbooks.Loading.InventoryLoader(problems);
        hosts.Add(Playbooks.Loading.Yaml.Read(new Playbooks.Problems.SourceText("hosts", "groups: { g: { hosts: { h1: { local: true } } } }"), problems), "/");
        var (code, events) = await fixture.Run("""
              - parallel:
                  - { command: "sh -c 'echo begin >> $0; sleep 0.5; echo end >> $0' {{ dir }}/effects", undo: { command: "sh -c 'echo undo >> $0' {{ dir }}/effects" } }
                  - { command: "false" }
                  - { command: "false" }
                hosts: g
                on_failure: drop
            """, inventory: hosts.Build());
        Assert.Equal((ExitCode.Failed, "begin\nend\nundo\n"), (code, fixture.Effects));
        Assert.Single(events.OfType<RunEvent.HostDropped>());
    }

    [Fact]
    public async Task A_rescue_keeps_asking_about_what_it_was_called_for()
    {
        var (code, _) = await fixture.Run("""
              - block: [{ name: The cause, command: "false" }]
                rescue:
                  - { name: Fails too, command: "false", on_failure: continue }
                  - assert: failed.step == "The cause"
            """);
        Assert.Equal(ExitCode.Failed, code);
    }

    [Fact]
    public void An_end_that_is_unknown_is_more_than_a_warning()
    {
        Assert.True(new HostResult { Outcome = Outcome.Unknown, IsWarning = true }.IsFailure);
        Assert.False(new HostResult { Outcome = Outcome.Unreachable, IsWarning = true }.IsFailure);
    }
}
