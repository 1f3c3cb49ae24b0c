using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Playbooks.Problems;

/// <summary>Writes a problem the way compilers do: place, message, the source line with a caret, and the mend.</summary>
public static partial class ProblemPrinter
{
    /// <summary>Of a source line, where nobody says how wide the screen is.</summary>
    private const int Widest = 100;

    /// <summary>As a file has it: each sentence is one line.</summary>
    public static string Print(Problem problem) => Within(null, problem);

    /// <param name="width">The columns of the screen, which is to break no line by itself; null: it is a file.</param>
    /// <param name="problem">The problem.</param>
    public static string Within(int? width, Problem problem)
    {
        var at = problem.At;
        var text = new StringBuilder();
        foreach (var line in Wrap(DisplayText.Safe($"{at}: {problem.Message}"), "", width)) text.AppendLine(line);

        var source = at.Source.Line(at.Line);
        if (source.Length > 0)
        {
            var number = at.Line.ToString(CultureInfo.InvariantCulture);
            var room = width is { } columns ? Math.Max(10, columns - number.Length - 5) : Widest;
            var column = Math.Min(Math.Max(0, at.Column - 1), source.Length);
            var (start, end) = Window(source, column, at.Length, room);
            text.Append("  ").Append(number).Append(" | ").AppendLine(DisplayText.Safe(source[start..end]));
            var marked = source[column..Math.Clamp(column + at.Length, column, Math.Max(column, end))];
            text.Append(' ', number.Length + 2).Append(" | ").Append(' ', Columns(source, start, column)).Append('^', Math.Max(1, DisplayText.Width(DisplayText.Safe(marked)))).AppendLine();
        }
        foreach (var mend in problem.Mend?.Split('\n') ?? [])
            foreach (var line in Wrap(DisplayText.Safe(mend), "  ", width)) text.AppendLine(line);
        return text.ToString();
    }

    /// <summary>A text as lines of a screen. What is there to be copied stays whole, on a line of its own that begins at the margin: words between backticks, and where the text is indented, as mends are, a line of code.</summary>
    public static IEnumerable<string> Wrap(string text, string indent, int? width)
    {
        if (width is not { } columns || indent.Length + DisplayText.Width(text) <= columns) return [indent + text];
        if (indent.Length > 0 && Code().IsMatch(text)) return [text];
        var lines = new List<string>();
        var line = "";
        foreach (var word in Words().Matches(text).Select(match => match.Value))
        {
            if (line.Length > 0 && DisplayText.Width(line) + 1 + DisplayText.Width(word) <= columns)
            {
                line += " " + word;
                continue;
            }
            if (line.Length > 0) lines.Add(line);
            var begin = lines.Count > 0 && indent.Length == 0 ? "  " : indent;
            line = begin.Length + DisplayText.Width(word) <= columns ? begin + word : word;
        }
        return lines.Append(line);
    }

    /// <summary>The part of a long line around the column (0-based) that fits into so many columns, so that a 2 MB line stays readable.</summary>
    private static (int Start, int End) Window(string line, int column, int length, int room)
    {
        if (line.Length <= room && Columns(line, 0, line.Length) <= room) return (0, line.Length);
        // A caret behind its end takes a column too.
        if (column == line.Length) room--;
        var (start, end) = (column, column);
        // What is marked is to be seen whole, with something of what stands before it.
        var left = Math.Clamp(room - Columns(line, column, column + Math.Min(length, Math.Min(room, line.Length - column))), room / 4, room / 2);
        while (start > 0 && Columns(line, start - 1, column) <= left) start--;
        while (end < line.Length && Columns(line, start, end + 1) <= room) end++;
        while (start > 0 && Columns(line, start - 1, end) <= room) start--;
        // A letter of two units is shown whole or not at all.
        if (start > 0 && char.IsLowSurrogate(line[start])) start++;
        if (end < line.Length && end > start && char.IsHighSurrogate(line[end - 1])) end--;
        return (start, end);
    }

    private static int Columns(string line, int start, int end) => DisplayText.Width(DisplayText.Safe(line[start..Math.Max(start, end)]));

    /// <summary>Words that stand between backticks belong together.</summary>
    [GeneratedRegex("(?:`[^`]*`|[^ `]|`)+")]
    private static partial Regex Words();

    /// <summary>`hosts: web`, `- name: x`, `  - x`.</summary>
    [GeneratedRegex(@"^(?: |- |[\w.]+:(?: |$))")]
    private static partial Regex Code();
}
