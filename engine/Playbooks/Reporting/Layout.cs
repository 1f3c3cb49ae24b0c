using Playbooks.Problems;

namespace Playbooks.Reporting;

/// <summary>Breaks text into lines of so many columns, wide characters counted as two.</summary>
internal static class Layout
{
    /// <summary>What no host may do to a terminal is escaped here, so every text of a report comes through.</summary>
    public static IEnumerable<string> Wrap(string text, int width, int indent)
    {
        width = Math.Max(width, indent + 10);
        var line = "";
        var begun = false;
        foreach (var word in DisplayText.Safe(text).Split(' '))
        {
            var rest = word;
            if (begun && DisplayText.Width(line) + 1 + DisplayText.Width(rest) > width && line.Trim().Length > 0)
            {
                yield return line.TrimEnd();
                line = new string(' ', indent - 1);
            }
            line = begun ? line + " " + rest : rest;
            begun = true;
            while (DisplayText.Width(line) > width)
            {
                var head = Head(line, width);
                yield return head;
                line = new string(' ', indent) + line[head.Length..];
            }
        }
        yield return line.TrimEnd();
    }

    private static string Head(string line, int width)
    {
        var end = Math.Min(line.Length, width);
        while (DisplayText.Width(line[..end]) > width || end < line.Length && char.IsLowSurrogate(line[end])) end--;
        return line[..Math.Max(1, end)];
    }
}
