using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>Events as the journal keeps them: UTF-8 JSON from which the same event comes back.</summary>
internal static class EventJson
{
    // Names and messages in Hangul take three bytes a letter so, and not six.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(RunEvent happened)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(bytes, Readable)) JsonSerializer.Serialize(writer, happened, EventContext.Default.RunEvent);
        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">It is none of our events: somebody else wrote there, or a newer version.</exception>
    public static RunEvent Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, EventContext.Default.RunEvent) ?? throw new JsonException("null is no event");
}

/// <summary>What the compiler writes for us, because nothing is looked up in types while the program runs.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    MaxDepth = 256,
    UseStringEnumConverter = true,
    Converters = [typeof(ValueJson), typeof(MapJson), typeof(StepKeyJson), typeof(PositionJson), typeof(ExplanationJson)])]
[JsonSerializable(typeof(RunEvent))]
internal sealed partial class EventContext : JsonSerializerContext;
