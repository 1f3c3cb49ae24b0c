using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Everything that can happen in a run. Closed: state, journal and reports are folds over these.</summary>
public abstract record RunEvent
{
    private RunEvent() { }

    /// <summary>Counts from 1 through the run.</summary>
    public long Sequence { get; init; }

    /// <summary>The wall clock's time, which may jump.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Since the run began, by a clock that does not jump.</summary>
    public TimeSpan Elapsed { get; init; }

    public sealed record RunStarted(string Run, string Playbook, string File) : RunEvent;

    /// <summary>A `log` step's window opened on a host: its files were noted, or why that was not possible.</summary>
    public sealed record WindowOpened(string Frame, StepKey Log, string Host, IReadOnlyList<LogMark> Marks, string? Reason) : RunEvent;

    /// <summary>A step begins on its hosts (empty: it is about none).</summary>
    public sealed record StepStarted(string Frame, PlannedStep Step, IReadOnlyList<string> Hosts) : RunEvent;

    /// <summary>The work is about to begin on a host, for one item: from here on its undo is owed.</summary>
    public sealed record HostStarted(Address At, PlannedStep Step, string Block, object? Item, bool OwesUndo) : RunEvent;

    /// <summary>An attempt did not pass, and there will be another.</summary>
    public sealed record AttemptFailed(Address At, PlannedStep Step, string Reason, TimeSpan Waited, TimeSpan Within) : RunEvent;

    /// <summary>The step ended on a host; the address names the last item that was begun.</summary>
    public sealed record HostFinished(Address At, PlannedStep Step, HostResult Result) : RunEvent;

    public sealed record StepFinished(string Frame, PlannedStep Step, IReadOnlyList<(string Host, Outcome Outcome)> Outcomes, TimeSpan Duration) : RunEvent;

    /// <summary>A host takes no further part.</summary>
    public sealed record HostDropped(string Host, StepKey Step) : RunEvent;

    /// <summary>A block ended: well, and its undos are forgotten; or not, and they are due.</summary>
    public sealed record BlockFinished(string Block, bool Passed) : RunEvent;

    public sealed record UndoStarted(OwedUndo Owed) : RunEvent;

    public sealed record UndoFinished(OwedUndo Owed, bool Passed, string? Reason) : RunEvent;

    public sealed record StopRequested(StopReason Reason) : RunEvent;

    /// <summary>`NotUndone` lists what could not be put back, a sentence each.</summary>
    public sealed record RunFinished(ExitCode ExitCode, IReadOnlyList<string> NotUndone) : RunEvent;
}

/// <summary>Which attempt of which item of which step on which host, in which frame (an action's call has its own).</summary>
public sealed record Address(string Frame, StepKey Step, string Host, int Item = 0, int Attempt = 1)
{
    public override string ToString() => System.FormattableString.Invariant($"{Frame}{Step}@{Host}#{Item}.{Attempt}");
}

/// <summary>What came of a step on one host, after all items and attempts.</summary>
public sealed record HostResult
{
    public required Outcome Outcome { get; init; }

    public DataMap Fields { get; init; } = DataMap.Empty;

    /// <summary>The result of each item of a loop; null without a loop.</summary>
    public IReadOnlyList<DataMap>? Items { get; init; }

    public IReadOnlyDictionary<string, object?> Captured { get; init; } = new Dictionary<string, object?>();

    public IReadOnlyList<Failure> Failures { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    public int Attempts { get; init; } = 1;

    public TimeSpan Duration { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>It was ended because the run was stopped.</summary>
    public bool Interrupted { get; init; }

    public string? Error => Failures.Count > 0 ? Failures[0].Message : null;
}

/// <summary>One thing that went wrong in a step: where in the file, what, and how to mend it; for an assertion the values it saw.</summary>
public sealed record Failure(Position At, string Message, string? Mend = null, Explanation? Explanation = null, string? Step = null);

/// <summary>An undo that is to be run if the block does not end well.</summary>
public sealed record OwedUndo(string Block, Address At, PlannedStep Step, object? Item);

/// <summary>What a program that calls `play` is told, from the language document, section 6.</summary>
public enum ExitCode
{
    Passed = 0,
    Failed = 1,
    Problems = 2,
    Error = 3,
    Unreachable = 4,
    Guard = 5,
    NotUndone = 6,
    Interrupted = 130,
}
