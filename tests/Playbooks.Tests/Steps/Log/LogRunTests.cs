using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>What a window holds, and what is asserted of it.</summary>
public sealed class LogRunTests : LogFixture
{
    [Fact]
    public async Task Only_what_was_written_since_the_mark_is_looked_at()
    {
        Write("a.log", "memberDisappeared old\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, contains: memberDisappeared }", () => Append("a.log", "one\ntwo\r\nthree"));
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal(
            [$"nothing in {PathOf("a.log")} since `leave` contains \"memberDisappeared\" (looked at 3 lines, 14 bytes)", "it ends with: one ⏎ two ⏎ three"],
            result.Messages);
        Assert.Equal(0L, result.Fields["count"]);
        Assert.Equal(false, result.Fields["found"]);
    }

    [Fact]
    public async Task Lines_that_hold_what_was_asked_for_are_the_result()
    {
        Write("a.log", "old hit\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, contains: hit, matches: 'n\\d+', lacks: SEVERE }", () => Append("a.log", "a hit\nnothing\nn17\n"));
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(["a hit", "n17"], Lines(result));
        Assert.Equal("a hit", result.Fields["first"]);
        Assert.Equal(2L, result.Fields["count"]);
        Assert.Equal(18L, Window(result)["bytes"]);
    }

    [Fact]
    public async Task A_file_renamed_away_is_read_to_its_end_and_then_the_new_one()
    {
        Write("a.log", "old\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, lacks: SEVERE }", () =>
        {
            Append("a.log", "first\n");
            File.Move(PathOf("a.log"), PathOf("a $(touch x)\n.1"));
            Write("a.log", "second\n");
        });
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(["first", "second"], Lines(result));
    }
}
