using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>What will run where, in which order, with which effect: the playbook and the inventory put together, checked, and no host touched.</summary>
public sealed record Plan
{
    public required Playbook Playbook { get; init; }

    public required Inventory Inventory { get; init; }

    /// <summary>Params and vars with the values they have for this run.</summary>
    public required IReadOnlyDictionary<string, object?> Values { get; init; }

    /// <summary>Params and vars that hold secrets: they have their values when these are known, just before the run.</summary>
    public IReadOnlyList<LateValue> Late { get; init; } = [];

    /// <summary>The secrets that its steps, its late values and sudo on its hosts want.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>The control machine's environment, as expressions see it.</summary>
    public required IReadOnlyDictionary<string, object?> Environment { get; init; }

    /// <summary>Run beside the steps.</summary>
    public IReadOnlyList<PlannedStep> Probes { get; init; } = [];

    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    public required IReadOnlyList<PlannedStep> Always { get; init; }

    /// <summary>The windows of later `log` steps that open just before a step starts, by that step; those that open with the run are under <see cref="StepKey.Run"/>.</summary>
    public required IReadOnlyDictionary<StepKey, IReadOnlyList<PlannedMark>> Marks { get; init; }

    /// <summary>How many hosts a step works on at once.</summary>
    public required int Forks { get; init; }

    /// <summary>A pattern that selects nothing is no error.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>The machines it may change, at the widest, each as one of its hosts, by what tells machines apart: two names for one machine meet here. The control machine does not count.</summary>
    public IReadOnlyDictionary<string, Host> Machines => Planning.Machines.Of(this);

    private Dictionary<StepKey, PlannedStep>? byKey;

    /// <summary>The step with that key, wherever it stands: events name steps by their keys.</summary>
    public PlannedStep Find(StepKey key) => (byKey ??= All.ToDictionary(s => s.Key))[key];

    /// <summary>Whether there is one: a run may go on with another plan than it began with.</summary>
    public bool Has(StepKey key) => (byKey ??= All.ToDictionary(s => s.Key)).ContainsKey(key);

    /// <summary>Every step, wherever it stands.</summary>
    public IEnumerable<PlannedStep> All => AllOf(Probes.Concat(Steps).Concat(Always));

    private static IEnumerable<PlannedStep> AllOf(IEnumerable<PlannedStep> steps) =>
        steps.SelectMany(step => step.Probes.Concat(AllOf(step.Steps)).Concat(AllOf(step.Rescue)).Concat(AllOf(step.Always)).Concat(AllOf(step.Undo)).Prepend(step));
}

/// <summary>A param or a var whose value is worked out just before the run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What works it out; null: the caller gives the param's value.</param>
/// <param name="Parameter">Null: it is a var.</param>
/// <param name="Given">The caller's value.</param>
public sealed record LateValue(string Name, DataTemplate? Value, Parameter? Parameter = null, GivenValue? Given = null);

/// <summary>A step's place in the plan, such as `steps/3/block/0`. With frame, host, item and attempt it is an address.</summary>
public sealed record StepKey(string Path)
{
    public static StepKey Run { get; } = new("run");

    /// <summary>It stands inside an `always`.</summary>
    public bool IsAlways => Path.Split('/').Contains("always");

    /// <summary>Where its undo's steps stand; that of an action itself is one call there.</summary>
    public StepKey OfUndo => new($"{Path}/undo");

    public override string ToString() => Path;
}

/// <summary>A step with everything that is known of it before the run.</summary>
public sealed record PlannedStep
{
    public required StepKey Key { get; init; }

    public required Step Step { get; init; }

    public required PlannedHosts Hosts { get; init; }

    public required Place Runs { get; init; }

    /// <summary>What fills in its `at` was written by the user, and may name a group; what a run found out names one host.</summary>
    public bool IsPlaceWritten { get; init; }

    public required Effect Effect { get; init; }

    /// <summary>It changes nothing: it compares what is there with what would be, and a difference is a failure.</summary>
    public bool Compares => Effect == Effect.None && Step.Work is KindWork { Kind.CanCompare: true };

    public Setting<string?>? Sudo { get; init; }

    public Setting<IReadOnlyDictionary<string, string>>? Env { get; init; }

    public Setting<TimeSpan>? Timeout { get; init; }

    public OnFailure OnFailure { get; init; }

    /// <summary>The steps of a block, of a playbook that is included, or of the action that is called.</summary>
    public IReadOnlyList<PlannedStep> Steps { get; init; } = [];

    /// <summary>Run beside these.</summary>
    public IReadOnlyList<PlannedStep> Probes { get; init; } = [];

    public IReadOnlyList<PlannedStep> Rescue { get; init; } = [];

    public IReadOnlyList<PlannedStep> Always { get; init; } = [];

    /// <summary>Its steps are steps of the run: each is told and counted by itself.</summary>
    public bool IsGroup => Step.Work is Block or Include;

    /// <summary>What puts it back.</summary>
    public IReadOnlyList<PlannedStep> Undo { get; init; } = [];

    /// <summary>The action that is called, for its params and its result.</summary>
    public ActionDefinition? Action { get; init; }

    /// <summary>For `put_back`: the step whose undo is meant.</summary>
    public StepKey? PutsBack { get; init; }

    /// <summary>The names its expressions use.</summary>
    public IReadOnlyList<NameUse> Needs { get; init; } = [];

    /// <summary>The names it captures.</summary>
    public IReadOnlyList<string> Gives => [.. Step.Capture.Select(c => c.Name)];

    /// <summary>What its kind asserts by itself: all but the fields that its own `assert` names, and nothing with `assert: any`.</summary>
    public IEnumerable<OwnAssertion> OwnAssertions
    {
        get
        {
            if (Step.AnyResult || Step.Work is not KindWork { Kind.OwnAssertions: { Count: > 0 } own }) return [];
            var named = Step.Assert.SelectMany(a => a.Names).SelectMany(n => n is { Name: "result", Members: [var member, ..] } ? [n.Name, member] : new[] { n.Name }).ToHashSet();
            return own.Where(o => !named.Contains(o.Field));
        }
    }

    /// <summary>What its kind says, else 5 minutes for what only looks, and 1 hour for the rest.</summary>
    public TimeSpan DefaultTimeout => (Step.Work as KindWork)?.Kind.DefaultTimeout ?? (Effect == Effect.None ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(1));
}

/// <summary>Whom a step is about, as far as that is known before the run.</summary>
public abstract record PlannedHosts
{
    private PlannedHosts() { }

    /// <summary>About no host: it runs once.</summary>
    public sealed record None : PlannedHosts;

    /// <summary>About the host of the action or the undo it stands in.</summary>
    public sealed record Inherited : PlannedHosts;

    public sealed record Known(IReadOnlyList<Host> Hosts) : PlannedHosts;

    /// <summary>Known after the steps that give these names; at the widest these hosts.</summary>
    public sealed record After(HostPattern Pattern, IReadOnlyList<string> Names, IReadOnlyList<Host> AtWidest) : PlannedHosts;

    /// <summary>All hosts it might be about.</summary>
    public IReadOnlyList<Host> Widest => this switch
    {
        Known known => known.Hosts,
        After after => after.AtWidest,
        _ => [],
    };
}

/// <summary>A window that a later `log` step looks through: its files are noted when it opens.</summary>
/// <param name="Log">The `log` step.</param>
/// <param name="Work">Its work, which says the path.</param>
/// <param name="Hosts">The hosts it may look on; empty: the host of the action it stands in.</param>
/// <param name="Calls">The action calls around it that have not begun when the window opens, outermost first.</param>
public sealed record PlannedMark(PlannedStep Log, LogWork Work, IReadOnlyList<Host> Hosts, IReadOnlyList<PlannedStep> Calls);
