using System.Text;
using Playbooks.Model;
using Playbooks.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Playbooks.Loading;

/// <summary>
/// Turns a file's text into nodes with places. It walks the parser's events itself: the library's own object model overflows the stack
/// on deep nesting and on an alias inside its own anchor.
/// </summary>
public sealed class Yaml
{
    public const int MaxBytes = 2 * 1024 * 1024;
    private const int MaxDepth = 64;
    private const int MaxAliases = 100;
    private const int MaxNodes = 200_000;

    private readonly SourceText source;
    private readonly ProblemList problems;
    private readonly Parser parser;
    private readonly Dictionary<string, Anchored> anchors = [];
    private readonly Stack<Mark> brackets = [];
    private int aliases;
    private int nodes;

    private sealed record Anchored(Node? Node, int Height, int Size);

    private readonly YamlDialect dialect;

    private Yaml(SourceText source, ProblemList problems, YamlDialect dialect)
    {
        this.dialect = dialect;
        this.source = source;
        this.problems = problems;
        parser = new Parser(new Scanner(new StringReader(source.Text), skipComments: true));
    }

    /// <summary>Reads a file's bytes; null where they are no YAML this language takes, and the problems say why.</summary>
    public static Node? Read(string name, ReadOnlySpan<byte> bytes, ProblemList problems) =>
        Text(name, bytes, problems, "split it, or keep data outside of playbooks") is { } source ? Read(source, problems) : null;

    /// <summary>The text that a file's bytes are; null where they are none, and the problems say why.</summary>
    internal static SourceText? Text(string name, ReadOnlySpan<byte> bytes, ProblemList problems, string tooLong, Predicate<string>? hides = null)
    {
        if (bytes.Length > MaxBytes)
        {
            problems.Add(Position.In(name), $"the file is larger than {MaxBytes / 1024 / 1024} MiB", tooLong);
            return null;
        }
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[3..];
        try
        {
            return new SourceText(name, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes)) { Hides = hides };
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + bytes[..Math.Max(0, e.Index)].Count((byte)'\n');
            problems.Add(new Position(new SourceText(name, ""), line, 1), $"the file is not UTF-8: byte {e.Index + 1} cannot be read", "save it as UTF-8");
            return null;
        }
    }

    /// <param name="source">The text.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="dialect">What it may hold beside what the language has.</param>
    public static Node? Read(SourceText source, ProblemList problems, YamlDialect dialect = YamlDialect.Own)
    {
        var zero = source.Text.IndexOf('\0', StringComparison.Ordinal);
        if (zero >= 0)
        {
            var line = 1 + source.Text.AsSpan(0, zero).Count('\n');
            problems.Add(new Position(source, line, zero - source.Text.LastIndexOf('\n', zero)), "a NUL byte ends the text here", "remove it");
            return null;
        }
        return new Yaml(source, problems, dialect).Document();
    }

    private Node? Document()
    {
        try
        {
            parser.MoveNext();
            while (parser.Current is StreamStart or DocumentStart) parser.MoveNext();
            if (parser.Current is null or StreamEnd)
            {
                problems.Add(new Position(source, 1, 1), "the file is empty");
                return null;
            }
            var root = Next(0, out _);
            while (parser.Current is DocumentEnd) parser.MoveNext();
            if (parser.Current is DocumentStart second)
                problems.Add(At(second.Start), "a second document begins here", "one file holds one document: remove the `---`, or split the file");
            return root;
        }
        catch (TooMuchException)
        {
            return null;
        }
        catch (YamlException e)
        {
            problems.Add(YamlProblems.Syntax(At(e.Start), e.Message, Bracket));
            return null;
        }
        catch (InvalidOperationException)
        {
            // An unclosed flow collection: the library loses the place.
            problems.Add(Bracket is { } bracket ? YamlProblems.Unclosed(bracket) : YamlProblems.Syntax(At(parser.Current?.End ?? Mark.Empty), "a bracket, brace or quote is not closed", null));
            return null;
        }
    }

    private Node? Next(int depth, out int height)
    {
        height = 0;
        var current = parser.Current ?? throw new InvalidOperationException("the file ends too early");
        if (++nodes > MaxNodes) throw TooMuch(current.Start, $"more than {MaxNodes} values", "split the file");
        if (depth > MaxDepth) throw TooMuch(current.Start, $"nested more than {MaxDepth} deep", null);
        if (current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } } tagged && !(tagged is Scalar { Tag.Value: var tag } && IsKnown(tag)))
            problems.Add(At(tagged.Start), $"tags such as `{tagged.Tag}` are not part of the language", "quote the value if it begins with `!`");
        switch (current)
        {
            case AnchorAlias alias: return Alias(alias, depth, out height);
            case Scalar scalar:
                var tagName = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? null : scalar.Tag.Value;
                parser.MoveNext();
                var node = new ScalarNode(new ScalarPlaces(source, scalar.Start, scalar.Style, scalar.Value).Text, scalar.Style == ScalarStyle.Plain && tagName is null) { Tag = tagName };
                return Anchor(scalar, node, 0, 1);
            case SequenceStart start: return Sequence(start, depth, out height);
            case MappingStart start: return Mapping(start, depth, out height);
            default: throw new InvalidOperationException($"{current.GetType().Name} where a value was expected");
        }
    }

    private Node? Sequence(SequenceStart start, int depth, out int height)
    {
        var before = nodes;
        Open(start);
        if (start.Style == SequenceStyle.Flow) brackets.Push(start.Start);
        parser.MoveNext();
        var items = new List<Node>();
        height = 0;
        while (parser.Current is not SequenceEnd)
        {
            if (Next(depth + 1, out var inner) is { } item) items.Add(item);
            height = Math.Max(height, inner + 1);
        }
        if (start.Style == SequenceStyle.Flow) brackets.Pop();
        parser.MoveNext();
        return Anchor(start, new ListNode(At(start.Start), items), height, nodes - before + 1);
    }

    private Node? Mapping(MappingStart start, int depth, out int height)
    {
        var before = nodes;
        Open(start);
        if (start.Style == MappingStyle.Flow) brackets.Push(start.Start);
        parser.MoveNext();
        var entries = new List<MapEntry>();
        var keys = new HashSet<string>();
        var merged = new List<MapEntry>();
        var template = false;
        height = 0;
        while (parser.Current is not MappingEnd)
        {
            var at = parser.Current!.Start;
            var isTemplate = start.Style == MappingStyle.Flow && parser.Current is MappingStart { Style: MappingStyle.Flow };
            var key = Next(depth + 1, out _);
            var value = Next(depth + 1, out var inner);
            height = Math.Max(height, inner + 1);
            if (isTemplate)
            {
                problems.Add(YamlProblems.UnquotedTemplate(At(start.Start)));
                template = true;
            }
            else if (key is not ScalarNode scalar) problems.Add(At(at), "a key must be a single word");
            else if (scalar.Text.Value == "<<" && scalar.Plain && dialect == YamlDialect.Ansible) Merge(scalar, value, merged);
            else if (scalar.Text.Value == "<<" && scalar.Plain) problems.Add(scalar.At, "merge keys (`<<`) are not supported", "write the keys out, or make an action");
            else if (!keys.Add(scalar.Text.Value)) problems.Add(scalar.At, $"the key `{scalar.Text.Value}` is there twice", "remove one of them");
            else if (value is not null) entries.Add(new MapEntry(scalar, value));
        }
        if (start.Style == MappingStyle.Flow) brackets.Pop();
        parser.MoveNext();
        if (template) return new ScalarNode(PlacedText.At(At(start.Start), "…"), false);
        nodes += merged.Count;
        return Anchor(start, new MapNode(At(start.Start), [.. merged.Where(e => !keys.Contains(e.Name)), .. entries]), height, nodes - before + 1);
    }

    /// <summary>`&lt;&lt;` (yaml.org/type/merge): the entries of other maps, the earlier map's before the later's; what the map says itself counts more.</summary>
    private void Merge(ScalarNode key, Node? value, List<MapEntry> merged)
    {
        foreach (var part in value is ListNode list ? list.Items : value is null ? [] : [value])
            if (part is MapNode map) merged.AddRange(map.Entries.Where(entry => merged.TrueForAll(before => before.Name != entry.Name)));
            else problems.Add(key.At, $"`<<` takes maps, but this is {part.Kind}");
        if (merged.Count > MaxNodes - nodes) throw problems.TooMuch(key.At, $"more than {MaxNodes} values", "merges multiply what they stand for");
    }

    private bool IsKnown(string tag) => dialect switch
    {
        YamlDialect.Vault => tag == "!vault",
        YamlDialect.Ansible => tag is "!vault" or "!vault-encrypted" or "!unsafe",
        _ => false,
    };

    private Node? Alias(AnchorAlias alias, int depth, out int height)
    {
        parser.MoveNext();
        height = 0;
        if (++aliases > MaxAliases) throw TooMuch(alias.Start, $"more than {MaxAliases} aliases", null);
        if (!anchors.TryGetValue(alias.Value.Value, out var anchored))
            problems.Add(At(alias.Start), $"there is no anchor `&{alias.Value.Value}` before this alias", "quote the value if it begins with `*`");
        else if (anchored.Node is null)
            problems.Add(At(alias.Start), $"the alias `*{alias.Value.Value}` stands inside its own anchor");
        else
        {
            if (depth + anchored.Height > MaxDepth) throw TooMuch(alias.Start, $"nested more than {MaxDepth} deep", null);
            nodes += anchored.Size;
            if (nodes > MaxNodes) throw TooMuch(alias.Start, $"more than {MaxNodes} values", "aliases multiply what they stand for");
            height = anchored.Height;
            return anchored.Node;
        }
        return null;
    }

    private void Open(NodeEvent start)
    {
        if (!start.Anchor.IsEmpty) anchors[start.Anchor.Value] = new Anchored(null, 0, 0);
    }

    private Node Anchor(NodeEvent node, Node built, int height, int size)
    {
        if (!node.Anchor.IsEmpty) anchors[node.Anchor.Value] = new Anchored(built, height, size);
        return built;
    }

    /// <summary>The innermost of those that are open.</summary>
    private Position? Bracket => brackets.TryPeek(out var open) ? At(open) : null;

    private Position At(Mark mark) => new(source, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private TooMuchException TooMuch(Mark at, string message, string? mend) => problems.TooMuch(At(at), message, mend);
}
