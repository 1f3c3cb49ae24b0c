using Playbooks.Templating;

namespace Playbooks.Notifying;

/// <summary>A message as Slack's incoming webhooks take it (docs.slack.dev: "Incoming webhooks", "Block Kit"). Nothing that a host said is markup there, or calls anybody.</summary>
internal static class SlackBody
{
    /// <summary>Of a header and of a section.</summary>
    private const int LongestHeader = 150, LongestSection = 3000;

    /// <summary>Of the fallback text; Slack cuts at 40,000.</summary>
    private const int LongestText = 4000;

    /// <summary>"Formatting text for app surfaces": these three, and no others. A mention, a link and a channel all begin with the second.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    public static string Of(Message message) => Data.ToJson(new DataMap(
    [
        // Shown where blocks are not: in a notification on a phone.
        new("text", Message.Fit(most => Escape(message.ToText(most)), text => text.Length <= LongestText)),
        new("blocks", (List<object?>)
        [
            Map(("type", "header"), ("text", Map(("type", "plain_text"), ("text", Problems.DisplayText.Fit(message.Title, LongestHeader)), ("emoji", false)))),
            Section(Escape(string.Join('\n', message.Lead))),
            // Sections are some ten, and 50 blocks may be there.
            .. message.Lists.Select(list => Section(Message.Fit(most => $"*{Escape(list.Title)}*\n{Escape(string.Join('\n', list.Most(most)))}", text => text.Length <= LongestSection))),
            Section(Escape(message.Look)),
        ]),
    ]));

    /// <summary>`verbatim`: names behind an `@` or a `#` are not looked for in the text.</summary>
    private static DataMap Section(string text) => Map(("type", "section"), ("text", Map(("type", "mrkdwn"), ("text", text), ("verbatim", true))));

    internal static DataMap Map(params ReadOnlySpan<(string Name, object? Value)> entries)
    {
        var map = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in entries) map.Add(new(name, value));
        return new DataMap(map);
    }
}
