using Playbooks.Journal;
using Playbooks.Running;
using Xunit;
using static Playbooks.Tests.Journal.JournalFixture;

namespace Playbooks.Tests.Journal;

/// <summary>Two runs that change the same machine do not go on side by side on one control machine.</summary>
public sealed class MachinesTests : IDisposable
{
    private readonly JournalFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_second_run_that_changes_the_same_machine_is_refused_and_told_which_is_in_its_way()
    {
        using var first = files.Start("first", 10, "was1:22", "was2:22");
        await Until(first, "done");
        using var journal = files.Open();
        var refused = Assert.Throws<MachinesBusyException>(() => journal.Begin(New("second", "web:22", "was2:22"), out _));
        Assert.StartsWith("the run first of \"Appending\" changes a machine that this run would change: was2:22. It runs since ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($" (process {first.Id} of {Environment.UserName}@{Environment.MachineName})", refused.Message, StringComparison.Ordinal);
        // It left nothing behind, and who changes other machines, or none, is not in its way.
        Assert.Empty(journal.Find("second"));
        await using var others = journal.Begin(New("third", "web:22"), out var notes);
        await using var looks = journal.Begin(New("fourth"), out _);
        Assert.Empty(notes);

        first.StandardInput.Close();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        // It had not ended, and its program is gone: it owes what it had begun.
        await using var late = journal.Begin(New("fifth", "was2:22"), out notes);
        Assert.Equal("the run first of \"Appending\", which changes was2:22 too, died and still owes something that was not put back: `play resume first`", Assert.Single(notes));
    }

    [Fact]
    public async Task A_run_that_was_killed_locks_nobody_out()
    {
        using var first = files.Start("first", 10, "was1:22");
        await Until(first, "done");
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var journal = files.Open();
        await using var second = journal.Begin(New("second", "was1:22"), out var notes);
        Assert.Contains("died and still owes", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_has_ended_well_is_not_told_of()
    {
        using var journal = files.Open();
        await using (var log = journal.Begin(New("first", "was1:22"), out _)) await log.Append(Ended(1, ExitCode.Failed), durable: true);
        await using var second = journal.Begin(New("second", "was1:22"), out var notes);
        Assert.Empty(notes);
        Assert.Equal(["was1:22"], journal.MachinesOf(second.Run));
    }

    [Fact]
    public async Task Of_many_that_begin_at_once_one_gets_the_machine()
    {
        using (files.Open()) { }
        var runs = Enumerable.Range(0, 6).Select(i => files.Start($"run{i}", 3, "was1:22")).ToList();
        var first = await Task.WhenAll(runs.Select(async run => (await run.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!));
        Assert.Single(first, line => line == "begun");
        Assert.All(first.Where(line => line != "begun"), line => Assert.StartsWith("busy: the run run", line, StringComparison.Ordinal));
        foreach (var run in runs)
        {
            run.StandardInput.Close();
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
            run.Dispose();
        }
    }

    [Fact]
    public async Task A_run_that_lives_is_not_gone_on_with_and_one_that_died_is()
    {
        using var first = files.Start("first", 10, "was1:22");
        await Until(first, "done");
        using var journal = files.Open();
        var run = journal.Find("first")[0];
        Assert.Contains("the run first is still running (process ", Assert.Throws<MachinesBusyException>(() => journal.GoOn(run, [], null, out _)).Message, StringComparison.Ordinal);
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        await using (var log = journal.GoOn(run, ["was1:22"], null, out var notes))
        {
            Assert.Empty(notes);
            Assert.True(journal.IsAlive(run));
            Assert.Equal(Environment.ProcessId, log.Run.Pid);
            await log.Append(Ended(12, ExitCode.Passed), durable: true);
        }
        Assert.Equal(12, journal.Events(run).Last().Sequence);
        Assert.Equal(ExitCode.Passed, journal.Run(run.Id)!.ExitCode);
    }
}
