namespace Playbooks.Problems;

/// <summary>A text as it was read, kept so that every message can show the line it speaks of.</summary>
public sealed class SourceText(string name, string text)
{
    private string[]? lines;

    /// <summary>What people call it: the path as it was given.</summary>
    public string Name { get; } = name;

    public string Text { get; } = text;

    /// <summary>False for what was given on the command line, or could not be read at all: it has no lines to name.</summary>
    public bool HasLines { get; init; } = true;

    /// <summary>The line with that number (from 1), without its end; empty past the last one.</summary>
    public string Line(int number)
    {
        lines ??= Text.Split('\n');
        return number >= 1 && number <= lines.Length ? lines[number - 1].TrimEnd('\r') : "";
    }
}
