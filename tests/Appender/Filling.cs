using Microsoft.Data.Sqlite;
using Playbooks.Journal;

namespace Appender;

/// <summary>Makes a journal of many runs, as large as real ones would be, without running them.</summary>
internal static class Filling
{
    /// <summary>Events of a step on one host: it began, the host began, ended, it ended.</summary>
    private const int EventsOfStep = 4;

    public static int Fill(string folder, long runs, long steps)
    {
        RunJournal.Open(folder, TimeProvider.System).Dispose();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA synchronous = OFF;
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $runs)
            INSERT INTO runs (name, playbook, file, started_at, ended_at, exit_code, owed, user, pid)
                SELECT printf('20261129-%06d-abcd', i), 'Deploy', '/srv/deploy.yaml', 1795000000000 + i * 60000, 1795000000000 + i * 60000 + 30000, i % 2, 0, 'root@control', i FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $steps * $each)
            INSERT INTO events (id, json) SELECT (runs.id << 32) + n.i, CAST(printf('{"is":"step_started","frame":"","step":"steps/%d","title":"Deploy the application on every host","gives":[],"hosts":["was1"],"sequence":%d,"time":"2026-11-29T12:00:00+00:00","elapsed":"00:00:01.5"}', n.i, n.i) AS BLOB) FROM runs, n;
            COMMIT;
            """;
        command.Parameters.AddWithValue("$runs", runs);
        command.Parameters.AddWithValue("$steps", steps);
        command.Parameters.AddWithValue("$each", EventsOfStep);
        command.ExecuteNonQuery();
        return 0;
    }
}
