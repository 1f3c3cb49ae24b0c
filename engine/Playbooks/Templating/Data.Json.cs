using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Playbooks.Templating;

public static partial class Data
{
    private const int DeepestJson = 64;

    /// <summary>The value a JSON text holds. A whole number too large for 64 bits stays text, because a rounded one would be another number.</summary>
    /// <exception cref="FormatException">It is no JSON: nested over 64 deep, half a surrogate pair, a name twice in one object, a number out of range. The message is for the user.</exception>
    public static object? FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DeepestJson, AllowDuplicateProperties = false });
            return FromJson(document.RootElement);
        }
        catch (JsonException e)
        {
            // .NET counts from 0 and speaks of its own reader options; a place and a plain reason do more.
            var place = e.LineNumber is { } line ? $"line {line + 1}, byte {e.BytePositionInLine + 1}: " : "";
            var reason = e.Message.Split(" LineNumber:")[0].Split(" Change the reader")[0].Split(" Path:")[0];
            throw new FormatException($"{place}{Plain(reason.TrimEnd('.'))}", e);
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair, as `\ud800` writes it, is JSON to the standard's grammar and no text to anyone.
            throw new FormatException("a text in it is no Unicode", e);
        }
    }

    /// <summary>The commonest of .NET's reasons, without the words of its reader.</summary>
    private static string Plain(string reason) => reason switch
    {
        _ when reason.Contains(" is an invalid start of a value", StringComparison.Ordinal) => $"no value begins with {reason.Split(" is an invalid")[0]}",
        _ when reason.Contains("does not contain any JSON tokens", StringComparison.Ordinal) => "it is empty",
        _ when reason.Contains("reached end of data", StringComparison.Ordinal) || reason.Contains("Expected depth to be zero", StringComparison.Ordinal) => "it ends before it is whole",
        _ when reason.Contains("after a single JSON value", StringComparison.Ordinal) => $"{reason.Split(" is invalid")[0]} follows its end",
        _ => reason,
    };

    private static object? FromJson(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null: return null;
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.String: return element.GetString();
            case JsonValueKind.Number:
                if (element.TryGetInt64(out var whole)) return whole;
                var raw = element.GetRawText();
                if (raw.AsSpan().IndexOfAny('.', 'e', 'E') < 0) return raw;
                return element.TryGetDouble(out var real) && double.IsFinite(real) ? real : throw new FormatException($"the number {raw} is out of range");
            case JsonValueKind.Array: return element.EnumerateArray().Select(FromJson).ToArray();
            default: return new DataMap(element.EnumerateObject().Select(x => KeyValuePair.Create(x.Name, FromJson(x.Value))));
        }
    }

    /// <summary>The value as JSON on one line; durations, sizes and times as the text that people write.</summary>
    public static string ToJson(object? value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2 * DeepestJson }))
            WriteJson(writer, value);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteJson(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            // As text, because the writer would make 2 of 2.0.
            case long or double: writer.WriteRawValue(NumberText(value)); break;
            case IMembers map:
                writer.WriteStartObject();
                foreach (var name in map.Names)
                {
                    if (!map.TryGet(name, out var member)) continue;
                    writer.WritePropertyName(name);
                    WriteJson(writer, member);
                }
                writer.WriteEndObject();
                break;
            case IReadOnlyList<object?> list:
                writer.WriteStartArray();
                foreach (var item in list) WriteJson(writer, item);
                writer.WriteEndArray();
                break;
            default: writer.WriteStringValue(ToText(value)); break;
        }
    }
}
