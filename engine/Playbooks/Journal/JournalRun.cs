using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>A run of the journal: its one row.</summary>
public sealed record JournalRun
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The name of the playbook.</summary>
    public required string Playbook { get; init; }

    /// <summary>The whole path of the playbook.</summary>
    public required string File { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null: it has not ended, or its program has without a word; <see cref="RunJournal.IsAlive"/> knows.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public ExitCode? ExitCode { get; init; }

    /// <summary>It came to its end, and was not interrupted: it found out enough to be compared with.</summary>
    public bool IsWhole => EndedAt is not null && ExitCode is not Running.ExitCode.Interrupted;

    /// <summary>How many undos were owed when it ended, or died; null: <see cref="RunJournal.Owed"/> knows.</summary>
    public int? OwedAtEnd { get; init; }

    /// <summary>user@machine that it runs, or ran, as.</summary>
    public required string User { get; init; }

    /// <summary>The process that it runs in, or ran.</summary>
    public required int Pid { get; init; }
}

/// <summary>What the journal is told of a run that begins.</summary>
/// <param name="Name">Its name; no other run has it.</param>
/// <param name="Playbook">The playbook's name.</param>
/// <param name="File">The playbook's whole path.</param>
/// <param name="Machines">The machines it may change, by what tells them apart.</param>
public sealed record NewRun(string Name, string Playbook, string File, IReadOnlyList<string> Machines)
{
    /// <summary>What it is made of.</summary>
    public RunOrigin? Origin { get; init; }

    /// <summary>It may not begin while another run of its file goes on, even where neither changes anything.</summary>
    public bool Alone { get; init; }
}

/// <summary>Another run that lives changes one of the machines, goes on where one wants to be alone, or is the very run that shall be gone on with.</summary>
public sealed class MachinesBusyException(string message, string mend) : Exception(message)
{
    public string Mend { get; } = mend;
}
