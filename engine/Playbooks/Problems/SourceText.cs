namespace Playbooks.Problems;

/// <summary>A text as it was read, kept so that every message can show the line it speaks of.</summary>
public sealed class SourceText(string name, string text)
{
    private int[]? starts;

    /// <summary>What people call it: the path as it was given.</summary>
    public string Name { get; } = name;

    public string Text { get; } = text;

    /// <summary>False for what was given on the command line, or could not be read at all: it has no lines to name.</summary>
    public bool HasLines { get; init; } = true;

    /// <summary>The lines that no message shows, because a secret may stand there; null: all are shown.</summary>
    public Predicate<string>? Hides { get; init; }

    /// <summary>The line with that number (from 1), without its end; empty past the last one.</summary>
    public string Line(int number)
    {
        var all = Starts;
        if (number < 1 || number > all.Length) return "";
        var line = Text[all[number - 1]..(number < all.Length ? all[number] - 1 : Text.Length)].TrimEnd('\r');
        return Hides?.Invoke(line) == true ? "" : line;
    }

    /// <summary>The place of the character at that offset (0-based).</summary>
    public Position At(int offset)
    {
        var found = Array.BinarySearch(Starts, offset);
        var line = found >= 0 ? found : ~found - 1;
        return new Position(this, line + 1, offset - Starts[line] + 1);
    }

    /// <summary>Where each line begins. Found once: a file may have a hundred thousand places that somebody asks for.</summary>
    private int[] Starts => starts ??= FindStarts();

    private int[] FindStarts()
    {
        var found = new List<int> { 0 };
        for (var at = Text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = Text.IndexOf('\n', at + 1)) found.Add(at + 1);
        return [.. found];
    }
}
