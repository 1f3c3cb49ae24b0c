using Playbooks.Problems;

namespace Playbooks.Reporting;

/// <summary>Breaks text into lines of so many columns, wide characters counted as two.</summary>
public static class Layout
{
    /// <summary>A text as lines of a report, that go on so many columns further in.</summary>
    public static IEnumerable<ReportLine> Lines(string text, int width, int indent, int hang, Tone tone) =>
        Wrap(new string(' ', indent) + text, width, indent + hang).Select(line => new ReportLine(tone, line));

    /// <summary>What no host may do to a terminal is escaped here, so every text of a report comes through.</summary>
    public static IEnumerable<string> Wrap(string text, int width, int indent) => DisplayText.Wrap(text, Math.Max(width, indent + 10), indent);
}
