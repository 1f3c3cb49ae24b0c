using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Journal;

/// <summary>A step's key is a text.</summary>
internal sealed class StepKeyJson : JsonConverter<StepKey>
{
    public override StepKey Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, StepKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.Path);
}

/// <summary>A place in a file: its name, line, column and length. The file's text is not kept here.</summary>
internal sealed class PositionJson : JsonConverter<Position>
{
    /// <summary>Places are compared, and so is what they are in; a run has few files.</summary>
    private static readonly ConcurrentDictionary<(string, bool), SourceText> sources = new();

    public override Position Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        reader.Read();
        var name = reader.GetString()!;
        Span<int> numbers = [0, 0, 0];
        for (var i = 0; i < 3; i++)
        {
            reader.Read();
            numbers[i] = reader.GetInt32();
        }
        reader.Read();
        var hasLines = reader.TokenType == JsonTokenType.EndArray;
        if (!hasLines) reader.Read();
        return new Position(sources.GetOrAdd((name, hasLines), known => new SourceText(known.Item1, "") { HasLines = known.Item2 }), numbers[0], numbers[1], numbers[2]);
    }

    public override void Write(Utf8JsonWriter writer, Position value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.Source.Name);
        writer.WriteNumberValue(value.Line);
        writer.WriteNumberValue(value.Column);
        writer.WriteNumberValue(value.Length);
        if (!value.Source.HasLines) writer.WriteBooleanValue(false);
        writer.WriteEndArray();
    }
}

/// <summary>How an expression came to its value.</summary>
internal sealed class ExplanationJson : JsonConverter<Explanation>
{
    private static readonly ValueJson values = new();

    public override Explanation Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (values.Read(ref reader, typeof(object), options) is not object?[] { Length: > 0 } all) throw new JsonException("this explains nothing");
        return new Explanation((string)all[0]!, [.. all.Skip(1).Cast<object?[]>().Select(part =>
            new Explanation.Part((int)(long)part[0]!, (int)(long)part[1]!, (string)part[2]!, part[3]) { Anchor = (int)(long)part[4]!, Remark = (string?)part[5] })]);
    }

    public override void Write(Utf8JsonWriter writer, Explanation value, JsonSerializerOptions options) => values.Write(
        writer, new object?[] { value.Expression }.Concat(value.Evaluated.Select(part => new object?[] { (long)part.Start, (long)part.Length, part.Source, part.Value, (long)part.Anchor, part.Remark })).ToArray(), options);
}
