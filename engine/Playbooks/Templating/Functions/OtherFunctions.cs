using System.Globalization;
using Scriban.Functions;

namespace Playbooks.Templating.Functions;

/// <summary>Functions of maps and times.</summary>
internal static class OtherFunctions
{
    private static readonly DateTimeFunctions Times = new();

    public static readonly IReadOnlyList<Function> All =
    [
        new("object.keys(map)", "The names in a map.", "object.keys({ a: 1, b: 2 }) → ['a', 'b']", x => x.Map(0).Names.ToArray()),
        new("object.values(map)", "The values in a map.", "object.values({ a: 1, b: 2 }) → [1, 2]", x => x.Map(0) is var _ ? x.Items(0).Select(item => item.Value).ToArray() : null),
        new("object.size(map)", "How many names it has.", "object.size({ a: 1, b: 2 }) → 2", x => (long)x.Map(0).Names.Count()),
        new("object.has_key(map, name)", "Whether it has that name.", "object.has_key({ a: 1 }, 'b') → false", x => x.Map(0).Names.Contains(x.Text(1), StringComparer.Ordinal)),
        new("object.typeof(value)", "What type a value has.", "object.typeof('5') → 'text'", x => Data.TypeName(x[0])),
        new("object.to_json(value)", "A value as JSON.", "object.to_json({ a: [1, true] }) → '{\"a\":[1,true]}'", OwnFunctions.Json),
        new("object.from_json(text)", "The same as `parse_json`.", "object.from_json('[1, 2]') → [1, 2]", OwnFunctions.ParseJson),
        new("date.parse(text)", "The time that ISO 8601 writes, with its offset.", "date.parse('2026-01-31T12:00:00Z') > date.parse('2026-01-30') → true", x => Literals.TryTime(x.Text(0), out var time) ? time
            : throw x.Fail(0, $"{Data.Show(x.Text(0), 40)} is no time as ISO 8601 writes it", "like 2026-01-31T12:00:00Z")),
        // The pattern is strftime's, as in Scriban: %Y-%m-%d. The clock time is that of the value's own offset.
        new("date.to_string(time, pattern)", "A time in a pattern of strftime's, by the clock of its own offset.", "date.to_string(date.parse('2026-01-31T12:00:00Z'), '%Y-%m-%d') → '2026-01-31'", x => Times.ToString(x.Time(0).DateTime, x.Text(1), CultureInfo.InvariantCulture)),
    ];
}
