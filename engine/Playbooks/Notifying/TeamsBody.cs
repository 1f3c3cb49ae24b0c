using System.Text;
using Playbooks.Reporting;
using Playbooks.Templating;

namespace Playbooks.Notifying;

/// <summary>A message as a webhook of Teams' workflows takes it: an Adaptive Card (adaptivecards.io, 1.4) whose texts are runs, in which no Markdown is read.</summary>
internal static class TeamsBody
{
    /// <summary>Of a whole message; Teams takes 28 KB.</summary>
    private const int MostBytes = 25_000;

    public static string Of(Message message) => Message.Fit(most => Card(message, most), json => Encoding.UTF8.GetByteCount(json) <= MostBytes);

    private static string Card(Message message, int most) => Data.ToJson(SlackBody.Map(
        ("type", "message"),
        ("attachments", (List<object?>)[SlackBody.Map(
            ("contentType", "application/vnd.microsoft.card.adaptive"),
            ("contentUrl", null),
            ("content", SlackBody.Map(
                ("$schema", "http://adaptivecards.io/schemas/adaptive-card.json"),
                ("type", "AdaptiveCard"),
                ("version", "1.4"),
                ("fallbackText", message.Title),
                ("msteams", SlackBody.Map(("width", "Full"))),
                ("body", (List<object?>)
                [
                    Line(message.Title, Tone.Title),
                    .. message.Lead.Select(line => Line(line, Tone.Quiet)),
                    .. message.Lists.SelectMany(list => list.Most(most).Select(line => Line(line, Tone.Plain)).Prepend(Line(list.Title, list.Tone))),
                    Line(message.Look, Tone.Quiet),
                ]))))])));

    private static DataMap Line(string text, Tone tone) => SlackBody.Map(
        ("type", "RichTextBlock"),
        ("spacing", tone is Tone.Plain ? "None" : "Default"),
        ("inlines", (List<object?>)[SlackBody.Map(
            ("type", "TextRun"),
            ("text", text),
            ("size", tone == Tone.Title ? "Large" : "Default"),
            ("weight", tone is Tone.Plain or Tone.Quiet ? "Default" : "Bolder"),
            ("color", tone switch { Tone.Bad => "Attention", Tone.Good => "Good", Tone.Warning => "Warning", _ => "Default" }),
            ("isSubtle", tone == Tone.Quiet))]));
}
