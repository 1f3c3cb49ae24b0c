using Playbooks.Running;
using Xunit;

namespace Playbooks.Tests.Running;

/// <summary>Runs that stopped by themselves, and go on when what stopped them is mended.</summary>
public sealed class AgainTests : IDisposable
{
    private readonly RunFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    /// <summary>Runs these steps, mends what is to be mended, goes on, and gives all effects, those from before first.</summary>
    private async Task<(ExitCode First, ExitCode Then, string Effects)> GoOn(string steps, Func<Resumption, RunEvent.RunResumed>? how = null)
    {
        var (first, events) = await fixture.Run(steps);
        await File.AppendAllTextAsync(fixture.PathOf("effects"), "--- ", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(fixture.PathOf("mended"), "", TestContext.Current.CancellationToken);
        var (then, _) = await fixture.Resume(events, how ?? (r => r.GoOn([])));
        return (first, then, fixture.Effects.ReplaceLineEndings(" ").Trim());
    }

    private static string Does(string what) => $"sh -c 'echo {what} >> {{{{ dir }}}}/effects'";

    private const string Fails = "sh -c 'echo try >> {{ dir }}/effects; test -e {{ dir }}/mended'";

    private const string Long = "sh -c 'echo $$ > {{ dir }}/pid; sleep 60'";

    [Fact]
    public async Task What_passed_does_not_run_again_and_what_failed_does()
    {
        var steps = $"""
              - command: {Does("one")}
              - command: {Fails}
              - command: {Does("two")}
            """;
        Assert.Equal((ExitCode.Failed, ExitCode.Passed, "one try --- try two"), await GoOn(steps));
    }

    [Fact]
    public async Task What_passed_in_a_playbook_that_is_included_does_not_run_again()
    {
        await File.WriteAllTextAsync(fixture.PathOf("part.yaml"), $"name: Part\nparams: {{ dir: {{}} }}\nhosts: localhost\nsteps:\n  - command: {Does("one")}\n  - command: {Fails}\n  - command: {Does("two")}\n", TestContext.Current.CancellationToken);
        Assert.Equal((ExitCode.Failed, ExitCode.Passed, "one try --- try two"), await GoOn("  - include: part.yaml\n    params: { dir: \"{{ dir }}\" }\n"));
    }

    [Fact]
    public async Task What_passed_in_an_action_does_not_run_again()
    {
        await File.WriteAllTextAsync(fixture.PathOf("actions.yaml"), $"actions:\n  act:\n    params: {{ dir: {{}} }}\n    steps:\n      - command: {Does("one")}\n      - command: {Fails}\n      - command: {Does("two")}\n", TestContext.Current.CancellationToken);
        Assert.Equal((ExitCode.Failed, ExitCode.Passed, "one try --- try two"), await GoOn("  - act: { dir: \"{{ dir }}\" }\nuse: [actions.yaml]\n"));
    }

    [Fact]
    public async Task Items_that_passed_do_not_run_again()
    {
        var steps = """
              - loop: [a, b, c, d]
                command: sh -c 'echo {{ item }} >> {{ dir }}/effects; test {{ item }} != c || test -e {{ dir }}/mended'
            """;
        Assert.Equal((ExitCode.Failed, ExitCode.Passed, "a b c --- c d"), await GoOn(steps));
    }

    /// <summary>What was begun for the items before it is owed.</summary>
    [Fact]
    public async Task An_item_whose_condition_cannot_be_worked_out_loses_no_undo()
    {
        var steps = $$"""
              - loop: [1, x]
                when: item + 1 < 5
                command: {{Does("do")}}
                undo: { command: "{{Does("undo")}}" }
            """;
        var (code, _) = await fixture.Run(steps);
        Assert.Equal((ExitCode.Error, "do\nundo\n"), (code, fixture.Effects));
    }

    [Fact]
    public async Task What_was_put_back_runs_again_with_all_that_stood_on_it()
    {
        var steps = $"""
              - command: {Does("before")}
              - block:
                  - command: {Does("early")}
                  - command: {Does("stop")}
                    undo:
                      command: {Does("start")}
                  - command: {Does("look")}
                  - command: {Fails}
                always:
                  - command: {Does("always")}
              - command: {Does("after")}
            """;
        Assert.Equal((ExitCode.Failed, ExitCode.Passed, "before early stop look try start always --- stop look try always after"), await GoOn(steps));
    }

    [Fact]
    public async Task What_a_rescue_made_good_is_left_alone()
    {
        var steps = $"""
              - block:
                  - command: {Does("stop")}
                    undo:
                      command: {Does("start")}
                  - command: "false"
                rescue:
                  - command: {Does("rescue")}
              - command: {Fails}
            """;
        Assert.Equal((ExitCode.Failed, ExitCode.Passed, "stop start rescue try --- try"), await GoOn(steps));
    }

    [Fact]
    public async Task A_rescue_that_failed_runs_again_after_the_block()
    {
        var steps = $"""
              - block:
                  - command: {Does("one")}
                  - command: {Fails}
                rescue:
                  - command: {Does("rescue")}
                  - command: "false"
              - command: {Does("after")}
            """;
        Assert.Equal((ExitCode.Failed, ExitCode.Passed, "one try rescue --- try after"), await GoOn(steps));
    }

    [Fact]
    public async Task What_was_let_go_on_is_not_tried_again()
    {
        var steps = $"""
              - command: {Fails}
                on_failure: continue
              - command: {Does("one")}
            """;
        var (_, events) = await fixture.Run(steps);
        Assert.True(fixture.Resumption(events).IsOver);
    }

    private const string Rolling = """
          - hosts: app
            batch: 1
            order: shuffle
            block:
              - shell: "echo {{ host.name }} >> {{ dir }}/effects"
              - shell: "test $(wc -l < {{ dir }}/effects) != 2 -o -e {{ dir }}/mended"
          - shell: "echo after >> {{ dir }}/effects"
        """;

    /// <summary>Who goes on after a guard has seen what failed: that counts no more, and the batches are those that were made.</summary>
    [Fact]
    public async Task After_a_guard_the_batches_that_are_left_go_through_in_their_order()
    {
        var (first, events) = await fixture.Run(Rolling, inventory: RunFixture.Hosts(4));
        Assert.Equal(ExitCode.Guard, first);
        Assert.Equal(2, fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await File.WriteAllTextAsync(fixture.PathOf("mended"), "", TestContext.Current.CancellationToken);
        var (then, _) = await fixture.Resume(events, r => r.GoOn([]));
        var order = events.OfType<RunEvent.BatchesMade>().Single().Batches.SelectMany(batch => batch);
        Assert.Equal([.. order, "after"], fixture.Effects.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(ExitCode.Failed, then);
    }

    [Fact]
    public async Task A_failed_undo_is_tried_again_first()
    {
        var steps = $"""
              - block:
                  - command: {Does("stop")}
                    undo:
                      command: {Fails}
                  - command: "false"
            """;
        Assert.Equal((ExitCode.NotUndone, ExitCode.Interrupted, "stop try --- try"), await GoOn(steps, r => r.PutBack([])));
    }

    [Fact]
    public async Task A_run_that_was_left_at_once_puts_back_what_it_owes_and_runs_its_always()
    {
        var steps = $"""
              - block:
                  - name: Stop
                    command: {Does("stop")}
                    undo:
                      command: {Does("start")}
                  - name: Long
                    command: {Long}
                always:
                  - command: {Does("always")}
            """;
        var (first, events) = await fixture.Run(steps, (happened, stop) =>
        {
            if (happened is RunEvent.StepStarted { Title: "Long" })
                _ = fixture.Written("pid").ContinueWith(_ =>
                {
                    stop.Request();
                    stop.Request();
                }, TaskScheduler.Default);
        });
        Assert.Equal(ExitCode.NotUndone, first);
        Assert.Equal("stop\n", fixture.Effects);
        var (then, _) = await fixture.Resume(events, r => r.PutBack([]));
        Assert.Equal((ExitCode.Interrupted, "stop\nstart\nalways\n"), (then, fixture.Effects));
    }

    /// <summary>What comes after a block is not for a group of which too many have failed, though it was the last batch in which they did.</summary>
    [Fact]
    public async Task Too_many_that_fail_in_the_last_batch_end_the_run_too()
    {
        var steps = $"""
              - hosts: app
                batch: 2
                block:
                  - command: "false"
              - command: {Does("after")}
            """;
        var (code, events) = await fixture.Run(steps, inventory: RunFixture.Hosts(2));
        Assert.Equal((ExitCode.Guard, ""), (code, fixture.Effects));
        Assert.EndsWith("a1, a2 failed, and `max_failed` is 0", events.OfType<RunEvent.StopRequested>().Single().Why, StringComparison.Ordinal);
    }
}
