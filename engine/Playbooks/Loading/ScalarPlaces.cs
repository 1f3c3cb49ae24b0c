using Playbooks.Problems;
using YamlDotNet.Core;

namespace Playbooks.Loading;

/// <summary>Finds where in the file each character of a scalar's value stands: what is quoted, escaped or folded moves them.</summary>
internal sealed class ScalarPlaces(SourceText source, Mark start, ScalarStyle style, string value)
{
    private int[]? offsets;

    public PlacedText Text => new(value, Locate);

    private Position Locate(int offset)
    {
        var file = source.Text;
        if (value.Length == 0 || style == ScalarStyle.Plain && offset == 0) return new Position(source, (int)start.Line, (int)start.Column);
        offsets ??= Walk(file);
        return source.At(offsets[Math.Min(offset, value.Length - 1)] + (offset >= value.Length ? 1 : 0));
    }

    /// <summary>Letters keep their order whatever the style does to blanks and line ends, so walking both side by side finds them.</summary>
    private int[] Walk(string file)
    {
        var places = new int[value.Length];
        var i = (int)start.Index;
        if (style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted) i++;
        if (style is ScalarStyle.Literal or ScalarStyle.Folded) i = EndOfLine(file, i);
        for (var k = 0; k < value.Length; k++)
        {
            if (style == ScalarStyle.DoubleQuoted)
                while (i + 1 < file.Length && file[i] == '\\' && file[i + 1] is '\n' or '\r') i = SkipBlanks(file, i + 1);
            if (i >= file.Length) { places[k] = file.Length - 1; continue; }

            if (style == ScalarStyle.DoubleQuoted && file[i] == '\\')
            {
                places[k] = i;
                i += file[Math.Min(i + 1, file.Length - 1)] switch { 'x' => 4, 'u' => 6, 'U' => 10, _ => 2 };
                if (char.IsHighSurrogate(value[k]) && k + 1 < value.Length) places[++k] = places[k - 1];
                continue;
            }
            if (!char.IsWhiteSpace(value[k])) i = SkipBlanks(file, i);
            places[k] = Math.Min(i, file.Length - 1);
            if (i < file.Length && (file[i] == value[k] || char.IsWhiteSpace(file[i])))
                i += style == ScalarStyle.SingleQuoted && value[k] == '\'' ? 2 : 1;
        }
        return places;
    }

    private static int SkipBlanks(string file, int i)
    {
        while (i < file.Length && char.IsWhiteSpace(file[i])) i++;
        return i;
    }

    private static int EndOfLine(string file, int i)
    {
        var end = file.IndexOf('\n', i);
        return end < 0 ? file.Length : end + 1;
    }
}
