using System.Text;
using Playbooks.Templating;

namespace Playbooks.Reporting.Origins;

/// <summary>Writes values for a line by line comparison.</summary>
internal static class ShownValue
{
    /// <summary>The value with its name, each entry of it on a line of its own.</summary>
    public static string Text(string name, object? value)
    {
        var text = new StringBuilder();
        Add(text, name + ":", value, "");
        return text.ToString();
    }

    private static void Add(StringBuilder text, string name, object? value, string indent)
    {
        text.Append(indent).Append(name);
        // A plan says for which hosts a value is; for all of them it stands alone.
        if (value is IReadOnlyList<object?> cases && cases is [DataMap { Count: 1 } only] && only.TryGetValue("value", out var alone)) value = alone;
        switch (value)
        {
            case DataMap { Count: > 0 } map:
                text.Append('\n');
                foreach (var (inner, one) in map) Add(text, inner + ":", one, indent + "  ");
                break;
            case IReadOnlyList<object?> { Count: > 0 } list:
                text.Append('\n');
                foreach (var one in list) Add(text, "-", one, indent + "  ");
                break;
            case string lines when lines.TrimEnd('\n').Contains('\n', StringComparison.Ordinal):
                text.Append(" |\n");
                foreach (var line in lines.TrimEnd('\n').Split('\n')) text.Append(indent).Append("  ").Append(line).Append('\n');
                break;
            default: text.Append(' ').Append(Data.ToJson(value)).Append('\n'); break;
        }
    }
}
