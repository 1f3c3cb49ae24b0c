using System.Globalization;
using Scriban.Functions;

namespace Playbooks.Templating.Functions;

/// <summary>Functions of maps and times.</summary>
internal static class OtherFunctions
{
    private static readonly DateTimeFunctions Times = new();

    public static readonly IReadOnlyList<Function> All =
    [
        new("object.keys(map)", x => x.Map(0).Names.ToArray()),
        new("object.values(map)", x => x.Map(0) is var _ ? x.Items(0).Select(item => item.Value).ToArray() : null),
        new("object.size(map)", x => (long)x.Map(0).Names.Count()),
        new("object.has_key(map, name)", x => x.Map(0).Names.Contains(x.Text(1), StringComparer.Ordinal)),
        new("object.typeof(value)", x => Data.TypeName(x[0])),
        new("object.to_json(value)", OwnFunctions.Json),
        new("object.from_json(text)", OwnFunctions.ParseJson),
        new("date.parse(text)", x => Literals.TryTime(x.Text(0), out var time) ? time
            : throw x.Fail(0, $"{Data.Show(x.Text(0), 40)} is no time as ISO 8601 writes it", "like 2026-01-31T12:00:00Z")),
        // The pattern is strftime's, as in Scriban: %Y-%m-%d. The clock time is that of the value's own offset.
        new("date.to_string(time, pattern)", x => Times.ToString(x.Time(0).DateTime, x.Text(1), CultureInfo.InvariantCulture)),
    ];
}
