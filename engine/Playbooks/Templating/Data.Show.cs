using System.Text;
using Playbooks.Problems;

namespace Playbooks.Templating;

public static partial class Data
{
    private const int DeepestShown = 6;

    /// <summary>The value as messages and explanations write it, safe for a terminal and never wider than so many columns; what is cut ends in ….</summary>
    public static string Show(object? value, int max = 200)
    {
        var text = new StringBuilder();
        Show(value, Math.Max(4, max), 0, text);
        return DisplayText.Fit(text.ToString(), Math.Max(4, max));
    }

    /// <summary>"text "10"", "number 10": the type and the value, for messages where the type is the point.</summary>
    internal static string Describe(object? value) => value is null ? "null" : $"{TypeName(value)} {Show(value, 60)}";

    private static void Show(object? value, int max, int depth, StringBuilder text)
    {
        // Stops as soon as it is too long anyway: a captured list may have a million items.
        if (text.Length > max) return;
        switch (value)
        {
            case null: text.Append("null"); break;
            case string s: ShowText(s, max, text); break;
            case IMembers or IReadOnlyList<object?> when depth == DeepestShown: text.Append('…'); break;
            case IMembers map: ShowMap(map, max, depth, text); break;
            case IReadOnlyList<object?> list:
                text.Append('[');
                for (var i = 0; i < list.Count && text.Length <= max; i++)
                {
                    if (i > 0) text.Append(", ");
                    Show(list[i], max, depth + 1, text);
                }
                text.Append(']');
                break;
            case bool or long or double or TimeSpan or Size or DateTimeOffset: text.Append(ToText(value)); break;
            default: text.Append(value); break;
        }
    }

    private static void ShowText(string value, int max, StringBuilder text)
    {
        var cut = value.Length > max ? value[..max] : value;
        var escaped = DisplayText.Safe(cut.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal));
        text.Append('"');
        // The closing quote stays, so that a cut text cannot be taken for what follows it.
        if (DisplayText.Width(escaped) + 2 <= max && cut.Length == value.Length) text.Append(escaped);
        else text.Append(DisplayText.Fit(escaped + "…", max - 2));
        text.Append('"');
    }

    private static void ShowMap(IMembers map, int max, int depth, StringBuilder text)
    {
        text.Append('{');
        var first = true;
        foreach (var name in map.Names)
        {
            if (text.Length > max) break;
            if (!first) text.Append(", ");
            first = false;
            text.Append(IsPlainName(name) ? name : Show(name, 60)).Append(": ");
            // A message about one value must not fail because another one is absent.
            try
            {
                if (map.TryGet(name, out var value)) Show(value, max, depth + 1, text);
                else text.Append('?');
            }
            catch (MissingValueException)
            {
                text.Append('?');
            }
        }
        text.Append('}');
    }

    /// <summary>Whether the name can be written in an expression as it is.</summary>
    public static bool IsPlainName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_');
}
