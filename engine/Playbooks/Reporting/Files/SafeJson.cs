using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Playbooks.Problems;

namespace Playbooks.Reporting.Files;

/// <summary>JSON that says the same and steers no terminal: what turns the direction of text, or is not seen, is written as JSON's own escapes.</summary>
internal static class SafeJson
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is written there, indented.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable)) write(json);
        return Of(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    /// <param name="json">As a writer wrote it: control characters are escaped already, and all others of these stand in strings.</param>
    public static string Of(string json)
    {
        if (!json.AsSpan().ContainsAnyExceptInRange('\n', '~')) return json;
        var safe = new StringBuilder(json.Length);
        foreach (var rune in json.EnumerateRunes())
            if (rune.Value >= ' ' && DisplayText.IsUnsafe(rune))
                foreach (var unit in rune.ToString()) safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
            else safe.Append(rune.ToString());
        return safe.ToString();
    }
}
