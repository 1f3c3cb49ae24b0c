using Playbooks.Problems;
using Playbooks.Reporting;

namespace Play.Pages;

/// <summary>A command's page in a terminal, also in a narrow one.</summary>
internal static class HelpText
{
    /// <summary>Below this many columns an explanation stands under its word, not beside it.</summary>
    private const int Narrow = 70, MostLabel = 26;

    public static IEnumerable<string> Lines(CommandPage page, int width)
    {
        foreach (var line in Layout.Wrap(page.Summary, width, 2)) yield return line;
        foreach (var line in Section("Usage", page.Usage.SelectMany(usage => Layout.Wrap("  " + usage, width, 6)))) yield return line;
        foreach (var (title, entries) in new[] { ("Arguments", page.Arguments), ("Options", page.Options), ("Commands", page.Commands) })
        {
            // Alone they would be a wide margin for a short list.
            var column = Math.Min(MostLabel, entries.Select(entry => DisplayText.Width(entry.Label)).Append(0).Max()) + 4;
            foreach (var line in Section(title, entries.SelectMany(entry => Entry(entry, width, column)))) yield return line;
        }
        foreach (var line in Section("Examples", page.Examples.SelectMany(example => Layout.Wrap("  " + example.Line, width, 6).Concat(Layout.Wrap("    " + example.Text, width, 4))))) yield return line;
        if (page.Commands.Count > 0) yield return $"\n`{page.Name} COMMAND --help` says more of a command.";
    }

    private static IEnumerable<string> Entry(CommandPage.Entry entry, int width, int column)
    {
        var label = "  " + entry.Label;
        if (width < Narrow || DisplayText.Width(label) + 2 > column) return Layout.Wrap(label, width, 6).Concat(Layout.Wrap(Indented(width < Narrow ? 6 : column, entry.Text), width, width < Narrow ? 6 : column));
        return Layout.Wrap(label.PadRight(column) + entry.Text, width, column);
    }

    private static string Indented(int columns, string text) => new string(' ', columns) + text;

    private static IEnumerable<string> Section(string title, IEnumerable<string> lines)
    {
        var begun = false;
        foreach (var line in lines)
        {
            if (!begun) yield return $"\n{title}";
            begun = true;
            yield return line;
        }
    }
}
