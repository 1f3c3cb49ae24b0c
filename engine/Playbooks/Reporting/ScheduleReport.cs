using System.Globalization;
using Playbooks.Scheduling;

namespace Playbooks.Reporting;

/// <summary>Lists what runs every night: when, what, when next, how the last run ended, and where one did not begin.</summary>
/// <param name="time">Says what time it is, and in which zone the reader lives.</param>
/// <param name="width">Columns to write in.</param>
public sealed class ScheduleReport(TimeProvider time, int width)
{
    /// <summary>A run that began so much late began.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(DueTimes.Quarter);

    /// <summary>A schedule, and the last run of its playbook; null: there is none.</summary>
    public sealed record Entry(FoundSchedule Found, HistoryReport.Entry? Last);

    public IEnumerable<ReportLine> Lines(IReadOnlyList<Entry> schedules) => schedules.Count == 0
        ? Layout.Lines("Nothing is scheduled. `play schedule add PLAYBOOK --at 03:00` has a playbook run every night.", width, 0, 2, Tone.Plain)
        : schedules.SelectMany(Lines);

    private IEnumerable<ReportLine> Lines(Entry entry)
    {
        var (found, schedule, now) = (entry.Found, entry.Found.Schedule, time.GetUtcNow());
        var next = schedule.Due.Next(now);
        return
        [
            .. Layout.Lines($"{schedule.Name} · {schedule.Due} · {found.By.Name}", width, 0, 2, Tone.Title),
            .. Layout.Lines(schedule.File, width, 2, 2, Tone.Plain),
            .. Layout.Lines($"next {When(next)}, in {ProgressReport.Short(Minutes(next - now))}", width, 2, 2, Tone.Plain),
            .. entry.Last is { } last ? Layout.Lines($"last {When(last.Run.StartedAt)} {HistoryReport.How(last)} · {last.Run.Name}", width, 2, 2, HistoryReport.ToneOf(last)) : [],
            .. found.Trouble is { } trouble ? Layout.Lines($"✗ {trouble}", width, 2, 2, Tone.Bad) : [],
            .. Missed(schedule, entry.Last?.Run.StartedAt, now) is { } due ? Layout.Lines($"✗ none began at {When(due)}: {Why(entry, due)}", width, 2, 2, Tone.Bad) : [],
        ];
    }

    /// <summary>When one was due last, if none has begun since.</summary>
    private static DateTimeOffset? Missed(Schedule schedule, DateTimeOffset? began, DateTimeOffset now)
    {
        var due = schedule.Due.Latest(now);
        return due > schedule.Added && now - due > Patience && !(began >= due) ? due : null;
    }

    private static string Why(Entry entry, DateTimeOffset due) => entry.Last is { IsAlive: true } last && last.Run.StartedAt < due
        ? "the last one is still running"
        : entry.Found.By.SaidIn(entry.Found.Schedule);

    private static TimeSpan Minutes(TimeSpan span) => TimeSpan.FromMinutes(Math.Ceiling(span.TotalMinutes));

    private string When(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
