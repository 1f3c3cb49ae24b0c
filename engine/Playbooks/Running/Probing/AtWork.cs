using Playbooks.Planning;

namespace Playbooks.Running.Probing;

/// <summary>A step at work on a host (empty: it is about none), or its undo.</summary>
public sealed record Worker(StepKey Step, string Title, string Host, bool IsUndo)
{
    /// <summary>Since the run began.</summary>
    public TimeSpan From { get; init; }

    /// <summary>Of those that began in the same moment one was the first.</summary>
    internal int Number { get; init; }

    public override string ToString() => $"{(IsUndo ? "putting back " : "")}{Title}{(Host.Length > 0 ? " on " + Host : "")}";
}

/// <summary>Who is at work when, as a fold over events: what happens inside an action is told by the step that calls it.</summary>
internal sealed class AtWork
{
    private readonly Dictionary<(string Frame, StepKey Step, string Host, bool IsUndo), Worker> now = [];
    private readonly Dictionary<(string Frame, StepKey Step), string> titles = [];

    /// <summary>Those that have ended, in the order of their ends.</summary>
    private readonly List<(Worker Who, TimeSpan To)> before = [];
    private int began;

    /// <param name="happened">An event.</param>
    /// <param name="isKept">Somebody may ask later who was at work: a probe runs.</param>
    public void On(RunEvent happened, bool isKept)
    {
        switch (happened)
        {
            case RunEvent.StepStarted step when !Frame.IsInside(step.Frame): titles[(step.Frame, step.Step)] = step.Title; break;
            case RunEvent.HostStarted { At: var at } started when !Frame.IsInside(at.Frame): Begin(at, titles.GetValueOrDefault((at.Frame, at.Step), at.Step.Path), false, started.Elapsed); break;
            case RunEvent.HostFinished { At: var at } finished when !Frame.IsInside(at.Frame): End(at, false, finished.Elapsed, isKept); break;
            case RunEvent.StepFinished step when !Frame.IsInside(step.Frame): titles.Remove((step.Frame, step.Step)); break;
            case RunEvent.UndoStarted { Owed.At: var at } undo: Begin(at, undo.Owed.Title, true, undo.Elapsed); break;
            case RunEvent.UndoFinished { Owed.At: var at } undo: End(at, true, undo.Elapsed, isKept); break;
            // What was under way when the program ended begins anew, if at all.
            case RunEvent.RunResumed: now.Clear(); break;
        }
        if (!isKept) before.Clear();
    }

    /// <summary>Those at work at any time between the two, in the order they began.</summary>
    public IReadOnlyList<Worker> Between(TimeSpan from, TimeSpan to)
    {
        var found = now.Values.Where(who => who.From <= to).ToList();
        for (var i = before.Count - 1; i >= 0 && before[i].To >= from; i--)
            if (before[i].Who.From <= to) found.Add(before[i].Who);
        return [.. found.OrderBy(who => who.Number).DistinctBy(who => (who.Step, who.Host, who.IsUndo))];
    }

    private void Begin(Address at, string title, bool isUndo, TimeSpan when) => now.TryAdd((at.Frame, at.Step, at.Host, isUndo), new Worker(at.Step, title, at.Host, isUndo) { From = when, Number = ++began });

    private void End(Address at, bool isUndo, TimeSpan when, bool isKept)
    {
        if (now.Remove((at.Frame, at.Step, at.Host, isUndo), out var who) && isKept) before.Add((who, when));
    }
}
