using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>What came of a step on one host, after all items and attempts.</summary>
public sealed record HostResult
{
    public required Outcome Outcome { get; init; }

    public DataMap Fields { get; init; } = DataMap.Empty;

    /// <summary>What was done, for people: the kind and its parameters, filled in; of an action that failed, what its step did; null: the work of others, or none.</summary>
    public string? Did { get; init; }

    /// <summary>The result of each item of a loop; null without a loop.</summary>
    public IReadOnlyList<DataMap>? Items { get; init; }

    public IReadOnlyDictionary<string, object?> Captured { get; init; } = new Dictionary<string, object?>();

    /// <summary>What has a secret in it that is not in the log, of an event that was masked: `capture NAME`, `field NAME` (of the last item too), `item 2 NAME` (a field of the item with that number, from 0).</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    public IReadOnlyList<Failure> Failures { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    public int Attempts { get; init; } = 1;

    public TimeSpan Duration { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The step's severity is `warning`: it is told, and nothing follows from it; an end that is unknown is more than that.</summary>
    public bool IsWarning { get; init; }

    /// <summary>It was ended because the run was stopped.</summary>
    public bool Interrupted { get; init; }

    /// <summary>False where surely nothing was done on the host: it could not be reached, or a template could not be filled in.</summary>
    public bool Began { get; init; } = true;

    /// <summary>What `log` steps have read and judged, to be told once this result is kept: who dies in between judges it again.</summary>
    internal IReadOnlyList<RunEvent.WindowRead> Read { get; init; } = [];

    public string? Error => Failures.Count > 0 ? Failures[0].Message : null;

    /// <summary>It did not go well, whatever follows from that.</summary>
    public bool IsBad => Outcome is Outcome.Failed or Outcome.Error or Outcome.Unknown or Outcome.Unreachable;

    public bool IsFailure => IsBad && (!IsWarning || Outcome == Outcome.Unknown);

    /// <summary>Who goes on with the run has it to do still.</summary>
    public bool IsToDo => IsFailure || Outcome == Outcome.NotRun;

    /// <summary>What is to be done where an end is unknown.</summary>
    public const string Find = "do not run it again yet: `play resume` finds out how it ended, or asks you";

    public static HostResult NotBegun(ExpressionException e) => new() { Outcome = Outcome.Error, Began = false, Failures = [new Failure(e.At, e.Message, e.Mend)] };

    /// <summary>Of what an earlier process of the run began: nothing of that is known.</summary>
    public static HostResult Doubtful(Position at, string message) => new() { Outcome = Outcome.Unknown, Failures = [new Failure(at, $"it was under way when the program ended, and how it ended is not known: {message}", Find)] };

    public static HostResult Defect(Position at, Exception e) => new()
    {
        Outcome = Outcome.Error,
        Failures = [new Failure(at, $"this broke: {e.Message} ({e.GetType().Name})", "this is a defect of play itself: please report it")],
    };
}

/// <summary>One thing that went wrong in a step: where in the file, what, and how to mend it; for an assertion the values it saw; inside an action its steps.</summary>
public sealed record Failure(Position At, string Message, string? Mend = null, Explanation? Explanation = null, string? Step = null);
