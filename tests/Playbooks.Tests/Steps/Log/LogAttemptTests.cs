using System.Diagnostics;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>The attempts of a `within`: each reads what was added since the one before, and knows what that found.</summary>
public sealed class LogAttemptTests : LogFixture
{
    private async Task<Func<Task<StepResult>>> Attempts(string yaml)
    {
        Harness.Memory = new AttemptMemory();
        var step = Step(yaml);
        var marks = await Note(step);
        return () => Harness.Run(step, marks);
    }

    [Fact]
    public async Task What_was_read_is_not_read_again()
    {
        Write("a.log", "old\n");
        var attempt = await Attempts("{ path: 'FOLDER/a.log', since: leave, contains: last, lacks: SEVERE }");
        Append("a.log", "one\n" + new string('.', 2000) + "\nla");
        var result = await attempt();
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.EndsWith("(looked at 3 lines, 2007 bytes)", result.Messages[0], StringComparison.Ordinal);
        // Nobody does that; but who reads it again would find it.
        using (var file = File.OpenWrite(PathOf("a.log")))
        {
            file.Position = 10;
            file.Write("SEVERE"u8);
        }
        Append("a.log", "st\nnext");
        result = await attempt();
        Assert.Equal((Outcome.Passed, "last", 1L, 2014L), (result.Outcome, result.Fields["first"], result.Fields["count"], Window(result)["bytes"]));
        Assert.Equal(Outcome.Passed, (await attempt()).Outcome);
        // The window is the item's: a new one begins at the marks.
        Harness.Memory = new AttemptMemory();
        Assert.Equal(Outcome.Failed, (await attempt()).Outcome);
    }

    [Fact]
    public async Task A_rotation_between_two_attempts_loses_and_repeats_nothing()
    {
        Write("a.log", "old\n");
        var attempt = await Attempts("{ path: 'FOLDER/a.log', since: leave, lacks: SEVERE }");
        for (var i = 1; i < 4; i++)
        {
            Append("a.log", $"{i} early\n");
            Assert.Equal((2L * i) - 1, (await attempt()).Fields["count"]);
            Append("a.log", $"{i} late\n");
            for (var old = i; old > 1; old--) File.Move(PathOf($"a.log.{old - 1}"), PathOf($"a.log.{old}"));
            File.Move(PathOf("a.log"), PathOf("a.log.1"));
            Write("a.log", "");
        }
        var result = await attempt();
        Assert.Equal(["1 early", "1 late", "2 early", "2 late", "3 early", "3 late"], Lines(result));
        Assert.Equal((Outcome.Passed, 0), (result.Outcome, result.Notes.Count));

        // All of it was read: nothing is lost when it is compressed now.
        using (var gzip = Process.Start("gzip", [PathOf("a.log.3")])) await gzip.WaitForExitAsync(TestContext.Current.CancellationToken);
        result = await attempt();
        Assert.Equal((Outcome.Passed, 6L), (result.Outcome, result.Fields["count"]));
        File.Delete(PathOf("a.log.2"));
        Assert.Equal(Outcome.Error, (await attempt()).Outcome);
    }

    [Fact]
    public async Task What_was_read_before_a_file_was_emptied_stays_found()
    {
        Write("a.log", "old\n");
        var attempt = await Attempts("{ path: 'FOLDER/a.log', since: leave, contains: [first, second, third] }");
        Append("a.log", "first\n");
        Assert.Equal(Outcome.Failed, (await attempt()).Outcome);
        Append("a.log", "second\n");
        File.Copy(PathOf("a.log"), PathOf("a.log.1"));
        Write("a.log", "third, and longer than all that was there before\n");
        var result = await attempt();
        Assert.Equal((Outcome.Passed, 3L), (result.Outcome, result.Fields["count"]));
        Assert.Equal([$"{PathOf("a.log")} was copied to {PathOf("a.log.1")} and emptied: what was written in between may be gone"], result.Notes);
    }

    [Fact]
    public async Task A_file_born_between_two_attempts_counts_from_its_start()
    {
        var attempt = await Attempts("{ path: 'FOLDER/a.*.log', since: leave }");
        Assert.Equal(Outcome.Failed, (await attempt()).Outcome);
        Write("a.1.log", "one\n");
        Assert.Equal(["one"], Lines(await attempt()));
        Write("a.2.log", "two\n");
        Append("a.1.log", "three\n");
        Assert.Equal(["one", "three", "two"], Lines(await attempt()));
    }
}
