using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>Which runs may change which machines now: two that change the same one do not go on side by side.</summary>
public sealed partial class RunJournal
{
    private const int Named = 5;

    /// <summary>A run begins. Nothing of it was done yet; where this throws, nothing may be.</summary>
    /// <param name="run">What it is.</param>
    /// <param name="notes">What is to be told of runs that died, or left something undone, on these machines.</param>
    /// <exception cref="MachinesBusyException">Another run that lives changes one of the machines, or is one of the same file and this one wants to be alone.</exception>
    public RunLog Begin(NewRun run, out IReadOnlyList<string> notes) => Begin(run.Name, run.Machines, out notes, () =>
    {
        // In the transaction: of two that begin at once the second sees the first.
        if (run.Alone && Read("SELECT * FROM runs WHERE file = $file AND ended_at IS NULL ORDER BY id DESC", ("$file", run.File)).Find(IsAlive) is { } other)
            throw new MachinesBusyException($"the run {other.Name} of \"{other.Playbook}\" is still running, since {Local(other.StartedAt)} ({Process(other)})", $"`play attach {other.Name}` shows it");
        connection.Do("INSERT INTO runs (name, playbook, file, started_at, user, pid) VALUES ($name, $playbook, $file, $at, $user, $pid)",
            ("$name", run.Name), ("$playbook", run.Playbook), ("$file", run.File), ("$at", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$user", Me), ("$pid", Environment.ProcessId));
        var id = connection.Number("SELECT last_insert_rowid()");
        if (run.Origin is { } origin) Keep(id, origin);
        return id;
    });

    /// <summary>A run goes on: see <see cref="Begin(NewRun, out IReadOnlyList{string})"/>.</summary>
    /// <param name="run">Which.</param>
    /// <param name="machines">Those that it may change from now on.</param>
    /// <param name="origin">What it is made of from now on; null: nothing of that has changed.</param>
    /// <param name="notes">What is to be told of other runs.</param>
    /// <exception cref="MachinesBusyException">It still goes on, or another run that lives changes one of the machines.</exception>
    public RunLog GoOn(JournalRun run, IReadOnlyList<string> machines, RunOrigin? origin, out IReadOnlyList<string> notes) => Begin(run.Name, machines, out notes, () =>
    {
        connection.Do("DELETE FROM machines WHERE run = $run", ("$run", run.Id));
        if (origin is not null)
        {
            connection.Do("DELETE FROM texts WHERE run = $run", ("$run", run.Id));
            Keep(run.Id, origin);
        }
        connection.Do("UPDATE runs SET ended_at = NULL, exit_code = NULL, owed = NULL, user = $user, pid = $pid WHERE id = $run", ("$user", Me), ("$pid", Environment.ProcessId), ("$run", run.Id));
        return run.Id;
    });

    /// <summary>What it owes was put back by hand, as its user says: it is closed, and nobody is told of it any more.</summary>
    /// <param name="run">One that has ended, or died.</param>
    /// <param name="state">All that happened in it.</param>
    /// <exception cref="MachinesBusyException">It goes on.</exception>
    /// <exception cref="LogFailedException">It could not be kept.</exception>
    public void PutBackByHand(JournalRun run, RunState state) => Guarded<object?>(() =>
    {
        using var alive = RunLock.Take(LockOf(run.Name)) ?? throw StillRuns(run.Name);
        using var writer = new EventWriter(path, run, time);
        writer.Commit([new RunEvent.PutBackByHand(Me) { Sequence = state.Sequence + 1, Time = time.GetUtcNow(), Elapsed = state.Elapsed }], durable: true);
        return null;
    });

    private MachinesBusyException StillRuns(string name) => new($"the run {name} is still running{(Find(name) is [var now] ? $" ({Process(now)})" : "")}", $"`play attach {name}` shows it");

    private static string Me => $"{Environment.UserName}@{Environment.MachineName}";

    private RunLog Begin(string name, IReadOnlyList<string> machines, out IReadOnlyList<string> notes, Func<long> row)
    {
        var told = new List<string>();
        notes = told;
        return Guarded(() =>
        {
            var alive = RunLock.Take(LockOf(name)) ?? throw StillRuns(name);
            try
            {
                // Before anybody else is locked out: it may take long.
                foreach (var (other, _) in Others(0, machines))
                    if (!IsAlive(other)) Owed(other);
                using var transaction = connection.BeginTransaction(deferred: false);
                var id = row();
                foreach (var (other, taken) in Others(id, machines)) Judge(other, taken, told);
                foreach (var machine in machines) connection.Do("INSERT INTO machines (machine, run) VALUES ($machine, $run)", ("$machine", machine), ("$run", id));
                transaction.Commit();
                return new RunLog(path, Run(id)!, alive, time);
            }
            catch
            {
                alive.Dispose();
                throw;
            }
        });
    }

    /// <summary>The other runs that have taken one of the machines, and which.</summary>
    private IEnumerable<(JournalRun Run, IReadOnlyList<string> Machines)> Others(long run, IReadOnlyList<string> machines)
    {
        if (machines.Count == 0) yield break;
        var wanted = machines.ToHashSet();
        foreach (var other in Read("SELECT * FROM runs WHERE id <> $run AND id IN (SELECT run FROM machines) ORDER BY id", ("$run", run)))
            if (MachinesOf(other).Where(wanted.Contains).ToList() is { Count: > 0 } taken) yield return (other, taken);
    }

    /// <summary>The machines that a run that lives may change, or one that has ended may have left changed.</summary>
    public IReadOnlyList<string> MachinesOf(JournalRun run) => Guarded(() =>
    {
        using var command = connection.Command("SELECT machine FROM machines WHERE run = $run ORDER BY machine", ("$run", run.Id));
        using var reader = command.ExecuteReader();
        var machines = new List<string>();
        while (reader.Read()) machines.Add(reader.GetString(0));
        return machines;
    });

    private void Judge(JournalRun other, IReadOnlyList<string> taken, List<string> notes)
    {
        var machines = taken.Count <= Named ? string.Join(", ", taken) : $"{string.Join(", ", taken.Take(Named - 1))} and {taken.Count - Named + 1} more";
        if (IsAlive(other))
            throw new MachinesBusyException(
                $"the run {other.Name} of \"{other.Playbook}\" changes {(taken.Count == 1 ? "a machine that this run would change" : "machines that this run would change")}: {machines}. It runs since {Local(other.StartedAt)} ({Process(other)})",
                $"wait for its end: `play attach {other.Name}` shows it");
        var owed = Owed(other);
        if (other.EndedAt is null && owed == 0) return;
        var undos = owed == 1 ? "something that was not put back" : $"{owed} things that were not put back";
        notes.Add($"the run {other.Name} of \"{other.Playbook}\", which changes {machines} too, {(other.EndedAt is null ? "died" : "ended")} and still owes {undos}: `play resume {other.Name}`");
    }

    private static string Process(JournalRun run) => $"process {run.Pid} of {run.User}";

    private string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
