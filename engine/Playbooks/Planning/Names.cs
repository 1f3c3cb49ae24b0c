using System.Collections.Immutable;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>The names that are known at a place of the plan: what an expression there may use.</summary>
internal sealed record Names
{
    /// <summary>Params and vars of the playbook or, inside an action, the action's params.</summary>
    public required ImmutableHashSet<string> Own { get; init; }

    /// <summary>Names that steps before it capture.</summary>
    public ImmutableHashSet<string> Captured { get; init; } = [];

    /// <summary>Steps that ran before, by their id.</summary>
    public ImmutableDictionary<string, PlannedStep> Ids { get; init; } = ImmutableDictionary<string, PlannedStep>.Empty;

    /// <summary>Probes that run beside, or ran before, by their id.</summary>
    public ImmutableDictionary<string, PlannedStep> Probes { get; init; } = ImmutableDictionary<string, PlannedStep>.Empty;

    /// <summary>The item and its index, inside a loop.</summary>
    public ImmutableHashSet<string> LoopNames { get; init; } = [];

    /// <summary>The hosts that `host` may be; null: there is no host here.</summary>
    public IReadOnlyList<Host>? Hosts { get; init; }

    /// <summary>Inside an action: nothing of the caller's is seen.</summary>
    public bool InAction { get; init; }

    /// <summary>Inside a block in batches: `groups.batch` is there.</summary>
    public bool InBatch { get; init; }

    /// <summary>Inside `rescue` and `always`: `failed` may be there.</summary>
    public bool AfterFailure { get; init; }

    /// <summary>In `notify`: the run is over, and what came of it is there.</summary>
    public bool AfterRun { get; init; }

    /// <summary>The names among these whose values the user wrote: nothing that fills them in was found out by the run.</summary>
    public ImmutableHashSet<string> Written { get; init; } = [];

    /// <summary>The secrets that the playbook declares.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>The names among these whose values hold a secret.</summary>
    public ImmutableHashSet<string> Hidden { get; init; } = [];

    /// <summary>A `when` stands before it, so a host without the variable may never get here.</summary>
    public bool Conditional { get; init; }

    public IEnumerable<string> All => Own.Concat(Captured).Concat(LoopNames).Concat(((string[])["hosts", "groups", "steps", "play", "host", "env", "secret", "all", "probes", "failed", "run", "comparison"]).Where(HasBuiltIn));

    /// <summary>Whether that name of the language means something here.</summary>
    public bool HasBuiltIn(string name) => name switch
    {
        "hosts" or "groups" => true,
        "steps" or "play" => !AfterRun,
        "host" => Hosts is not null,
        "env" or "secret" => !InAction,
        "all" or "probes" => !InAction && !AfterRun,
        "run" or "comparison" => AfterRun,
        "failed" => AfterFailure,
        _ => false,
    };

    public bool IsWritten(Template template) => template.Names.All(n => IsWritten(n.Name));

    public bool IsWritten(string name) => Written.Contains(name) || name is "host" or "hosts" or "groups" or "env";

    /// <summary>Its value may hold a secret.</summary>
    public bool IsHidden(NameUse use) => use.Name == "secret" || Hidden.Contains(use.Name) || use.Name == "host" && Hosts?.Any(host => HostSecrets.In(host, use.Members).Any()) == true;

    public bool IsHidden(IEnumerable<Template> templates) => templates.Any(template => template.Names.Any(IsHidden));

    public Names After(PlannedStep step)
    {
        var there = step.Hosts is PlannedHosts.Known or PlannedHosts.After ? this with { Hosts = step.Hosts.Widest } : this;
        return this with
        {
            Hidden = Hidden.Union(step.Step.Capture.Where(capture => capture.Value.Names.Any(there.IsHidden)).Select(capture => capture.Name)),
            Captured = Captured.Union(step.Gives),
            Ids = step.Step.Id is { } id ? Ids.SetItem(id, step) : Ids,
        };
    }
}
