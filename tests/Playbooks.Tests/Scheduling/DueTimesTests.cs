using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Playbooks.Scheduling;
using Xunit;

namespace Playbooks.Tests.Scheduling;

/// <summary>When a nightly run is due, also in the nights in which the clocks are changed.</summary>
public sealed partial class DueTimesTests
{
    /// <summary>Whole hours, half of one, clocks that change at midnight, before a meal, by half an hour, by less in winter than in summer, or never.</summary>
    private static readonly string[] zones =
        ["Asia/Seoul", "Europe/Berlin", "America/New_York", "Europe/London", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "America/Santiago", "Asia/Kathmandu", "Asia/Beirut", "UTC"];

    public static TheoryData<string> Zones => [.. zones];

    [Theory]
    [InlineData("2026-03-28", "2026-03-28T01:30")]
    [InlineData("2026-03-29", "2026-03-29T01:30")] // 02:30 is not there: it is 03:30
    [InlineData("2026-03-30", "2026-03-30T00:30")]
    [InlineData("2026-10-24", "2026-10-24T00:30")]
    [InlineData("2026-10-25", "2026-10-25T00:30")] // 02:30 is there twice: the first
    [InlineData("2026-10-26", "2026-10-26T01:30")]
    public void In_the_nights_of_the_clocks_half_past_two_is_due_once(string date, string utc) =>
        Assert.Equal(DateTimeOffset.Parse($"{utc}Z", CultureInfo.InvariantCulture), DueTimes.Read("02:30", "Europe/Berlin").On(DateOnly.Parse(date, CultureInfo.InvariantCulture)).ToUniversalTime());

    [Fact]
    public void A_time_that_the_clocks_leave_out_is_known_before_and_one_that_they_show_twice_is_not_in_the_way()
    {
        var now = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal((new DateOnly(2027, 3, 28), new TimeOnly(3, 30)), DueTimes.Read("02:30", "Europe/Berlin").LeftOut(now));
        Assert.Equal((new DateOnly(2027, 3, 28), new TimeOnly(2, 0)), DueTimes.Read("01:00", "Europe/London").LeftOut(now));
        Assert.Equal((new DateOnly(2027, 3, 28), new TimeOnly(2, 30)), DueTimes.Read("01:30", "Europe/Dublin").LeftOut(now));
        Assert.Null(DueTimes.Read("03:00", "Europe/Berlin").LeftOut(now));
        Assert.Null(DueTimes.Read("01:30", "America/New_York").LeftOut(now));
        Assert.Null(DueTimes.Read("02:30", "Asia/Seoul").LeftOut(now));
    }

    [Fact]
    public void The_last_was_the_next_is_to_come_and_between_them_there_is_none() =>
        Gen.Select(Gen.Int[0, zones.Length - 1].Select(i => zones[i]), Gen.Int[0, 24 * 60 - 1], Gen.Long[0, 10L * 365 * 24 * 3600]).Sample((zone, minute, second) =>
        {
            var due = new DueTimes(TimeOnly.MinValue.AddMinutes(minute), TimeZoneInfo.FindSystemTimeZoneById(zone));
            var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second);
            var (last, next) = (due.Latest(now), due.Next(now));
            return last <= now && now < next && due.Next(last) == next && due.Latest(next) == next && next - last < TimeSpan.FromHours(26);
        });

    [Theory]
    [MemberData(nameof(Zones))]
    public void Who_asks_every_quarter_of_an_hour_is_told_once_for_each_date(string zone)
    {
        foreach (var time in new[] { "00:00", "00:10", "01:30", "01:59", "02:00", "02:30", "02:44", "03:00", "03:07", "23:59" })
        {
            var due = DueTimes.Read(time, zone);
            var told = new Dictionary<DateOnly, int>();
            var days = Enumerable.Range(0, 365).Select(day => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day)).ToList();
            var changes = days.Where(day => due.Zone.GetUtcOffset(day) != due.Zone.GetUtcOffset(day.AddDays(1))).Append(days[100]).ToList();
            foreach (var day in changes)
            {
                // As the line of a crontab does, in whatever zone it is read; and cron is late by some seconds, or by minutes.
                var (asked, end) = (day.AddDays(-2).AddMinutes(due.At.Minute % DueTimes.Quarter), day.AddDays(3));
                for (var i = 0; asked < end; i++, asked = asked.AddMinutes(DueTimes.Quarter))
                    if (due.IsDue(asked.AddSeconds(i * 7 % 800))) told[DateOf(due, asked)] = told.GetValueOrDefault(DateOf(due, asked)) + 1;
                for (var date = DateOf(due, day).AddDays(-1); date <= DateOf(due, day).AddDays(1); date = date.AddDays(1)) Assert.Equal((time, date, 1), (time, date, told.GetValueOrDefault(date)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public async Task Systemd_begins_a_run_on_the_same_dates(string zone)
    {
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        foreach (var time in new[] { "01:30", "02:30", "03:00" })
        {
            var due = DueTimes.Read(time, zone);
            if (due.LeftOut(from) is not null) continue;
            var moments = await Systemd(time, zone, from);
            Assert.Equal(365, moments.Count);
            var mine = from;
            foreach (var moment in moments)
            {
                mine = due.Next(mine);
                // Of a time that is there twice systemd takes the one or the other.
                if ((mine - moment).Duration() is { Ticks: > 0 } apart && due.Zone.GetUtcOffset(mine) - due.Zone.GetUtcOffset(moment) == apart) Assert.Equal(DateOf(due, mine), DateOf(due, moment));
                else Assert.Equal(mine.ToUniversalTime(), moment);
            }
        }
    }

    /// <summary>Why such a time is refused.</summary>
    [Fact]
    public async Task Systemd_leaves_out_a_night_whose_clocks_do_not_show_the_time()
    {
        var dates = (await Systemd("02:30", "Europe/Berlin", new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero))).Select(at => DateOf(DueTimes.Read("02:30", "Europe/Berlin"), at)).ToList();
        Assert.Equal((true, false), (dates.Contains(new DateOnly(2026, 3, 28)), dates.Contains(new DateOnly(2026, 3, 29))));
    }

    [Theory]
    [InlineData("24:00", "UTC", "`24:00` is no time of day", "write it as 03:00, or 21:30")]
    [InlineData("3", "UTC", "`3` is no time of day", "write it as 03:00, or 21:30")]
    [InlineData("03:00", "Asia/Soul", "there is no time zone `Asia/Soul`", "did you mean `Asia/Seoul`?")]
    [InlineData("03:00", "KST", "there is no time zone `KST`", null)]
    [InlineData("03:00", "Seoul", "there is no time zone `Seoul`", "name it as in /usr/share/zoneinfo, such as Asia/Seoul")]
    [InlineData("03:00", "../../../etc/localtime", "there is no time zone `../../../etc/localtime`", null)]
    [InlineData("03:00", "", "there is no time zone ``", null)]
    public void What_is_no_time_or_no_zone_is_said(string at, string zone, string message, string? mend)
    {
        var e = Assert.Throws<ScheduleException>(() => DueTimes.Read(at, zone));
        Assert.Equal(message, e.Message);
        if (mend is not null) Assert.Equal(mend, e.Mend);
    }

    private static DateOnly DateOf(DueTimes due, DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, due.Zone).DateTime);

    /// <summary>A year of moments, as systemd has them. For a zone in the text it would make a process for each of them.</summary>
    private static async Task<IReadOnlyList<DateTimeOffset>> Systemd(string time, string zone, DateTimeOffset from)
    {
        var start = new ProcessStartInfo("systemd-analyze", ["calendar", "--iterations=365", $"--base-time={from:yyyy-MM-dd HH:mm:ss} UTC", $"*-*-* {time}:00"]) { RedirectStandardOutput = true };
        start.Environment["TZ"] = zone;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return [.. Elapse().Matches(said).Select(match => DateTimeOffset.ParseExact(match.Groups[1].Value, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))];
    }

    [GeneratedRegex(@"(?:\(in UTC\)|Next elapse|Iter\. #\d+|Iteration #\d+): \w+ (\S+ \S+) UTC")]
    private static partial Regex Elapse();
}
