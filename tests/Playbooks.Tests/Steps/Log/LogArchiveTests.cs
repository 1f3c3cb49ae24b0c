using System.Diagnostics;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>What logrotate and its kin do with a log while a window is open: rotated twice, copied and emptied, compressed.</summary>
public sealed class LogArchiveTests : LogFixture
{
    private const string Step1 = "{ path: 'FOLDER/a.log', since: leave, contains: first, lacks: SEVERE }";

    private void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to));

    private void CopyAndEmpty(string copy)
    {
        File.Copy(PathOf("a.log"), PathOf(copy));
        Write("a.log", "");
    }

    private void Compress(string name)
    {
        using var gzip = Process.Start("gzip", [PathOf(name)]);
        gzip.WaitForExit();
        Assert.Equal(0, gzip.ExitCode);
    }

    [Theory]
    [InlineData("a.log.1", "a.log.2")]
    [InlineData("a.log-20221203", "a.log-20221202")]
    [InlineData("a.log.2022-12-03.0", "a.log.2022-12-02.0")]
    public async Task A_file_rotated_twice_is_read_in_all_its_parts(string last, string secondLast)
    {
        Write("a.log.7", "long ago SEVERE\n");
        Write("a.log", "old SEVERE\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, lacks: SEVERE }", () =>
        {
            Append("a.log", "first\n");
            Rename("a.log", secondLast);
            Write("a.log", "second\n");
            Rename("a.log", last);
            Write("a.log", "third\n");
        });
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(["first", "second", "third"], Lines(result));
    }

    [Theory]
    [InlineData("")]
    [InlineData("third and much more than there was before\n")]
    public async Task A_file_copied_and_emptied_is_read_in_its_copy_but_lacks_nothing_for_sure(string then)
    {
        Write("a.log", "old SEVERE\n");
        var result = await Run(Step1, () =>
        {
            Append("a.log", "first\n");
            CopyAndEmpty("a.log.1");
            Append("a.log", "second\n" + then);
        });
        Assert.Equal(
            (Outcome.Error, $"whether {PathOf("a.log")} since `leave` lacks \"SEVERE\" cannot be told: {PathOf("a.log")} was copied to {PathOf("a.log.1")} and emptied: what was written in between may be gone"),
            (result.Outcome, Assert.Single(result.Messages)));
        Assert.Equal(["first"], Lines(result));
        Assert.Equal(then.Length > 0 ? 55L : 13L, Window(result)["bytes"]);
    }

    [Fact]
    public async Task A_file_that_was_empty_and_was_copied_and_emptied_is_read_in_its_copy()
    {
        Write("a.log", "");
        var result = await Run(Step1, () =>
        {
            Append("a.log", "SEVERE\n");
            CopyAndEmpty("a.log.1");
            Append("a.log", "first\n");
        });
        Assert.Equal((Outcome.Failed, $"1 line in {PathOf("a.log")} since `leave` contains \"SEVERE\"; the first: SEVERE"), (result.Outcome, Assert.Single(result.Messages)));
    }

    [Fact]
    public async Task A_copy_of_a_file_that_is_still_there_is_not_read()
    {
        Write("a.log", "old\n");
        var result = await Run(Step1, () =>
        {
            Append("a.log", "first\n");
            File.Copy(PathOf("a.log"), PathOf("a.log.20221202"));
        });
        Assert.Equal((Outcome.Passed, 1L), (result.Outcome, result.Fields["count"]));
    }

    [Fact]
    public async Task A_file_compressed_after_its_rotation_is_named_as_lost()
    {
        Write("a.log", "old\n");
        var result = await Run(Step1, () =>
        {
            Append("a.log", "SEVERE\n");
            Rename("a.log", "a.log.1");
            Write("a.log", "first\n");
            Compress("a.log.1");
        });
        Assert.Equal(
            (Outcome.Error, $"whether {PathOf("a.log")} since `leave` lacks \"SEVERE\" cannot be told: the file that was {PathOf("a.log")} is gone from its directory, and with it what was written to its end; {PathOf("a.log.1.gz")} is compressed, and was not read"),
            (result.Outcome, Assert.Single(result.Messages)));
        Assert.Equal("first", result.Fields["first"]);
    }

    [Fact]
    public async Task An_older_file_that_is_compressed_by_a_rotation_is_no_loss()
    {
        Write("a.log.1", "long ago SEVERE\n");
        File.SetLastWriteTimeUtc(PathOf("a.log.1"), new DateTime(2022, 12, 2, 0, 0, 0, DateTimeKind.Utc));
        Write("a.log", "old SEVERE\n");
        var result = await Run(Step1, () =>
        {
            Append("a.log", "first\n");
            Rename("a.log.1", "a.log.2");
            Compress("a.log.2");
            Rename("a.log", "a.log.1");
            Write("a.log", "second\n");
        });
        Assert.Equal((Outcome.Passed, 0), (result.Outcome, result.Notes.Count));
    }

    [Fact]
    public async Task A_pattern_is_followed_over_midnight()
    {
        Write("localhost.2022-12-01.log", "old\n");
        var result = await Run("{ path: 'FOLDER/localhost.*.log' }", () =>
        {
            Append("localhost.2022-12-01.log", "late\n");
            Write("localhost.2022-12-02.log", "early\n");
            Write("localhost_access.2022-12-02.log", "another's\n");
        });
        Assert.Equal(["late", "early"], Lines(result));
    }

    [Fact]
    public async Task From_the_beginning_means_the_files_that_have_the_name()
    {
        Write("a.log.1", "rotated\n");
        Write("a.log.2.gz", "compressed\n");
        Write("a.log", "line\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning, lacks: SEVERE }");
        Assert.Equal(["line"], Lines(result));
        Assert.Equal(Outcome.Passed, result.Outcome);
    }
}
