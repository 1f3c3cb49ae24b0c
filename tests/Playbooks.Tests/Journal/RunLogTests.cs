using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Journal;
using Playbooks.Running;
using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Journal.JournalFixture;

namespace Playbooks.Tests.Journal;

/// <summary>What is kept is kept, whatever ends the program, and what cannot be kept is said.</summary>
public sealed class RunLogTests : IDisposable
{
    private readonly JournalFixture files = new();

    public void Dispose() => files.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_back_in_their_order_and_a_reader_sees_them_while_the_run_goes_on()
    {
        using var journal = files.Open();
        await using var log = journal.Begin(New("a"), out _);
        for (var number = 1L; number < 1_200; number++) await log.Append(Started(number), durable: false);
        await log.Append(Started(1_200), durable: true);
        using var reader = RunJournal.Find(files.Folder, TimeProvider.System)!;
        Assert.Equal(Enumerable.Range(1, 1_200).Select(n => (long)n), reader.Events(log.Run).Select(e => e.Sequence));
        Assert.Equal([1_199L, 1_200L], reader.Events(log.Run, after: 1_198).Select(e => e.Sequence));
        Assert.True(reader.IsAlive(reader.Find("last")[0]));
    }

    [Fact]
    public async Task Only_the_user_may_read_it()
    {
        using var journal = files.Open();
        await using var log = journal.Begin(New("a"), out _);
        await log.Append(Started(1), durable: true);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(files.Folder).UnixFileMode);
        Assert.All(new DirectoryInfo(files.Folder).GetFiles(), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
    }

    [Fact]
    public async Task The_row_of_a_run_says_how_it_ended_and_what_it_owes()
    {
        using var journal = files.Open();
        var log = journal.Begin(New("a", "was1:22"), out _);
        await log.Append(Started(1), durable: false);
        await log.Append(Ended(2, ExitCode.NotUndone, new OwedUndo("play", new Address("", new Playbooks.Planning.StepKey("steps/0"), "was1"), "Stop", null)), durable: true);
        await log.DisposeAsync();
        var run = journal.Find("last")[0];
        Assert.Equal((ExitCode.NotUndone, 1, false), (run.ExitCode, journal.Owed(run), journal.IsAlive(run)));
        Assert.NotNull(run.EndedAt);
        Assert.Empty(Directory.GetFiles(Path.Combine(files.Folder, "running")));
    }

    [Fact]
    public async Task After_a_failure_every_later_event_is_refused_with_its_reason()
    {
        using var journal = files.Open();
        await using var log = journal.Begin(New("a"), out _);
        await log.Append(Started(1), durable: true);
        // A number twice: it would be another event in the place of the one that is kept.
        var first = await Assert.ThrowsAsync<LogFailedException>(async () => await log.Append(Started(1), durable: true));
        var later = await Assert.ThrowsAsync<LogFailedException>(async () => await log.Append(Started(2), durable: false));
        Assert.Equal(first.Message, later.Message);
        Assert.Equal([1L], journal.Events(log.Run).Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_journal_that_is_deleted_while_the_run_goes_on_is_noticed_before_anything_is_done()
    {
        using var journal = files.Open();
        await using var log = journal.Begin(New("a"), out _);
        await log.Append(Started(1), durable: true);
        File.Delete(files.Database);
        var gone = await Assert.ThrowsAsync<LogFailedException>(async () => await log.Append(Started(2), durable: true));
        Assert.Contains("was deleted or replaced", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_waits_when_the_log_is_closed_is_written()
    {
        using var journal = files.Open();
        var log = journal.Begin(New("a"), out _);
        for (var number = 1L; number <= 3_000; number++) await log.Append(Started(number), durable: false);
        await log.DisposeAsync();
        Assert.Equal(3_000, journal.Events(log.Run).Count());
    }

    /// <summary>Fault 9, for the log alone.</summary>
    [Fact]
    public async Task What_was_said_to_be_kept_is_there_after_the_program_was_killed()
    {
        for (var i = 0; i < 5; i++)
        {
            using var process = files.Start($"run{i}", 1_000_000);
            var said = await Until(process, $"kept {90 * (i + 1)}");
            process.Kill();
            said = [.. said, .. (await process.StandardOutput.ReadToEndAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
            await process.WaitForExitAsync(Cancel);
            using var journal = files.Open();
            var run = journal.Find("last")[0];
            Assert.False(journal.IsAlive(run));
            var kept = journal.Events(run).Select(e => e.Sequence).ToList();
            var last = said.Where(line => line.StartsWith("kept ", StringComparison.Ordinal)).Select(line => long.Parse(line[5..], System.Globalization.CultureInfo.InvariantCulture)).Max();
            Assert.True(kept[^1] >= last, $"{kept[^1]} of {last}");
            Assert.Equal(Enumerable.Range(1, kept.Count).Select(n => (long)n), kept);
        }
    }

    [Fact]
    public async Task Old_runs_of_a_file_are_deleted_but_none_that_lives_or_owes()
    {
        using var journal = files.Open();
        await using (var log = journal.Begin(New("ended"), out _)) await log.Append(Ended(1, ExitCode.Passed), durable: true);
        await using (var log = journal.Begin(New("died, and owes"), out _)) await log.Append(Started(2), durable: true);
        await using (var log = journal.Begin(New("died"), out _)) await log.Append(Started(1), durable: true);
        await using (var log = journal.Begin(New("of another") with { File = "/other.yaml" }, out _)) await log.Append(Ended(1, ExitCode.Passed), durable: true);
        await using var lives = journal.Begin(New("lives"), out _);
        Assert.Equal(0, journal.DeleteOlder(lives.Run, TimeProvider.System.GetUtcNow().AddMinutes(-1)));
        Assert.Equal(2, journal.DeleteOlder(lives.Run, TimeProvider.System.GetUtcNow().AddMinutes(1)));
        Assert.Equal(["lives", "of another", "died, and owes"], journal.Runs(10).Select(run => run.Name));
        using var raw = new SqliteConnection($"Data Source={files.Database};Pooling=False");
        raw.Open();
        using var count = raw.CreateCommand();
        count.CommandText = "SELECT count(*) FROM events";
        Assert.Equal(2L, count.ExecuteScalar());
    }

    [Fact]
    public async Task What_is_kept_for_ninety_days_is_deleted_on_the_ninety_first()
    {
        var time = new FakeTimeProvider(new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero));
        using var journal = RunJournal.Open(files.Folder, time);
        for (var night = 0; night < 93; night++)
        {
            await using (var log = journal.Begin(New($"night {night}"), out _))
            {
                await log.Append(Ended(1, ExitCode.Passed), durable: true);
                Assert.True(Literals.TryDuration("90d", out var keep));
                Assert.Equal(night > 90 ? 1 : 0, journal.DeleteOlder(log.Run, time.GetUtcNow() - keep));
            }
            time.Advance(TimeSpan.FromDays(1));
        }
        Assert.Equal(91, journal.Runs(1_000).Count);
        Assert.Equal("night 92", journal.LastOf("/srv/deploy.yaml")!.Name);
        Assert.Null(journal.LastOf("/srv/other.yaml"));
    }

    [Fact]
    public async Task A_run_is_found_by_last_by_its_name_and_by_a_beginning()
    {
        using var journal = files.Open();
        foreach (var name in new[] { "20260101-a", "20260101-ab", "20260102-c" }) await journal.Begin(New(name), out _).DisposeAsync();
        Assert.Equal("20260102-c", Assert.Single(journal.Find("last")).Name);
        Assert.Equal("20260101-a", Assert.Single(journal.Find("20260101-a")).Name);
        Assert.Equal("20260102-c", Assert.Single(journal.Find("20260102")).Name);
        Assert.Equal(["20260101-ab", "20260101-a"], journal.Find("20260101").Select(run => run.Name));
        Assert.Empty(journal.Find("%"));
    }

    /// <summary>So that whoever times it by that has a journal as it is.</summary>
    [Fact]
    public async Task A_journal_that_is_filled_without_running_anything_is_read_as_any_other()
    {
        using var filling = Start(Appender, ["fill", files.Folder, "3", "2"]);
        await filling.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, filling.ExitCode);
        using var journal = files.Open();
        Assert.Equal([(0, 8), (0, 8), (0, 8)], journal.Runs(9).Select(run => (journal.Owed(run), journal.Events(run).Count())));
    }

    [Fact]
    public async Task What_a_run_is_made_of_is_kept_in_its_order()
    {
        using var journal = files.Open();
        await using var without = journal.Begin(New("a"), out _);
        Assert.Null(journal.Origin(without.Run));
        var origin = new RunOrigin { Files = [new("z.yaml", "name: 한국어\n", "12"), new("a.yaml", "", "")], Inventory = "all", Plan = ["one", "two"], Request = "{}" };
        await using var log = journal.Begin(New("b") with { Origin = origin }, out _);
        Assert.Equal(origin.Texts, journal.Origin(log.Run)!.Texts);
    }
}
