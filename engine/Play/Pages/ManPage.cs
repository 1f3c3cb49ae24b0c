using System.CommandLine;
using System.Text;
using Playbooks.Running;

namespace Play.Pages;

/// <summary>The manual page, in the language of man(7).</summary>
internal static class ManPage
{
    public static string Write(RootCommand root, string version)
    {
        var pages = CommandPage.All(root).ToList();
        var page = pages[0];
        var text = new StringBuilder();
        text.Append(".TH PLAY 1 \"\" \"play ").Append(Escaped(version)).Append("\" \"User Commands\"\n");
        text.Append(".SH NAME\nplay \\- ").Append(Escaped(page.Summary.TrimEnd('.'))).Append('\n');
        text.Append(".SH SYNOPSIS\n").AppendJoin(".br\n", page.Usage.Select(usage => Bold(usage, "play"))).Append('\n');
        text.Append(".SH DESCRIPTION\n").Append(Escaped("A playbook is a YAML file with steps that act on hosts over SSH, or look at them, and that assert what must be true of them. All problems of a file are told before any host is touched. What could not be found out is no pass; what could not be put back is said.")).Append('\n');
        Entries(text, "ARGUMENTS", page.Arguments);
        Entries(text, "OPTIONS", page.Options);
        text.Append(".SH COMMANDS\n");
        foreach (var command in pages.Skip(1)) Command(text, command);
        Entries(text, "EXIT STATUS", [.. ExitCodes.All.Select(code => new CommandPage.Entry($"{(int)code.Code}", code.Meaning.Replace("**", "", StringComparison.Ordinal)))]);
        Entries(text, "ENVIRONMENT", Manual.Environment);
        Entries(text, "FILES", Manual.Files);
        text.Append(".SH EXAMPLES\n");
        foreach (var example in pages.SelectMany(one => one.Examples)) text.Append(".TP\n.B ").Append(Escaped(example.Line)).Append('\n').Append(Escaped(example.Text)).Append('\n');
        text.Append(".SH \"SEE ALSO\"\nssh(1), ssh_config(5), systemd.timer(5), crontab(5)\n");
        return text.ToString();
    }

    private static void Command(StringBuilder text, CommandPage page)
    {
        text.Append(".SS ").Append(Quoted(page.Usage[0])).Append('\n').Append(Escaped(page.Summary)).Append('\n');
        Tagged(text, page.Arguments.Concat(page.Options.Where(option => option.Label != "-h, --help")));
    }

    private static void Entries(StringBuilder text, string title, IReadOnlyList<CommandPage.Entry> entries)
    {
        text.Append(".SH \"").Append(title).Append('"').Append('\n');
        Tagged(text, entries);
    }

    private static void Tagged(StringBuilder text, IEnumerable<CommandPage.Entry> entries)
    {
        foreach (var entry in entries) text.Append(".TP\n.B ").Append(Escaped(entry.Label)).Append('\n').Append(Escaped(entry.Text)).Append('\n');
    }

    private static string Bold(string usage, string word) => usage.StartsWith(word, StringComparison.Ordinal) ? $".B {word}\n{Escaped(usage[(word.Length + 1)..])}\n" : Escaped(usage) + "\n";

    private static string Quoted(string text) => $"\"{Escaped(text).Replace("\"", "\\(dq", StringComparison.Ordinal)}\"";

    /// <summary>Words, and no requests: a backslash, a dash that shall be one when it is copied, and a dot or an apostrophe at the beginning (groff_char(7), man-pages(7)).</summary>
    private static string Escaped(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("'", "\\(aq", StringComparison.Ordinal).Replace("`", "\\(ga", StringComparison.Ordinal).Replace("~", "\\(ti", StringComparison.Ordinal).Replace("^", "\\(ha", StringComparison.Ordinal);
        return escaped is ['.', ..] ? "\\&" + escaped : escaped;
    }
}
