using System.Globalization;
using System.Text;
using Playbooks.Problems;

namespace Playbooks.Reporting.Files;

/// <summary>JSON that says the same and steers no terminal: what turns the direction of text, or is not seen, is written as JSON's own escapes.</summary>
internal static class SafeJson
{
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
