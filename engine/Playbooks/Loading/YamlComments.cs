using Playbooks.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Playbooks.Loading;

/// <summary>Finds the comments of a file. Only the scanner knows them: a `#` in quotes or in a text of several lines is none.</summary>
public static class YamlComments
{
    /// <summary>Each with its place, and whether it has its line to itself; of a file that is no YAML those before the mistake.</summary>
    public static IReadOnlyList<(PlacedText Text, bool IsAlone)> Of(SourceText source)
    {
        var comments = new List<(PlacedText, bool)>();
        try
        {
            var scanner = new Scanner(new StringReader(source.Text), skipComments: false);
            while (scanner.MoveNext())
                if (scanner.Current is Comment comment)
                {
                    var sign = new Position(source, (int)comment.Start.Line, (int)comment.Start.Column);
                    var line = source.Line(sign.Line);
                    var text = line[Math.Min(line.Length, sign.Column)..];
                    comments.Add((PlacedText.At(sign with { Column = sign.Column + 1 }, text), string.IsNullOrWhiteSpace(line[..Math.Min(line.Length, sign.Column - 1)])));
                }
        }
        catch (YamlException)
        {
            // Told where the file is read.
        }
        catch (InvalidOperationException)
        {
            // The same.
        }
        return comments;
    }
}
