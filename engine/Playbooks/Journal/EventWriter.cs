using Microsoft.Data.Sqlite;
using Playbooks.Connections;
using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>Puts events into the database, several in one transaction, and keeps the run's row up to date with them.</summary>
internal sealed class EventWriter : IDisposable
{
    private readonly string path;
    private readonly JournalRun run;
    private readonly TimeProvider time;
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly (ulong, ulong)? file;
    private bool isFull;

    public EventWriter(string path, JournalRun run, TimeProvider time)
    {
        (this.path, this.run, this.time, connection) = (path, run, time, RunJournal.Connect(path));
        file = LocalUser.File(path);
        insert = connection.Command("INSERT INTO events (id, json) VALUES ($id, $json)", ("$id", 0L), ("$json", null));
        insert.Prepare();
    }

    /// <summary>How many there were.</summary>
    public long Commits { get; private set; }

    /// <param name="events">In their order.</param>
    /// <param name="durable">The disk must have them: they survive that the machine loses its power.</param>
    public void Commit(IEnumerable<RunEvent> events, bool durable)
    {
        // A file that was deleted can be written on and on, and nobody will ever read it.
        if (durable && LocalUser.File(path) != file) throw JournalTrouble.Gone(path);
        if (durable != isFull) connection.Do($"PRAGMA synchronous = {(durable ? "FULL" : "NORMAL")}");
        isFull = durable;
        using var transaction = connection.BeginTransaction(deferred: false);
        insert.Transaction = transaction;
        RunEvent.RunFinished? end = null;
        int? owed = null;
        foreach (var happened in events)
        {
            insert.Parameters[0].Value = (run.Id << 32) + happened.Sequence;
            insert.Parameters[1].Value = EventJson.Write(Bounds.Of(happened));
            insert.ExecuteNonQuery();
            end = happened as RunEvent.RunFinished ?? end;
            owed = happened switch { RunEvent.RunFinished finished => finished.NotUndone.Count, RunEvent.PutBackByHand => 0, _ => owed };
        }
        if (end is not null) End(end);
        if (owed is { } undos) Owe(undos);
        transaction.Commit();
        Commits++;
    }

    public LogFailedException Trouble(Exception e) => JournalTrouble.Of(e, path);

    public void Dispose()
    {
        insert.Dispose();
        connection.Dispose();
    }

    private void End(RunEvent.RunFinished end) =>
        connection.Do("UPDATE runs SET ended_at = $at, exit_code = $code WHERE id = $run", ("$at", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$code", (int)end.ExitCode), ("$run", run.Id));

    /// <summary>What it has left changed others are told of; where nothing is owed, the machines are as they shall be.</summary>
    private void Owe(int undos)
    {
        connection.Do("UPDATE runs SET owed = $owed WHERE id = $run", ("$owed", undos), ("$run", run.Id));
        if (undos == 0) connection.Do("DELETE FROM machines WHERE run = $run", ("$run", run.Id));
    }
}
