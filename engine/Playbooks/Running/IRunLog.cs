namespace Playbooks.Running;

/// <summary>Where the events of a run are kept. The runner awaits it: what is not written did not happen.</summary>
public interface IRunLog
{
    /// <param name="happened">What happened.</param>
    /// <param name="durable">It must survive a crash before the runner goes on: the intent of a step that must not run twice, and of an undo.</param>
    ValueTask Append(RunEvent happened, bool durable);
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
