using System.Globalization;
using System.Text;

namespace Playbooks.Problems;

/// <summary>Makes any text safe to show on a terminal, and knows how many columns it takes there.</summary>
public static class DisplayText
{
    /// <summary>The text with control, format and bidirectional characters written as escapes, so that nothing a host printed can steer a terminal.</summary>
    public static string Safe(string text, bool keepLineEnds = false)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\t') safe.Append("    ");
            else if (rune.Value == '\n' && keepLineEnds) safe.Append('\n');
            else if (rune.Value == '\n') safe.Append("\\n");
            else if (rune.Value == '\r') safe.Append("\\r");
            else if (rune.Value == 0x1b) safe.Append("\\e");
            else if (IsUnsafe(rune)) safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else safe.Append(rune.ToString());
        }
        return safe.ToString();
    }

    /// <summary>It may steer a terminal, or is not seen.</summary>
    internal static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>The columns a text takes in a terminal: East Asian wide characters take two, combining marks none (Unicode UAX #11).</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Width(rune);
        return width;
    }

    /// <summary>The text cut to a number of columns, ending in … where something was cut.</summary>
    public static string Fit(string text, int columns)
    {
        if (Width(text) <= columns) return text;
        var fitted = new StringBuilder();
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (width + Width(rune) > columns - 1) break;
            width += Width(rune);
            fitted.Append(rune.ToString());
        }
        return fitted.Append('…').ToString();
    }

    /// <summary>The text, safe, in lines of so many columns, broken between words, and inside those that are longer than a line.</summary>
    /// <param name="text">A blank before it stays.</param>
    /// <param name="width">More than the indent.</param>
    /// <param name="indent">Of all lines but the first.</param>
    public static IEnumerable<string> Wrap(string text, int width, int indent)
    {
        var (line, isNew) = ("", true);
        foreach (var word in Safe(text).Split(' '))
        {
            if (!isNew && Width(line) + 1 + Width(word) > width && line.Trim().Length > 0)
            {
                yield return line.TrimEnd();
                (line, isNew) = (new string(' ', indent), true);
            }
            line = isNew ? line + word : $"{line} {word}";
            isNew = false;
            // Each part is looked at once: a word may have two million letters.
            var (start, before) = (0, "");
            for (int end; (end = Head(line, start, width - before.Length)) < line.Length; (start, before) = (end, new string(' ', indent))) yield return before + line[start..end];
            line = before + line[start..];
        }
        yield return line.TrimEnd();
    }

    /// <summary>Where the part from there ends that fits into so many columns; it has at least one letter.</summary>
    private static int Head(string line, int start, int columns)
    {
        var end = start;
        foreach (var rune in line.AsSpan(start).EnumerateRunes())
        {
            columns -= Width(rune);
            if (columns < 0 && end > start) break;
            end += rune.Utf16SequenceLength;
        }
        return end;
    }

    internal static int Width(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        >= 0x1100 and <= 0x115f or >= 0x2e80 and <= 0x303e or >= 0x3041 and <= 0xa4cf or >= 0xa960 and <= 0xa97f
            or >= 0xac00 and <= 0xd7a3 or >= 0xf900 and <= 0xfaff or >= 0xfe30 and <= 0xfe6f or >= 0xff00 and <= 0xff60
            or >= 0xffe0 and <= 0xffe6 or >= 0x1f300 and <= 0x1f64f or >= 0x1f900 and <= 0x1f9ff or >= 0x20000 and <= 0x3fffd => 2,
        _ => 1,
    };
}
