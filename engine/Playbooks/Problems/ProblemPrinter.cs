using System.Text;

namespace Playbooks.Problems;

/// <summary>Writes a problem the way compilers do: place, message, the source line with a caret, and the mend.</summary>
public static class ProblemPrinter
{
    private const int Widest = 100;

    public static string Print(Problem problem)
    {
        var at = problem.At;
        var text = new StringBuilder();
        text.Append(DisplayText.Safe(at.ToString())).Append(": ").AppendLine(DisplayText.Safe(problem.Message));

        var source = at.Source.Line(at.Line);
        if (source.Length > 0)
        {
            var (line, column) = Window(source, at.Column);
            var number = at.Line.ToString(System.Globalization.CultureInfo.InvariantCulture);
            text.Append("  ").Append(number).Append(" | ").AppendLine(DisplayText.Safe(line));
            var before = DisplayText.Width(DisplayText.Safe(line[..Math.Min(column, line.Length)]));
            var marked = line[Math.Min(column, line.Length)..Math.Min(column + at.Length, line.Length)];
            text.Append(' ', number.Length + 2).Append(" | ").Append(' ', before)
                .Append('^', Math.Max(1, DisplayText.Width(DisplayText.Safe(marked)))).AppendLine();
        }
        foreach (var line in problem.Mend?.Split('\n') ?? []) text.Append("  ").AppendLine(DisplayText.Safe(line));
        return text.ToString();
    }

    /// <summary>The part of a long line around the column (0-based in what is returned), so that a 2 MB line stays readable.</summary>
    private static (string Line, int Column) Window(string line, int column)
    {
        var zero = Math.Max(0, column - 1);
        if (line.Length <= Widest) return (line, zero);
        var start = Math.Clamp(zero - Widest / 2, 0, line.Length - Widest);
        return (line.Substring(start, Widest), Math.Min(zero - start, Widest));
    }
}
