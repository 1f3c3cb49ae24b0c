using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Journal;

/// <summary>
/// Any value as JSON from which the same value of the same type comes back. What JSON has no word for is a map of one entry whose name
/// begins with `$`; a name of the user's own that begins so has one `$` more.
/// </summary>
internal sealed class ValueJson : JsonConverter<object?>
{
    /// <summary>Nobody writes by hand what is nested deeper, and a value that holds itself has no end.</summary>
    private const int Deepest = 100;

    public override object? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => ReadValue(ref reader);

    public override void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options) => WriteValue(writer, value, 0);

    private static void WriteValue(Utf8JsonWriter writer, object? value, int depth)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case string text: WriteText(writer, text); break;
            case long whole: writer.WriteNumberValue(whole); break;
            // As text, because the writer would make 2 of 2.0.
            case double real when double.IsFinite(real): writer.WriteRawValue(Data.NumberText(real), skipInputValidation: true); break;
            case double real: WriteOnly(writer, "$number", w => w.WriteStringValue(real.ToString(CultureInfo.InvariantCulture))); break;
            case TimeSpan duration: WriteOnly(writer, "$duration", w => w.WriteNumberValue(duration.Ticks)); break;
            case Size size: WriteOnly(writer, "$size", w => w.WriteNumberValue(size.Bytes)); break;
            case DateTimeOffset time: WriteOnly(writer, "$time", w => w.WriteStringValue(time.ToString("O", CultureInfo.InvariantCulture))); break;
            case Absent absent: WriteAbsent(writer, absent); break;
            case Later later: WriteValue(writer, Resolved(() => later.Value), depth); break;
            case IMembers or IReadOnlyList<object?> when depth == Deepest: WriteAbsent(writer, new Absent("it is nested deeper than the journal keeps")); break;
            case IMembers map: WriteMap(writer, map, depth); break;
            case IReadOnlyList<object?> list:
                writer.WriteStartArray();
                foreach (var item in list) WriteValue(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            default: throw new JsonException($"a value of the type {value.GetType().Name} has no JSON");
        }
    }

    private static object? Resolved(Func<object?> find)
    {
        try
        {
            return find();
        }
        catch (MissingValueException missing)
        {
            return new Absent(missing.Message, missing.Mend);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        // Half a pair is no Unicode, and the writer would put another character there.
        if (text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') >= 0 && !IsWhole(text))
            WriteOnly(writer, "$utf16", w => w.WriteBase64StringValue(MemoryMarshal.AsBytes(text.AsSpan())));
        else writer.WriteStringValue(text);
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }

    private static void WriteOnly(Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> value)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(name);
        value(writer);
        writer.WriteEndObject();
    }

    private static void WriteAbsent(Utf8JsonWriter writer, Absent absent) => WriteOnly(writer, "$absent", w =>
    {
        w.WriteStartArray();
        foreach (var text in new[] { absent.Message, absent.Mend, absent.Kept })
            if (text is null) w.WriteNullValue();
            else WriteText(w, text);
        w.WriteEndArray();
    });

    internal static void WriteMap(Utf8JsonWriter writer, IMembers map, int depth)
    {
        writer.WriteStartObject();
        object? stdout = null;
        foreach (var name in map.Names)
        {
            var value = map is DataMap data ? data[name] : Resolved(() => map.TryGet(name, out var member) ? member : null);
            if (name == "stdout") stdout = value;
            // A property's name cannot be written in another way than as text.
            writer.WritePropertyName(name.StartsWith('$') ? "$" + name : name);
            if (name == "lines" && value is IReadOnlyList<object?> lines && AreLines(lines, stdout)) WriteOnly(writer, "$lines", w => w.WriteStringValue("stdout"));
            else WriteValue(writer, value, depth + 1);
        }
        writer.WriteEndObject();
    }

    /// <summary>The list is what <see cref="CommandOutput.Lines"/> makes of the text: it need not be kept twice.</summary>
    private static bool AreLines(IReadOnlyList<object?> lines, object? text) => text is string { Length: > 0 } whole && CommandOutput.Lines(whole).SequenceEqual(lines);

    private static object? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return null;
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            case JsonTokenType.String: return reader.GetString();
            case JsonTokenType.Number: return reader.ValueSpan.IndexOfAny(".eE"u8) < 0 ? (object)reader.GetInt64() : reader.GetDouble();
            case JsonTokenType.StartArray:
                var list = new List<object?>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(ReadValue(ref reader));
                return list.ToArray();
            case JsonTokenType.StartObject: return ReadObject(ref reader);
            default: throw new JsonException();
        }
    }

    /// <summary>A map, or what stands for a value that JSON has no word for.</summary>
    internal static object? ReadObject(ref Utf8JsonReader reader)
    {
        var entries = new List<KeyValuePair<string, object?>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name is ['$', not '$', ..])
            {
                var special = ReadSpecial(name, ref reader);
                reader.Read();
                return special;
            }
            var value = ReadValue(ref reader);
            if (value is Lines) value = entries.Find(e => e.Key == "stdout").Value is string text ? CommandOutput.Lines(text) : new Absent("its text is not there");
            entries.Add(KeyValuePair.Create(name.StartsWith('$') ? name[1..] : name, value));
        }
        return new DataMap(entries);
    }

    private static object? ReadSpecial(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "$number": return double.Parse(reader.GetString()!, CultureInfo.InvariantCulture);
            case "$duration": return TimeSpan.FromTicks(reader.GetInt64());
            case "$size": return new Size(reader.GetInt64());
            case "$time": return DateTimeOffset.ParseExact(reader.GetString()!, "O", CultureInfo.InvariantCulture);
            case "$utf16": return new string(MemoryMarshal.Cast<byte, char>(reader.GetBytesFromBase64()));
            case "$lines": return new Lines();
            case "$absent":
                var texts = (object?[])ReadValue(ref reader)!;
                return new Absent((string)texts[0]!, (string?)texts[1]) { Kept = (string?)texts[2] };
            default: throw new JsonException($"a newer version wrote `{name}`");
        }
    }

    /// <summary>Stands for the lines of a text beside it.</summary>
    private sealed record Lines;
}

/// <summary>A map that is known to be one.</summary>
internal sealed class MapJson : JsonConverter<DataMap>
{
    public override DataMap Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => ValueJson.ReadObject(ref reader) as DataMap ?? throw new JsonException("this is no map");

    public override void Write(Utf8JsonWriter writer, DataMap value, JsonSerializerOptions options) => ValueJson.WriteMap(writer, value, 0);
}
