using Playbooks.Planning;
using Playbooks.Running;

namespace Playbooks.Reporting.Results;

/// <summary>What came of a step on one host (empty name: it is about none).</summary>
public sealed class HostResults
{
    private const int MostReasons = 20;

    private readonly List<InnerResult> inside = [];
    private readonly List<string> reasons = [];

    internal HostResults(string host, string label) => (Host, Label) = (host, label);

    /// <summary>Its name.</summary>
    public string Host { get; }

    /// <summary>What people see of it.</summary>
    public string Label { get; }

    /// <summary>When its first attempt began, since the run did; null: there was none.</summary>
    public TimeSpan? Began { get; private set; }

    public TimeSpan? Ended { get; private set; }

    /// <summary>Null: it has not ended.</summary>
    public HostResult? Result { get; private set; }

    /// <summary>Why attempts before the last did not pass; the first of them.</summary>
    public IReadOnlyList<string> Reasons => reasons;

    /// <summary>What ran inside the action that it calls, in the order it ended; each once, as it was in the last attempt.</summary>
    public IReadOnlyList<InnerResult> Inside => inside;

    /// <summary>Where what runs inside it is told.</summary>
    internal List<InnerResult> Room => inside;

    /// <summary>It failed, and a rescue made that good.</summary>
    public bool IsForgiven { get; private set; }

    /// <summary>It is held against the run.</summary>
    public bool IsHeld => Result is { IsFailure: true } && !IsForgiven;

    internal void Begin(TimeSpan at)
    {
        // It runs once more: another attempt, another item, or all of it.
        inside.Clear();
        if (Result is not null)
        {
            (Began, Ended, Result, IsForgiven) = (null, null, null, false);
            reasons.Clear();
        }
        Began ??= at;
    }

    internal void Fail(string reason)
    {
        if (reasons.Count < MostReasons) reasons.Add(reason);
    }

    internal void End(HostResult result, TimeSpan at) => (Result, Ended, IsForgiven) = (result, at, false);

    internal void Forgive() => IsForgiven = Result is { IsFailure: true };
}

/// <summary>A step inside an action, and what came of it.</summary>
public sealed record InnerResult(string Title, HostResult Result);

/// <summary>An undo that ended; `Asked`: by a step of the playbook, and not by a failure.</summary>
public sealed record UndoResult(OwedUndo Owed, bool Passed, string? Reason, bool Asked, TimeSpan At)
{
    /// <summary>Null: it could not begin.</summary>
    public TimeSpan? Began { get; init; }

    /// <summary>Its steps, in the order they ended.</summary>
    public IReadOnlyList<InnerResult> Inside { get; init; } = [];

    /// <summary>All of them were skipped: nothing was put back.</summary>
    public bool IsEmpty { get; init; }
}

/// <summary>A host that takes no further part, and the step that it failed in.</summary>
public sealed record DroppedHost(string Host, StepKey Step);
