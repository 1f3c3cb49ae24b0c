using Playbooks.Steps;
using Playbooks.Steps.Log;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>What happens to a window when its file is renamed, emptied, written anew or gone.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class LogRotationTests : LogFixture
{
    private const string Step1 = "{ path: 'FOLDER/a.log', since: leave, contains: first, lacks: SEVERE }";

    [Theory]
    [InlineData("a.log.1")]
    [InlineData("a $(touch x)\n -name.1")]
    [InlineData("-n")]
    public async Task A_file_renamed_away_is_read_to_its_end_and_then_the_new_one(string renamed)
    {
        Write("a.log", "old SEVERE\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, lacks: SEVERE }", () =>
        {
            Append("a.log", "first");
            File.Move(PathOf("a.log"), PathOf(renamed));
            Write("a.log", "second\n");
        });
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(["first", "second"], Lines(result));
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public async Task A_file_renamed_away_with_none_in_its_place_is_read_to_its_end()
    {
        Write("a.log", "old\n");
        var result = await Run(Step1, () =>
        {
            Append("a.log", "first\n");
            File.Move(PathOf("a.log"), PathOf("b"));
        });
        Assert.Equal((Outcome.Passed, "first"), (result.Outcome, result.Fields["first"]));
    }

    [Fact]
    public async Task A_file_renamed_within_its_pattern_is_read_once_and_from_its_mark()
    {
        Write("a.1.log", "old\n");
        var result = await Run("{ path: 'FOLDER/a.*.log' }", () =>
        {
            Append("a.1.log", "first\n");
            File.Move(PathOf("a.1.log"), PathOf("a.2.log"));
            Write("a.1.log", "second\n");
        });
        Assert.Equal(["first", "second"], Lines(result).Order());
    }

    [Theory]
    [InlineData(13)]
    [InlineData(5000)]
    public async Task A_file_that_was_emptied_is_read_from_its_start_and_lacks_nothing_for_sure(int size)
    {
        Write("a.log", new string('x', size));
        var result = await Run(Step1, () => Write("a.log", "first\n"));
        var lost = $"was cut from {size} to 6 bytes: what was written before that is gone";
        Assert.Equal((Outcome.Error, $"whether {PathOf("a.log")} since `leave` lacks \"SEVERE\" cannot be told: {PathOf("a.log")} {lost}"), (result.Outcome, Assert.Single(result.Messages)));
        Assert.Equal([$"{PathOf("a.log")} {lost}"], (IReadOnlyList<object?>)Window(result)["notes"]!);
        Assert.Equal("first", result.Fields["first"]);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(5000)]
    [InlineData(6_000_000)]
    public async Task A_file_that_was_emptied_and_has_outgrown_its_mark_is_not_taken_for_the_old_one(int size)
    {
        Write("a.log", new string('x', size));
        var result = await Run(Step1, () => Write("a.log", "first\n" + string.Concat(Enumerable.Repeat("yyyyyyyyy\n", size / 10 + 1))));
        Assert.Equal((Outcome.Error, $"whether {PathOf("a.log")} since `leave` lacks \"SEVERE\" cannot be told: {PathOf("a.log")} was written anew since: what was written before that is gone"), (result.Outcome, Assert.Single(result.Messages)));
        Assert.Equal("first", result.Fields["first"]);
    }

    [Fact]
    public async Task What_was_lost_does_not_matter_to_what_was_found()
    {
        Write("a.log", "old and long\n");
        var result = await Run("{ path: 'FOLDER/a.log', contains: first }", () => Write("a.log", "first\n"));
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Single(result.Notes);
    }

    [Fact]
    public async Task A_file_that_is_gone_for_good_is_told()
    {
        Write("a.log", "old\n");
        var result = await Run(Step1, () =>
        {
            // The new one is there before the old one goes: its inode cannot be the same.
            Write("b", "second\n");
            File.Move(PathOf("b"), PathOf("a.log"), overwrite: true);
        });
        Assert.Equal(Outcome.Error, result.Outcome);
        Assert.Equal(
            [
                $"nothing that can be read in {PathOf("a.log")} since `leave` contains \"first\", but the file that was {PathOf("a.log")} is gone from its directory, and with it what was written to its end",
                "it ends with:\nsecond",
                $"whether {PathOf("a.log")} since `leave` lacks \"SEVERE\" cannot be told: the file that was {PathOf("a.log")} is gone from its directory, and with it what was written to its end",
            ],
            result.Messages);
    }

    [Fact]
    public async Task An_inode_of_another_device_is_another_file()
    {
        Write("a.log", "first\n");
        Write("b", "another's SEVERE\n");
        var mark = Assert.Single(await Note(Step("{ path: 'FOLDER/b' }")));
        var result = await Harness.Run(Step("{ path: 'FOLDER/a.log' }"), mark with { Device = mark.Device + 1, Size = 0, Before = null });
        Assert.Equal(["first"], Lines(result));
        Assert.Single(result.Notes);
    }

    [Fact]
    public async Task Two_names_of_one_file_are_read_once()
    {
        Write("a.1.log", "old\n");
        File.CreateSymbolicLink(PathOf("a.2.log"), PathOf("a.1.log"));
        Assert.Equal(["new"], Lines(await Run("{ path: 'FOLDER/a.*.log' }", () => Append("a.1.log", "new\n"))));
    }

    [Fact]
    public async Task A_directory_that_may_not_be_looked_into_needs_sudo()
    {
        Write("a.log", "old\n");
        using var other = new Stranger(Harness, Folder);
        var step = Step(Step1);
        var refused = await Assert.ThrowsAsync<LogWork.NotReadableException>(() => Note(step));
        Assert.Equal($"needs sudo: {Folder} cannot be read by {other.Name}", refused.Message);
        var result = await Harness.Run(step);
        Assert.Equal((Outcome.Error, refused.Message, "say `sudo: true` on this step"), (result.Outcome, Assert.Single(result.Messages), result.Mend));
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_is_noted_and_needs_sudo_later()
    {
        Write("a.log", "old\n");
        using var other = new Stranger(Harness, PathOf("a.log"));
        var step = Step(Step1);
        var mark = Assert.Single(await Note(step));
        Assert.Equal((PathOf("a.log"), 4L, null), (mark.Path, mark.Size, mark.Before));
        var result = await Harness.Run(step, mark);
        Assert.Equal((Outcome.Error, $"needs sudo: {PathOf("a.log")} cannot be read by {other.Name}"), (result.Outcome, Assert.Single(result.Messages)));
    }
}
