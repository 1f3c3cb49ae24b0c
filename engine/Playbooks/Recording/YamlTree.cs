using System.Text;

namespace Playbooks.Recording;

/// <summary>A piece of a playbook to be written: a scalar, a list or a map. What is short stands on one line.</summary>
public abstract record YamlTree
{
    /// <summary>Columns of a line that still reads well.</summary>
    private const int Wide = 120;

    private YamlTree() { }

    /// <summary>A value that is just this text.</summary>
    public static YamlTree Data(string text) => new Leaf(YamlText.Verbatim(text));

    /// <summary>Our own words: an expression, a template, a pattern.</summary>
    public static YamlTree Code(string text) => new Leaf(text);

    public static YamlTree Number(long number) => new Bare(YamlText.Number(number));

    public static YamlTree Truth(bool value) => new Bare(value ? "true" : "false");

    public static YamlTree List(IEnumerable<YamlTree> items) => new Items([.. items]);

    public static YamlTree Map(params IEnumerable<(string Key, YamlTree Value)> entries) => new Entries([.. entries]);

    /// <summary>Lines that stand as they are, none of them a host's.</summary>
    public static YamlTree Lines(string text) => new Block(text);

    /// <summary>It stands on lines of its own, however short it is.</summary>
    public YamlTree OnLines() => this switch { Items items => items with { IsOnLines = true }, Entries entries => entries with { IsOnLines = true }, _ => this };

    /// <summary>The same with a line of comment above it, where it is an item of a list or the value of a key.</summary>
    public YamlTree Under(string comment) => this with { Comment = comment };

    /// <summary>The same with another tree where that one stands in a map.</summary>
    public YamlTree With(YamlTree that, YamlTree other) => this switch
    {
        Entries entries => entries with { Each = [.. entries.Each.Select(entry => (entry.Key, ReferenceEquals(entry.Value, that) ? other : entry.Value.With(that, other)))] },
        _ => this,
    };

    /// <summary>Of a list: how many items it has.</summary>
    public int Count => this is Items items ? items.Each.Count : 0;

    private string? Comment { get; init; }

    private sealed record Leaf(string Text) : YamlTree;

    private sealed record Bare(string Written) : YamlTree;

    private sealed record Block(string Text) : YamlTree;

    private sealed record Items(IReadOnlyList<YamlTree> Each) : YamlTree
    {
        public bool IsOnLines { get; init; }
    }

    private sealed record Entries(IReadOnlyList<(string Key, YamlTree Value)> Each) : YamlTree
    {
        public bool IsOnLines { get; init; }
    }

    /// <summary>The whole as a file's text.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        Write(text, 0);
        return text.ToString();
    }

    /// <summary>On one line; null: it does not stand on one.</summary>
    private string? Flow() => this switch
    {
        { Comment: not null } or Block or Items { IsOnLines: true } or Entries { IsOnLines: true } => null,
        Leaf leaf => YamlText.Scalar(leaf.Text),
        Bare bare => bare.Written,
        Items items => Joined(items.Each.Select(item => item.Flow()), "[", "]"),
        Entries entries => Joined(entries.Each.Select(entry => entry.Value.Flow() is { } value ? $"{YamlText.Scalar(entry.Key)}: {value}" : null), "{ ", " }"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>As the value of a key or an item of a list that has lines of its own; null: it is none, or too long.</summary>
    private string? Value(int room) => this switch
    {
        Leaf leaf => YamlText.Scalar(leaf.Text, inFlow: false),
        _ => (this with { Comment = null }).Flow() is { } flow && (flow.Length < room || this is Bare) ? flow : null,
    };

    private static string? Joined(IEnumerable<string?> parts, string open, string close)
    {
        var all = parts.ToList();
        return all.Contains(null) ? null : all.Count == 0 ? open.Trim() + close.Trim() : open + string.Join(", ", all) + close;
    }

    private void Write(StringBuilder text, int indent)
    {
        var blanks = new string(' ', indent);
        switch (this)
        {
            case Items items:
                foreach (var item in items.Each)
                {
                    if (item.Comment is { } comment) Note(text, blanks, comment);
                    text.Append(blanks).Append("- ");
                    if (item.Value(Wide - indent) is { } value) text.Append(value).Append('\n');
                    else
                    {
                        // The first key stands behind the dash.
                        var at = text.Length;
                        item.Write(text, indent + 2);
                        text.Remove(at, indent + 2);
                    }
                }
                break;
            case Entries entries:
                foreach (var (key, value) in entries.Each)
                {
                    if (value.Comment is { } comment) Note(text, blanks, comment);
                    text.Append(blanks).Append(YamlText.Scalar(key)).Append(':');
                    if (value is Block block) text.Append(" |\n").Append(string.Concat(block.Text.Split('\n').Select(line => line.Length == 0 ? "\n" : $"{blanks}  {line}\n")));
                    else if (value.Value(Wide - indent - key.Length) is { } line) text.Append(' ').Append(line).Append('\n');
                    else value.Write(text.Append('\n'), indent + 2);
                }
                break;
            default:
                text.Append(blanks).Append(Flow()).Append('\n');
                break;
        }
    }

    /// <summary>A comment: whatever stands in it, it ends where its lines do.</summary>
    public static void Note(StringBuilder text, string blanks, string comment)
    {
        foreach (var line in comment.Split('\n').SelectMany(line => Wrapped(Problems.DisplayText.Safe(line), Wide - 20)))
            text.Append(blanks).Append(line.Length == 0 ? "#" : "# ").Append(line).Append('\n');
    }

    private static IEnumerable<string> Wrapped(string text, int columns)
    {
        var lead = text.Length - text.TrimStart(' ', '-').Length;
        while (Problems.DisplayText.Width(text) > columns && text.LastIndexOf(' ', Math.Min(columns, text.Length - 1)) is var at && at > lead)
        {
            yield return text[..at];
            text = new string(' ', lead) + text[(at + 1)..];
        }
        yield return text;
    }
}
