using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>
/// What a step does. Closed: the node types below need the runner itself; everything else is a kind, bound in the room of the kinds.
/// </summary>
public abstract record Work
{
    /// <summary>The templates that are filled in before it runs.</summary>
    public virtual IEnumerable<Template> Templates => [];

    /// <summary>The names that these use, and whatever else is filled in.</summary>
    public virtual IEnumerable<NameUse> Names => Templates.SelectMany(t => t.Names);

    /// <summary>Names that a text of it gives values of its own: they may hide none of the playbook's.</summary>
    public virtual IEnumerable<NameUse> OwnNames => [];

    /// <summary>Files it was made of, beside the playbook's own.</summary>
    public virtual IEnumerable<SourceText> Texts => [];
}

/// <summary>Only asserts and captures.</summary>
public sealed record AssertOnly : Work;

/// <summary>Could not be read; it stands in so that later steps still find the names it gives, and nothing runs.</summary>
public sealed record Broken : Work;

/// <summary>Steps that belong together, one after the other or side by side: when one fails, what they did is put back, and `rescue` may make it good.</summary>
public sealed record Block(IReadOnlyList<Step> Steps, IReadOnlyList<Step> Rescue, IReadOnlyList<Step> Always, bool Parallel = false) : Work
{
    /// <summary>Its hosts go through it some at a time; null: all at once.</summary>
    public Batches? Batches { get; init; }

    /// <summary>Run beside the steps, until what these did is put back where it has to be.</summary>
    public IReadOnlyList<Step> Probes { get; init; } = [];

    /// <summary>All that stands inside.</summary>
    public IEnumerable<Step> All => [.. Probes, .. Steps, .. Rescue, .. Always];

    public override IEnumerable<Template> Templates => Batches?.Templates ?? [];
}

/// <summary>Another playbook, run as one step with these params, in a room of names of its own.</summary>
public sealed record Include(Playbook Playbook, Position At, IReadOnlyDictionary<string, DataTemplate> Params) : Work
{
    public override IEnumerable<Template> Templates => Params.Values.SelectMany(p => p.Templates);
}

/// <summary>A step kind written in YAML, called with arguments.</summary>
public sealed record ActionCall(string Action, Position At, IReadOnlyDictionary<string, DataTemplate> Arguments) : Work
{
    public override IEnumerable<Template> Templates => Arguments.Values.SelectMany(a => a.Templates);
}

/// <summary>Runs the undo of a step of this block now, and forgets it.</summary>
public sealed record PutBack(string Id, Position At) : Work;
