using System.Text.Json;
using Microsoft.Data.Sqlite;
using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>
/// The events of all runs on disk: one SQLite database. Whoever writes holds it for a moment only, so any number of runs and readers may
/// have it open. Everything here may throw <see cref="LogFailedException"/>, in words for the user.
/// </summary>
public sealed partial class RunJournal : IDisposable
{
    private readonly string folder;
    private readonly string path;
    private readonly TimeProvider time;
    private readonly SqliteConnection connection;
    private readonly Lock gate = new();

    private RunJournal(string folder, string path, TimeProvider time) => (this.folder, this.path, this.time, connection) = (folder, path, time, Connect(path));

    /// <summary>Where the journal is unless somebody says otherwise (XDG Base Directory Specification).</summary>
    public static string UsualFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } xdg && Path.IsPathRooted(xdg) ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"), "play");

    /// <summary>Opens the journal of that folder, and makes it where there is none.</summary>
    public static RunJournal Open(string folder, TimeProvider time)
    {
        var path = PathIn(folder);
        return Guarded(path, () =>
        {
            OwnFiles.Create(Path.GetFullPath(folder));
            OwnFiles.Create(Path.Combine(Path.GetFullPath(folder), "running"));
            // The files that SQLite puts beside it are as readable as it is.
            OwnFiles.Open(path, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return new RunJournal(Path.GetFullPath(folder), path, time);
        });
    }

    /// <summary>Opens the journal of that folder to read it; null where there is none.</summary>
    public static RunJournal? Find(string folder, TimeProvider time)
    {
        var path = PathIn(folder);
        return File.Exists(path) ? Guarded(path, () => new RunJournal(Path.GetFullPath(folder), path, time)) : null;
    }

    /// <summary>The whole path of its folder.</summary>
    public string Folder => folder;

    /// <summary>The whole path of the database.</summary>
    public string Location => path;

    /// <summary>The newest runs, the newest first.</summary>
    public IReadOnlyList<JournalRun> Runs(int most) => Guarded(() => Read("SELECT * FROM runs ORDER BY id DESC LIMIT $most", ("$most", most)));

    /// <summary>The newest run of the playbook in that file; null where there is none.</summary>
    public JournalRun? LastOf(string file) => Guarded(() => Read("SELECT * FROM runs WHERE file = $file ORDER BY id DESC LIMIT 1", ("$file", file)) is [var run] ? run : null);

    /// <summary>The runs that are meant by `last`, a name, or the beginning of a name; the newest first.</summary>
    public IReadOnlyList<JournalRun> Find(string text) => text == "last"
        ? Runs(1)
        : Guarded(() => Read("SELECT * FROM runs WHERE name = $text", ("$text", text)) is { Count: 1 } exact
            ? exact
            : Read("SELECT * FROM runs WHERE substr(name, 1, length($text)) = $text ORDER BY id DESC LIMIT 20", ("$text", text)));

    /// <summary>The runs of the same playbook's file before that one, the newest first; at most some hundreds of them.</summary>
    public IReadOnlyList<JournalRun> Before(JournalRun run) => Guarded(() => Read("SELECT * FROM runs WHERE id < $id AND file = $file ORDER BY id DESC LIMIT 300", ("$id", run.Id), ("$file", run.File)));

    /// <summary>What the command line of a run said; null where that is not kept.</summary>
    public string? Request(JournalRun run) => Guarded(() =>
    {
        using var command = connection.Command("SELECT text FROM texts WHERE run = $run AND kind = 'request'", ("$run", run.Id));
        return command.ExecuteScalar() as string;
    });

    /// <summary>The runs that live, the newest first.</summary>
    public IReadOnlyList<JournalRun> Living() => Guarded(() => Read("SELECT * FROM runs WHERE ended_at IS NULL ORDER BY id DESC").Where(IsAlive).ToList());

    /// <summary>That run as it is now; null where it is deleted.</summary>
    public JournalRun? Run(long id) => Guarded(() => Read("SELECT * FROM runs WHERE id = $id", ("$id", id)) is [var run] ? run : null);

    /// <summary>The events of a run after that number, in their order, as they were shown: what is hidden in them is `***`.</summary>
    public IEnumerable<RunEvent> Events(JournalRun run, long after = 0)
    {
        while (true)
        {
            var some = Guarded(() => Read(run, after));
            foreach (var happened in some) yield return happened;
            if (some is not [.., var last]) yield break;
            after = last.Sequence;
        }
    }

    /// <summary>The other runs of the same playbook's file, the newest first.</summary>
    public IReadOnlyList<JournalRun> Others(JournalRun run) => Guarded(() => Read("SELECT * FROM runs WHERE file = $file AND id <> $run ORDER BY id DESC", ("$file", run.File), ("$run", run.Id)));

    /// <summary>How far a run has read its logs, in the order in which it said so. The other events are not even looked through.</summary>
    public IReadOnlyList<RunEvent.WindowRead> Reads(JournalRun run) => Guarded(() =>
    {
        using var command = connection.Command("SELECT json FROM events WHERE id > $from AND id < $end AND substr(json, 1, length($is)) = $is ORDER BY id",
            ("$from", run.Id << 32), ("$end", run.Id + 1 << 32), ("$is", "{\"is\":\"window_read\""u8.ToArray()));
        return Events(command, run).OfType<RunEvent.WindowRead>().ToList();
    });

    /// <summary>The events of a run that is gone on with: what is hidden in them is absent, because `***` is nobody's value.</summary>
    public IEnumerable<RunEvent> EventsToGoOn(JournalRun run) => Events(run).Select(HiddenValues.Absent);

    /// <summary>Whether its process lives, which the kernel knows.</summary>
    public bool IsAlive(JournalRun run) => run.EndedAt is null && RunLock.IsHeld(LockOf(run.Name));

    /// <summary>How many undos it owes still.</summary>
    public int Owed(JournalRun run)
    {
        if (run.OwedAtEnd is { } known) return known;
        var isDead = !IsAlive(run);
        var owed = RunState.Of(Events(run)).NotUndone.Count;
        if (isDead) Keep(run, owed);
        return owed;
    }

    /// <summary>A run that died says no more: its events are not gone through again.</summary>
    private void Keep(JournalRun run, int owed)
    {
        try
        {
            Guarded(() => connection.Do("UPDATE runs SET owed = $owed WHERE id = $run AND ended_at IS NULL AND pid = $pid", ("$owed", owed), ("$run", run.Id), ("$pid", run.Pid)));
        }
        catch (LogFailedException)
        {
            // Who may only read counts again the next time.
        }
    }

    /// <summary>What the run is made of; null where that is not kept.</summary>
    public RunOrigin? Origin(JournalRun run) => Guarded(() =>
    {
        using var command = connection.Command("SELECT kind, name, text, hash FROM texts WHERE run = $run ORDER BY rowid", ("$run", run.Id));
        using var reader = command.ExecuteReader();
        var texts = new List<OriginText>();
        while (reader.Read()) texts.Add(new OriginText(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
        return RunOrigin.Of(texts);
    });

    /// <summary>Deletes the other runs of the same playbook's file that ended, or died, before that time; none that lives or owes something. Returns how many.</summary>
    public int DeleteOlder(JournalRun run, DateTimeOffset than) => Guarded(() =>
    {
        var old = Read("SELECT * FROM runs WHERE file = $file AND id <> $run AND coalesce(ended_at, started_at) < $than ORDER BY id", ("$file", run.File), ("$run", run.Id), ("$than", than.ToUnixTimeMilliseconds()))
            .Where(other => !IsAlive(other) && Owed(other) == 0).ToList();
        foreach (var other in old)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            connection.Do("DELETE FROM events WHERE id BETWEEN $from AND $to", ("$from", other.Id << 32), ("$to", (other.Id + 1 << 32) - 1));
            connection.Do("DELETE FROM texts WHERE run = $run; DELETE FROM machines WHERE run = $run; DELETE FROM runs WHERE id = $run", ("$run", other.Id));
            transaction.Commit();
        }
        return old.Count;
    });

    public void Dispose() => connection.Dispose();

    internal static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = (int)JournalTrouble.Patience.TotalSeconds }.ToString());
        try
        {
            connection.Open();
            connection.Do($"PRAGMA busy_timeout = {(int)JournalTrouble.Patience.TotalMilliseconds}");
            Schema.Bring(connection, path);
            connection.Do("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string PathIn(string folder) => Path.Combine(Path.GetFullPath(folder), "journal.db");

    private string LockOf(string run) => Path.Combine(folder, "running", run);

    private void Keep(long run, RunOrigin origin)
    {
        foreach (var text in origin.Texts)
            connection.Do("INSERT INTO texts (run, kind, name, text, hash) VALUES ($run, $kind, $name, $text, $hash)", ("$run", run), ("$kind", text.Kind), ("$name", text.Name), ("$text", text.Text), ("$hash", text.Hash));
    }

    private List<RunEvent> Read(JournalRun run, long after)
    {
        const int Some = 500;
        using var command = connection.Command("SELECT json FROM events WHERE id > $after AND id < $end ORDER BY id LIMIT $some",
            ("$after", (run.Id << 32) + after), ("$end", run.Id + 1 << 32), ("$some", Some));
        return Events(command, run);
    }

    private List<RunEvent> Events(SqliteCommand command, JournalRun run)
    {
        using var reader = command.ExecuteReader();
        var events = new List<RunEvent>();
        try
        {
            while (reader.Read()) events.Add(EventJson.Read((byte[])reader.GetValue(0)));
        }
        catch (JsonException e)
        {
            throw new LogFailedException($"an event of the run {run.Name} in the journal {path} cannot be read: {e.Message}", "a newer version of play may have written it", e);
        }
        return events;
    }

    private List<JournalRun> Read(string query, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(query, values);
        using var reader = command.ExecuteReader();
        var runs = new List<JournalRun>();
        while (reader.Read()) runs.Add(Row(reader));
        return runs;
    }

    private static JournalRun Row(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Name = row.GetString(1),
        Playbook = row.GetString(2),
        File = row.GetString(3),
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        EndedAt = row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
        ExitCode = row.IsDBNull(6) ? null : (ExitCode)row.GetInt32(6),
        OwedAtEnd = row.IsDBNull(7) ? null : row.GetInt32(7),
        User = row.GetString(8),
        Pid = row.GetInt32(9),
    };

    private T Guarded<T>(Func<T> work)
    {
        // One connection does one thing at a time.
        lock (gate) return Guarded(path, work);
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (JournalTrouble.Is(e))
        {
            throw JournalTrouble.Of(e, path);
        }
    }
}
