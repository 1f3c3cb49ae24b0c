using System.Globalization;
using System.Security;
using Playbooks.Problems;

namespace Playbooks.Scheduling;

/// <summary>When a run is due that begins every night at the same time of day: once for each date of its time zone, whatever the clocks do.</summary>
/// <param name="At">The time of day.</param>
/// <param name="Zone">Where it is that time.</param>
public sealed record DueTimes(TimeOnly At, TimeZoneInfo Zone)
{
    /// <summary>
    /// How often a crontab line asks whether it is due, in minutes: the offsets of all time zones differ by a multiple of it (IANA Time Zone
    /// Database), so one of those moments is the one that is due, whatever zone the line is read in.
    /// </summary>
    public const int Quarter = 15;

    /// <summary>What clocks do once a year they do within this many days.</summary>
    private const int Days = 800;

    /// <summary>The time of day, `03:00`, in the zone of that name in the IANA Time Zone Database.</summary>
    /// <exception cref="ScheduleException">One of them is none.</exception>
    public static DueTimes Read(string at, string zone) =>
        new(TimeOnly.TryParseExact(at, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : throw new ScheduleException($"`{at}` is no time of day", "write it as 03:00, or 21:30"), ZoneOf(zone));

    public string Time => At.ToString("HH:mm", CultureInfo.InvariantCulture);

    public override string ToString() => $"{Time} {Zone.Id}";

    /// <summary>That date's moment: of a time that the clocks show twice the first; of one that they leave out what it is by the clocks of before.</summary>
    public DateTimeOffset On(DateOnly date)
    {
        var (moment, _) = Find(date);
        return moment.ToOffset(Zone.GetUtcOffset(moment));
    }

    /// <summary>The first that comes after that moment.</summary>
    public DateTimeOffset Next(DateTimeOffset after)
    {
        var date = DateOf(after).AddDays(-1);
        while (On(date) <= after) date = date.AddDays(1);
        return On(date);
    }

    /// <summary>The last that was, or is at that moment.</summary>
    public DateTimeOffset Latest(DateTimeOffset now)
    {
        var date = DateOf(now).AddDays(1);
        while (On(date) > now) date = date.AddDays(-1);
        return On(date);
    }

    /// <summary>Whether who asks every quarter of an hour, or a little later, asks for the first time since it is due.</summary>
    public bool IsDue(DateTimeOffset now) => now - Latest(now) < TimeSpan.FromMinutes(Quarter);

    /// <summary>The first date from then on whose clocks do not show that time, and the time of its moment; null: all do.</summary>
    public (DateOnly Date, TimeOnly Instead)? LeftOut(DateTimeOffset from)
    {
        var first = DateOf(from);
        for (var date = first; date < first.AddDays(Days); date = date.AddDays(1))
            if (Find(date).IsLeftOut) return (date, TimeOnly.FromDateTime(On(date).DateTime));
        return null;
    }

    /// <summary>From offsets of moments alone: what .NET says of local times is wrong for zones whose winter is the exception (Europe/Dublin, Africa/Casablanca).</summary>
    private (DateTimeOffset Moment, bool IsLeftOut) Find(DateOnly date)
    {
        var local = new DateTimeOffset(date.ToDateTime(At), TimeSpan.Zero);
        DateTimeOffset If(TimeSpan offset) => local - offset;
        bool Shows(TimeSpan offset) => Zone.GetUtcOffset(If(offset)) == offset;
        var (before, after) = (Zone.GetUtcOffset(local.AddDays(-1)), Zone.GetUtcOffset(local.AddDays(1)));
        return Shows(before) ? (If(before), false) : Shows(after) ? (If(after), false) : (If(before), true);
    }

    private DateOnly DateOf(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Zone).DateTime);

    private static TimeZoneInfo ZoneOf(string zone)
    {
        try
        {
            // What is no plain name is a path to .NET.
            if (zone.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-') && TimeZoneInfo.FindSystemTimeZoneById(zone) is { } found) return found;
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or SecurityException or UnauthorizedAccessException or ArgumentException)
        {
            // Said below.
        }
        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).ToList();
        throw new ScheduleException($"there is no time zone `{zone}`", known.Count < 2
            ? "this machine has no time zones: install the package tzdata"
            : Suggest.DidYouMean(zone, known) ?? $"name it as in /usr/share/zoneinfo, such as {known.Find(id => id.EndsWith($"/{zone}", StringComparison.OrdinalIgnoreCase)) ?? "Asia/Seoul"}");
    }
}
