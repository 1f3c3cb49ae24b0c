namespace Playbooks.Model;

/// <summary>A word that may stand before a `:` in a file, and what it means: of it loaders, editors and the reference know what there is.</summary>
/// <param name="Name">The word.</param>
/// <param name="Type">
/// What it takes: text, number, boolean, duration, size, percentage, time, list, map, any, words (a text that is split, or a list), texts (one or a list), expression, expressions, values (a list, or an
/// expression that gives one), pattern (of hosts), steps, undo, probes, batches, order, user (true, false or a name), or the name of the <see cref="KeyGroup"/> whose keys stand in it; behind that `list` where it is several, `map` where each has a name of its own.
/// </param>
/// <param name="Summary">A sentence or two for the documentation, the editor, and whoever left it out.</param>
/// <param name="Required">It must be there.</param>
public sealed record Key(string Name, string Type, string Summary, bool Required = false)
{
    /// <summary>The only words it takes; empty: any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What holds where it is not there, as it would be written; null: nothing, or the summary says it.</summary>
    public string? Default { get; init; }

    /// <summary>It must be known before anything is filled in, so it holds no template.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Between which whole numbers it is; null: it is any number, or none.</summary>
    public (int From, int To)? Range { get; init; }

    /// <summary>YAML that has it, and what it needs beside it.</summary>
    public string? Example { get; init; }

    /// <summary>Of a key of steps: where it does not go.</summary>
    public Holders NotOn { get; init; }
}

/// <summary>The keys that may stand in one map.</summary>
/// <param name="Name">As <see cref="Key.Type"/> and the schemas call it: `budget`.</param>
/// <param name="What">As a message calls the map: `a budget`.</param>
/// <param name="Summary">A sentence for the documentation and the editor.</param>
/// <param name="Keys">In the order they are best read in.</param>
public sealed record KeyGroup(string Name, string What, string Summary, IReadOnlyList<Key> Keys)
{
    /// <summary>Another form it may have instead of a map, as the type of a key; null: none.</summary>
    public string? Bare { get; init; }

    public IReadOnlyList<string> Names { get; } = [.. Keys.Select(key => key.Name)];
}

/// <summary>What has keys of a step, and not all of them.</summary>
[Flags]
public enum Holders
{
    None = 0,

    /// <summary>A `block` or a `parallel`.</summary>
    Block = 1,
    Probe = 2,

    /// <summary>A step inside an action.</summary>
    Action = 4,

    /// <summary>A step inside an undo.</summary>
    Undo = 8,
}
