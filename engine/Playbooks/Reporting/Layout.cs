using Playbooks.Problems;

namespace Playbooks.Reporting;

/// <summary>Breaks text into lines of so many columns, wide characters counted as two.</summary>
public static class Layout
{
    /// <summary>A text as lines of a report, that go on so many columns further in.</summary>
    public static IEnumerable<ReportLine> Lines(string text, int width, int indent, int hang, Tone tone) =>
        Wrap(new string(' ', indent) + text, width, indent + hang).Select(line => new ReportLine(tone, line));

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
            // Each part is looked at once: a word may have two million letters.
            var (start, before) = (0, "");
            for (int end; (end = DisplayText.Head(line, start, width - before.Length)) < line.Length; (start, before) = (end, new string(' ', indent))) yield return before + line[start..end];
            line = before + line[start..];
        }
        yield return line.TrimEnd();
    }
}
