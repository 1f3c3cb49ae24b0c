using Playbooks.Problems;

namespace Playbooks.Model;

/// <summary>A piece of a YAML file, with its place.</summary>
public abstract record Node(Position At)
{
    /// <summary>What people call such a piece.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value.</summary>
public sealed record ScalarNode(PlacedText Text, bool Plain) : Node(Text.Start)
{
    /// <summary>The value as the YAML core schema reads it: null, boolean, long, double or text.</summary>
    public object? Value { get; } = Plain ? PlainScalar.Read(Text.Value) : Text.Value;

    /// <summary>As it was written before the value, with its `!`; null: there was none.</summary>
    public string? Tag { get; init; }

    public override string Kind => Value switch { null => "nothing", bool => "a boolean", string => "a text", _ => "a number" };
}

/// <summary>A list.</summary>
public sealed record ListNode(Position At, IReadOnlyList<Node> Items) : Node(At)
{
    public override string Kind => "a list";
}

/// <summary>A map; keys are unique and in the order of the file.</summary>
public sealed record MapNode(Position At, IReadOnlyList<MapEntry> Entries) : Node(At)
{
    public override string Kind => "a map";

    public Node? this[string key] => Entries.FirstOrDefault(e => e.Name == key)?.Value;
}

/// <summary>A key of a map and its value.</summary>
public sealed record MapEntry(ScalarNode Key, Node Value)
{
    public string Name => Key.Text.Value;
}
