namespace Playbooks.Running;

/// <summary>Where the events of a run are kept. The runner awaits it: what is not written did not happen.</summary>
public interface IRunLog
{
    /// <summary>Takes an event. Called for one after the other, in their order; it does not wait for a disk before it returns its task.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="durable">It must survive a crash before the task completes: the intent of a step that must not run twice, and of an undo. All before it does then, too.</param>
    /// <exception cref="LogFailedException">It cannot be kept, nor can anything after it.</exception>
    ValueTask Append(RunEvent happened, bool durable);
}

/// <summary>Events cannot be kept any more, so that nothing more may be done. The message says why, the mend what to do about it.</summary>
public sealed class LogFailedException(string message, string? mend = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Mend { get; } = mend;
}

/// <summary>Keeps the events in memory.</summary>
public sealed class MemoryLog : IRunLog
{
    private readonly List<RunEvent> events = [];

    public IReadOnlyList<RunEvent> Events => events;

    public ValueTask Append(RunEvent happened, bool durable)
    {
        events.Add(happened);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Keeps nothing: for runs that nobody asks about later. Memory stays bounded however long the run and however much hosts print.</summary>
public sealed class NoLog : IRunLog
{
    public ValueTask Append(RunEvent happened, bool durable) => ValueTask.CompletedTask;
}
