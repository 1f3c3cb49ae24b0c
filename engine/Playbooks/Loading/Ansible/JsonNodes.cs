using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads JSON as nodes with places, so that what reads YAML reads it too. Of a name that is there twice the later counts, as in Python.</summary>
internal static partial class JsonNodes
{
    private const int Deepest = 64, MostNodes = 2_000_000;

    /// <summary>Null where it is no JSON; `why` says in which way, and where.</summary>
    public static Node? Read(SourceText source, out Problem? why)
    {
        why = null;
        var bytes = Encoding.UTF8.GetBytes(source.Text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Deepest });
        // Offsets come in bytes and places are in characters; both only go forward.
        var (atByte, atChar, left) = (0L, 0, MostNodes);
        try
        {
            reader.Read();
            var root = Next(ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(" LineNumber:")[0].Split(" Change the reader")[0].Split(" Path:")[0];
            why = new Problem(new Position(source, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), $"this is no JSON: {reason}");
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, as `\ud800` writes it.
            why = new Problem(Position.In(source.Name), "this is no JSON: a text in it is no Unicode");
            return null;
        }

        Node Next(ref Utf8JsonReader reader)
        {
            if (--left < 0) throw new JsonException($"more than {MostNodes} values");
            var at = Place(reader.TokenStartIndex);
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    var entries = new OrderedDictionary<string, MapEntry>();
                    while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    {
                        var key = Scalar(Place(reader.TokenStartIndex), reader.GetString()!, false);
                        reader.Read();
                        entries[key.Text.Value] = new MapEntry(key, Next(ref reader));
                    }
                    return new MapNode(at, [.. entries.Values]);
                case JsonTokenType.StartArray:
                    var items = new List<Node>();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Next(ref reader));
                    return new ListNode(at, items);
                case JsonTokenType.String: return Scalar(at, reader.GetString()!, false);
                case JsonTokenType.Number: return Scalar(at, AsYaml(Encoding.ASCII.GetString(reader.ValueSpan)), true);
                default: return Scalar(at, Encoding.ASCII.GetString(reader.ValueSpan), true);
            }
        }

        Position Place(long offset)
        {
            atChar += Encoding.UTF8.GetCharCount(bytes.AsSpan((int)atByte, (int)(offset - atByte)));
            atByte = offset;
            return source.At(atChar);
        }
    }

    private static ScalarNode Scalar(Position at, string text, bool plain) => new(new PlacedText(text, _ => at), plain);

    /// <summary>The same number in the form that YAML 1.1 takes for one: with a dot, and a sign before its exponent.</summary>
    private static string AsYaml(string number)
    {
        if (number.AsSpan().IndexOfAny('.', 'e', 'E') < 0) return number;
        var parts = Form().Match(number);
        return $"{parts.Groups["whole"].Value}.{parts.Groups["fraction"].Value}{(parts.Groups["exponent"] is { Success: true, Value: var exponent } ? $"e{(exponent[0] is '-' or '+' ? "" : "+")}{exponent}" : "")}";
    }

    [GeneratedRegex(@"^(?<whole>-?[0-9]+)(\.(?<fraction>[0-9]+))?([eE](?<exponent>[-+]?[0-9]+))?\z")]
    private static partial Regex Form();
}
