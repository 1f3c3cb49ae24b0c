using Microsoft.Data.Sqlite;

namespace Playbooks.Journal;

/// <summary>What is in the database, and how an older one becomes a newer one. A migration never changes once it was released.</summary>
internal static class Schema
{
    /// <summary>
    /// From each version to the next. The id of an event is its run's id, shifted by 32 bits, and its number in the run: one tree, where
    /// a run's events lie side by side and grow at their end.
    /// </summary>
    private static readonly string[] migrations =
    [
        """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            playbook TEXT NOT NULL,
            file TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            exit_code INTEGER,
            owed INTEGER,
            user TEXT NOT NULL,
            pid INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE events (id INTEGER PRIMARY KEY, json BLOB NOT NULL) STRICT;
        CREATE TABLE texts (run INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (run, kind, name)) STRICT;
        CREATE TABLE machines (machine TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (machine, run)) STRICT, WITHOUT ROWID;
        CREATE INDEX machines_of_run ON machines (run);
        """,
    ];

    /// <summary>"play" in ASCII: says whose file it is.</summary>
    private const long Application = 0x706c6179;

    public static long Newest => migrations.Length;

    /// <summary>Brings the database to the newest version.</summary>
    /// <exception cref="Playbooks.Running.LogFailedException">It is of a newer one, or of another program.</exception>
    public static void Bring(SqliteConnection connection, string path)
    {
        if (Version(connection, path) == Newest) return;
        using var transaction = connection.BeginTransaction(deferred: false);
        // Somebody else may have done it meanwhile.
        var version = Version(connection, path);
        for (; version < Newest; version++) connection.Do(migrations[version]);
        connection.Do($"PRAGMA application_id = {Application}; PRAGMA user_version = {Newest}");
        transaction.Commit();
    }

    private static long Version(SqliteConnection connection, string path)
    {
        var version = connection.Number("PRAGMA user_version");
        if (version > Newest) throw JournalTrouble.Newer(path, version);
        var application = connection.Number("PRAGMA application_id");
        if (application != Application && (version > 0 || application != 0 || connection.Number("SELECT count(*) FROM sqlite_master") > 0)) throw JournalTrouble.Foreign(path);
        return version;
    }
}

/// <summary>Short forms of what is asked of a database again and again.</summary>
internal static class Sql
{
    public static SqliteCommand Command(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    public static int Do(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(text, values);
        return command.ExecuteNonQuery();
    }

    public static long Number(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(text, values);
        return (long)command.ExecuteScalar()!;
    }
}
