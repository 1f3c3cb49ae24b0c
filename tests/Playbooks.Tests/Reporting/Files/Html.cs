using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Reporting.Files;

namespace Playbooks.Tests.Reporting.Files;

/// <summary>Pages as tests look at them: their tags, and the text between them.</summary>
internal static partial class Html
{
    /// <summary>A tag; an attribute without a value has an empty one.</summary>
    public sealed record Tag(string Name, bool IsEnd, IReadOnlyDictionary<string, string> Attributes);

    public static string Of(ReportedRun run)
    {
        using var page = new StringWriter();
        HtmlReport.Write(run, page);
        return page.ToString();
    }

    /// <summary>What stands in the element, as it is in the file.</summary>
    public static string Inside(string page, string element) => Regex.Match(page, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;

    /// <summary>The page without its style and its script, cut at its tags: a tag, and the text before it.</summary>
    public static IEnumerable<(string Before, Tag Tag)> Pieces(string page)
    {
        var at = 0;
        page = Own().Replace(page, "");
        foreach (Match match in OneTag().Matches(page))
        {
            yield return (WebUtility.HtmlDecode(page[at..match.Index]), new Tag(match.Groups["name"].Value, match.Groups["end"].Length > 0,
                OneAttribute().Matches(match.Groups["attributes"].Value).ToDictionary(a => a.Groups["name"].Value, a => WebUtility.HtmlDecode(a.Groups["value"].Value))));
            at = match.Index + match.Length;
        }
    }

    /// <summary>What a reader sees, block by block: titles by #, what can be unfolded by + (folded) or - (open), pictures by what they say to those who cannot see them.</summary>
    public static string Outline(string page)
    {
        var (text, line, depth, cells, open) = (new StringBuilder(), new StringBuilder(), 0, false, false);
        void End()
        {
            var words = Blanks().Replace(line.ToString(), " ").Trim();
            if (words.Length > 0) text.Append(' ', Math.Max(0, depth) * 2).Append(words).Append('\n');
            line.Clear();
        }
        foreach (var (before, tag) in Pieces(page))
        {
            line.Append(before);
            if (tag is { Name: "pre", IsEnd: true })
            {
                foreach (var row in line.ToString().TrimEnd('\n').Split('\n')) text.Append(' ', depth * 2).Append("| ").Append(row).Append('\n');
                line.Clear();
            }
            if (tag is { Name: "td" or "th", IsEnd: true }) line.Append(" ¦ ");
            if (tag.Name == "tr") cells = !tag.IsEnd;
            if (!cells && tag.Name is "div" or "p" or "li" or "dt" or "dd" or "h1" or "h2" or "h3" or "h4" or "pre" or "details" or "summary" or "section" or "tr" or "title" or "option" or "button" && !(tag.Name == "h3" && depth > 0)) End();
            if (tag is { Name: ['h', >= '1' and <= '4'], IsEnd: false }) line.Append(new string('#', tag.Name[1] - '0')).Append(' ');
            if (tag is { Name: "summary", IsEnd: false }) line.Append(open ? "- " : "+ ");
            if (tag.Name == "details") depth += tag.IsEnd ? -1 : 1;
            if (tag is { Name: "details", IsEnd: false }) open = tag.Attributes.ContainsKey("open");
            if (tag is { Name: "svg", IsEnd: false } && tag.Attributes.TryGetValue("aria-label", out var label)) line.Append($" [{label}]");
        }
        End();
        return text.ToString();
    }

    [GeneratedRegex("(?<=<(style|script)>).*?(?=</\\1>)", RegexOptions.Singleline)]
    private static partial Regex Own();

    [GeneratedRegex("<(?<end>/?)(?<name>[a-zA-Z!][a-zA-Z0-9]*)(?<attributes>( [^<>]*)?)>")]
    private static partial Regex OneTag();

    [GeneratedRegex("""(?<name>[^\s"=]+)(="(?<value>[^"]*)")?""")]
    private static partial Regex OneAttribute();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
