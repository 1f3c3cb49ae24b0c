using Microsoft.Data.Sqlite;
using Playbooks.Journal;
using Playbooks.Running;
using Xunit;
using static Playbooks.Tests.Journal.JournalFixture;

namespace Playbooks.Tests.Journal;

/// <summary>A journal that cannot be used: each time a sentence that says so, nothing is lost, and no event is taken.</summary>
public sealed class TroubleTests : IDisposable
{
    private readonly JournalFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_damaged_file_is_left_as_it_is()
    {
        Directory.CreateDirectory(files.Folder);
        File.WriteAllText(files.Database, new string('x', 5_000));
        var trouble = Assert.Throws<LogFailedException>(() => files.Open());
        Assert.Contains("is damaged (file is not a database)", trouble.Message, StringComparison.Ordinal);
        Assert.Contains("mv ", trouble.Mend, StringComparison.Ordinal);
        Assert.Equal(5_000, new FileInfo(files.Database).Length);
    }

    [Fact]
    public async Task Damage_in_the_middle_is_said_too()
    {
        using (var journal = files.Open())
        {
            await using var log = journal.Begin(New("a"), out _);
            for (var number = 1L; number <= 2_000; number++) await log.Append(Started(number), durable: false);
        }
        await using (var file = File.OpenWrite(files.Database))
        {
            file.Position = 4096;
            file.Write([.. Enumerable.Repeat((byte)0xa5, (int)file.Length - 4096)]);
        }
        using var damaged = files.Open();
        var trouble = Assert.Throws<LogFailedException>(() => damaged.Begin(New("b"), out _));
        Assert.Contains("is damaged (", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_version_is_left_alone()
    {
        using (files.Open()) { }
        Raw("PRAGMA user_version = 99");
        var trouble = Assert.Throws<LogFailedException>(() => files.Open());
        Assert.Contains("written by a newer version of play", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_database_of_another_program_is_left_alone()
    {
        Directory.CreateDirectory(files.Folder);
        Raw("CREATE TABLE theirs (a)");
        Assert.Contains("of another program", Assert.Throws<LogFailedException>(() => files.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_said()
    {
        File.WriteAllText(files.Folder, "");
        Assert.Contains("cannot be used: ", Assert.Throws<LogFailedException>(() => files.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Whoever_holds_it_for_long_is_waited_for_and_then_named()
    {
        using var journal = files.Open();
        await using var log = journal.Begin(New("a"), out _);
        using var other = new SqliteConnection($"Data Source={files.Database};Pooling=False");
        other.Open();
        using (var held = other.BeginTransaction(deferred: false))
        {
            var trouble = await Assert.ThrowsAsync<LogFailedException>(async () => await log.Append(Started(1), durable: true));
            Assert.Contains("is locked by another program, for more than 10 seconds", trouble.Message, StringComparison.Ordinal);
        }
        Assert.Empty(journal.Events(log.Run));
    }

    /// <summary>Fault 11. The disk of a process of its own is read-only there, for root too.</summary>
    [Fact]
    public async Task A_read_only_disk_is_said_before_anything_is_run()
    {
        using (files.Open()) { }
        var said = await InNamespace($"mount --bind {files.Folder} {files.Folder}; mount -o remount,bind,ro {files.Folder}; {Appender} {files.Folder} a 10");
        Assert.StartsWith("failed: the journal ", said, StringComparison.Ordinal);
        Assert.Contains("cannot be written: it or its folder is read-only for you", said, StringComparison.Ordinal);
        Assert.DoesNotContain("begun", said, StringComparison.Ordinal);
    }

    /// <summary>Fault 10. After room was made, all that was said to be kept is there.</summary>
    [Fact]
    public async Task A_full_disk_ends_the_run_with_a_sentence_and_loses_nothing()
    {
        Directory.CreateDirectory(files.Folder);
        var said = await InNamespace($"""
            mount -t tmpfs -o size=2m none {files.Folder}
            {Appender} {files.Folder} a 100000
            {Appender} {files.Folder} refused 10
            cp -r {files.Folder} {files.Folder}.full
            """);
        var last = said.Split('\n').Where(line => line.StartsWith("kept ", StringComparison.Ordinal)).Select(line => long.Parse(line[5..], System.Globalization.CultureInfo.InvariantCulture)).Max();
        Assert.Contains("failed: the disk is full: the journal ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("done", said, StringComparison.Ordinal);

        using var journal = RunJournal.Open(files.Folder + ".full", TimeProvider.System);
        var run = Assert.Single(journal.Find("a"));
        var kept = journal.Events(run).Select(e => e.Sequence).ToList();
        Assert.Equal(Enumerable.Range(1, kept.Count).Select(n => (long)n), kept);
        Assert.True(kept.Count >= last, $"{kept.Count} of {last}");
        Assert.True(last > 300, said);
        await using var log = journal.GoOn(run, [], null, out _);
        await log.Append(Started(kept.Count + 1), durable: true);
    }

    private void Raw(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={files.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
