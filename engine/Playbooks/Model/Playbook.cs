using Playbooks.Problems;

namespace Playbooks.Model;

/// <summary>A playbook as it was written, checked for its shape.</summary>
public sealed record Playbook
{
    public required SourceText Source { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<Parameter> Params { get; init; } = [];

    /// <summary>Evaluated in this order at the start.</summary>
    public IReadOnlyList<Variable> Vars { get; init; } = [];

    /// <summary>What expressions see as `secret.NAME`.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>The actions that `use` brought in, by name.</summary>
    public IReadOnlyDictionary<string, ActionDefinition> Actions { get; init; } = new Dictionary<string, ActionDefinition>();

    /// <summary>The inventory it names, a path relative to it.</summary>
    public string? Inventory { get; init; }

    public StepDefaults Defaults { get; init; } = StepDefaults.None;

    public int? Forks { get; init; }

    /// <summary>How long the journal keeps runs of it; null: for ever.</summary>
    public TimeSpan? Keep { get; init; }

    /// <summary>Run beside the steps.</summary>
    public IReadOnlyList<Step> Probes { get; init; } = [];

    public IReadOnlyList<Step> Steps { get; init; } = [];

    public IReadOnlyList<Step> Always { get; init; } = [];

    /// <summary>Who is told at the end of a run of it; of one that is included nobody is.</summary>
    public IReadOnlyList<Notify> Notify { get; init; } = [];
}

/// <summary>A name that a template gives a value at the start.</summary>
public sealed record Variable(string Name, DataTemplate Value, Position At);

/// <summary>What a caller may or must give to a playbook or an action.</summary>
public sealed record Parameter
{
    public required string Name { get; init; }

    public required Position At { get; init; }

    /// <summary>Null: the caller must give it.</summary>
    public DataTemplate? Default { get; init; }

    public string? Description { get; init; }

    /// <summary>One of text number boolean duration size list map; null: the default's, else text.</summary>
    public string? Type { get; init; }

    /// <summary>Its value is never shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The only values allowed; empty: any.</summary>
    public IReadOnlyList<object?> Choices { get; init; } = [];
}

/// <summary>A step kind written in YAML.</summary>
public sealed record ActionDefinition
{
    public required string Name { get; init; }

    public required Position At { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<Parameter> Params { get; init; } = [];

    public required IReadOnlyList<Step> Steps { get; init; }

    public IReadOnlyList<Step> Undo { get; init; } = [];

    public Effect? Effect { get; init; }

    /// <summary>Fields of its result; empty: the last step's.</summary>
    public IReadOnlyList<Capture> Result { get; init; } = [];
}
