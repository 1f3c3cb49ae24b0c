namespace Playbooks.Problems;

/// <summary>A text that knows where each of its characters stands in a file.</summary>
public sealed class PlacedText(string value, Func<int, Position> locate)
{
    public string Value { get; } = value;

    /// <summary>Where the text begins; its length is the whole text's.</summary>
    public Position Start => At(0, Value.Length);

    /// <summary>The place of the character at that offset (0-based).</summary>
    public Position At(int offset, int length = 1) => locate(Math.Clamp(offset, 0, Value.Length)) with { Length = Math.Max(1, length) };

    /// <summary>A part of this text, with its place.</summary>
    public PlacedText Slice(int start, int length) => new(Value.Substring(start, length), offset => locate(start + offset));

    /// <summary>A text of a single line that stands at one place and nowhere in a file: from the command line, or in a test.</summary>
    public static PlacedText Of(string what, string value) => At(Position.In(what, value), value);

    /// <summary>A text of a single line that begins at a place and is written there as it is.</summary>
    public static PlacedText At(Position start, string value) => new(value, offset => start with { Column = start.Column + offset });
}
