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

        /// <summary>It has ended on all its hosts.</summary>
        public bool HasEnded { get; internal set; }

        /// <summary>For a block that has ended.</summary>
        public Held? Held { get; internal set; }

        /// <summary>The items that ended, as long as the step has not ended on their host.</summary>
        internal Dictionary<string, Dictionary<int, HostResult>> Items { get; } = [];

        internal Dictionary<string, Underway> Attempts { get; } = [];
    }

    /// <summary>The last attempt that began on a host, as long as its item has not ended.</summary>
    /// <param name="At">Which attempt.</param>
    /// <param name="Number">Its event's.</param>
    /// <param name="Item">The item of the loop.</param>
    public sealed record Underway(Address At, long Number, object? Item)
    {
        /// <summary>Its commands leave receipts.</summary>
        public bool LeavesReceipts { get; init; }

        /// <summary>It ended, and there was to be another.</summary>
        public bool HasFailed { get; init; }
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
            var (host, result) = (finished.At.Host, finished.Result);
            if (ran.TryGetValue(finished.At.Step, out var record))
            {
                // Without an id nobody can ask for the fields again: what hosts printed is not kept.
                record.Results[host] = record.Id is null ? result with { Fields = DataMap.Empty, Items = null } : result;
                // How an attempt ended that is unknown may be asked after later.
                if (result.Outcome != Outcome.Unknown) record.Attempts.Remove(host);
                // Who goes on with it does the items that passed no second time.
                if (!result.IsToDo) record.Items.Remove(host);
            }
            if (result.Outcome == Outcome.Passed) LastPassed = result;
            else if (result.IsFailure && (failure is null || result.Outcome == Outcome.Unknown)) failure = (finished.At.Step, record?.Title ?? "", result);
        }
    }

    internal void Begin(RunEvent.HostStarted started)
    {
        lock (gate)
            if (ran.TryGetValue(started.At.Step, out var record)) record.Attempts[started.At.Host] = new Underway(started.At, started.Sequence, started.Item) { LeavesReceipts = started.LeavesReceipts };
    }

    internal void Finish(RunEvent.AttemptFailed failed)
    {
        lock (gate)
            if (ran.TryGetValue(failed.At.Step, out var record) && record.Attempts.TryGetValue(failed.At.Host, out var attempt)) record.Attempts[failed.At.Host] = attempt with { HasFailed = true };
    }

    internal void Finish(Address item, HostResult result)
    {
        lock (gate)
        {
            if (!ran.TryGetValue(item.Step, out var record)) return;
            if (!record.Items.TryGetValue(item.Host, out var items)) record.Items[item.Host] = items = [];
            items[item.Item] = result;
            if (result.Outcome != Outcome.Unknown) record.Attempts.Remove(item.Host);
        }
    }

    internal void Finish(RunEvent.StepFinished step)
    {
        lock (gate)
            if (ran.TryGetValue(step.Step, out var record)) (record.HasEnded, record.Held) = (true, step.Held);
    }

    /// <summary>It is as if these steps had not run.</summary>
    internal void Forget(Func<StepKey, bool> which)
    {
        lock (gate)
        {
            foreach (var key in ran.Keys.Where(which).ToList()) ran.Remove(key);
            if (failure is { } known && which(known.Key)) failure = null;
        }
    }

    /// <summary>It is as if the step had not run on these hosts, or (none) not ended.</summary>
    internal void Reopen(StepKey step, IReadOnlyList<string> hosts, Address? inside)
    {
        lock (gate)
        {
            if (failure?.Key == step) failure = null;
            if (!ran.TryGetValue(step, out var record)) return;
            (record.HasEnded, record.Held) = (false, null);
            if (hosts.Count == 0) record.Results.Clear();
            foreach (var host in hosts)
            {
                record.Results.Remove(host);
                if (record.Items.TryGetValue(host, out var items))
                    foreach (var (item, _) in items.Where(i => i.Value.IsToDo).ToList()) items.Remove(item);
                if (inside is null) record.Attempts.Remove(host);
            }
            if (inside is not null) record.Attempts.TryAdd(inside.Host, new Underway(inside, 0, null));
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

    /// <summary>The step, where it has begun.</summary>
    public Ran? Begun(StepKey step)
    {
        lock (gate) return ran.GetValueOrDefault(step);
    }

    /// <summary>What came of that item, where it ended and the step goes on.</summary>
    public HostResult? Item(StepKey step, string host, int item)
    {
        lock (gate) return ran.GetValueOrDefault(step)?.Items.GetValueOrDefault(host)?.GetValueOrDefault(item);
    }

    /// <summary>The attempt of that step that has begun on a host and not ended.</summary>
    public Underway? Attempt(StepKey step, string host)
    {
        lock (gate) return ran.GetValueOrDefault(step)?.Attempts.GetValueOrDefault(host);
    }

    /// <summary>Of all steps here: those that have begun and not ended, or whose end is unknown.</summary>
    public IReadOnlyList<Underway> AllUnderway
    {
        get { lock (gate) return [.. ran.Values.SelectMany(r => r.Attempts.Values)]; }
    }

    /// <summary>All steps that have begun here.</summary>
    public IReadOnlyList<(StepKey Key, Ran Ran)> All
    {
        get { lock (gate) return [.. ran.Select(r => (r.Key, r.Value))]; }
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
