namespace Playbooks.Problems;

/// <summary>A place in a file: line and column count from 1, in UTF-16 units, as editors do.</summary>
public sealed record Position(SourceText Source, int Line, int Column, int Length = 1)
{
    /// <summary>A place in no file: what was given on the command line, or made by the program itself.</summary>
    public static Position In(string what, string text = "") => new(new SourceText(what, text) { HasLines = false }, 1, 1, Math.Max(1, text.Length));

    public override string ToString() => Source.HasLines ? $"{Source.Name}:{Line}:{Column}" : Source.Name;
}
