using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>What is known inside one frame: the playbook, one call of an action on one host, or one undo.</summary>
public sealed class FrameState
{
    /// <summary>A step, the hosts it was about, and what came of it on each. `Before` is what had its names until it ended.</summary>
    public sealed record Ran(string Title, string? Id, IReadOnlyList<string> Hosts, Dictionary<string, HostResult> Results, Dictionary<string, Ran> Before)
    {
        public HashSet<string> HostSet { get; } = [.. Hosts];
    }

    private readonly Dictionary<StepKey, Ran> ran = [];
    private readonly Dictionary<string, Ran> ids = [];
    private readonly Dictionary<string, Ran> captures = [];
    private readonly Lock gate = new();
    private (StepKey Key, string Step, HostResult Result)? failure;

    internal void Begin(RunEvent.StepStarted step)
    {
        lock (gate)
        {
            var before = new Dictionary<string, Ran>();
            var record = ran[step.Step] = new Ran(step.Title, step.Id, step.Hosts, [], before);
            if (step.Id is { } id) Replace(ids, "steps." + id, id);
            foreach (var name in step.Gives) Replace(captures, name, name);

            void Replace(Dictionary<string, Ran> names, string key, string name)
            {
                // The step itself still sees what was there before it; nothing older is ever asked for.
                if (names.TryGetValue(name, out var old)) before[key] = old with { Before = [] };
                names[name] = record;
            }
        }
    }

    internal void Finish(RunEvent.HostFinished finished)
    {
        lock (gate)
        {
            var result = finished.Result;
            if (ran.TryGetValue(finished.At.Step, out var record))
                // Without an id nobody can ask for the fields again: what hosts printed is not kept.
                record.Results[finished.At.Host] = record.Id is null ? result with { Fields = DataMap.Empty, Items = null } : result;
            if (result.Outcome == Outcome.Passed) LastPassed = result;
            else if (result.IsFailure && (failure is null || result.Outcome == Outcome.Unknown)) failure = (finished.At.Step, record?.Title ?? "", result);
        }
    }

    /// <summary>These failures were made good.</summary>
    internal void Forgive(IReadOnlyList<StepKey> steps)
    {
        lock (gate)
            if (failure is { } known && steps.Contains(known.Key)) failure = null;
    }

    internal string TitleOf(StepKey step)
    {
        lock (gate) return ran.TryGetValue(step, out var record) ? record.Title : step.Path;
    }

    /// <summary>Something was begun in this frame, so that there may be something to put back.</summary>
    internal bool AnyBegan { get; set; }

    /// <summary>The step that passed last: an action's result.</summary>
    internal HostResult? LastPassed { get; private set; }

    /// <summary>The first step that did not pass, by its title; one whose end is unknown outranks it: an action's failure.</summary>
    internal (string Step, HostResult Result)? FirstFailure
    {
        get { lock (gate) return failure is { } known ? (known.Step, known.Result) : null; }
    }

    /// <summary>The step with that id, as far as it has run.</summary>
    public Ran? ById(string id)
    {
        lock (gate) return ids.GetValueOrDefault(id);
    }

    /// <summary>The step that captured that name last.</summary>
    public Ran? ByCapture(string name)
    {
        lock (gate) return captures.GetValueOrDefault(name);
    }

    public IReadOnlyList<string> Ids
    {
        get { lock (gate) return [.. ids.Keys]; }
    }

    /// <summary>What came of it on that host; null where it has not ended there.</summary>
    public HostResult? Result(Ran step, string host)
    {
        lock (gate) return step.Results.GetValueOrDefault(host);
    }
}
