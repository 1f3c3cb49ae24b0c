using Microsoft.Extensions.Time.Testing;
using Playbooks.Journal;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Scheduling;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>The list of what runs every night, as it is read in the morning.</summary>
public sealed class ScheduleReportTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 29, 23, 0, 0, TimeSpan.Zero);
    private static readonly SystemdTimers systemd = new("/etc/systemd/system", isUsers: false, TimeProvider.System);
    private static readonly Crontab crontab = new(TimeProvider.System);

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public Task What_did_not_begin_stands_out(int width)
    {
        var time = new FakeTimeProvider(now);
        time.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"));
        var report = new ScheduleReport(time, width);
        var lines = new[] { Entries, [] }.SelectMany(report.Lines).ToList();
        Assert.All(lines, line => Assert.InRange(DisplayText.Width(line.Text), 0, width));
        return Verifier.Verify(string.Concat(lines.Select(line => $"{line.Tone,-7} {line.Text}\n")), parameters: $"{width}");
    }

    private static IReadOnlyList<ScheduleReport.Entry> Entries { get; } =
    [
        new(Found("added-today", systemd, hoursAgo: 1), null),
        new(Found("nightly", systemd), Last(300, ExitCode.Passed)),
        new(Found("밤사이_점검", crontab, zone: "Europe/Berlin", file: "/srv/ops/playbooks/모든-서버를-밤사이에-점검한다.yaml"), Last(20, ExitCode.Failed)),
        new(Found("is-late", crontab), Last(25 * 60, ExitCode.Passed)),
        new(Found("밤-never", systemd), null),
        new(Found("goes-on", systemd), Last(29 * 60, null, isAlive: true)),
        new(Found("stopped", systemd) with { Trouble = "its timer is inactive: systemctl enable --now 'play-stopped.timer'" }, Last(300, ExitCode.Interrupted)),
    ];

    private static FoundSchedule Found(string name, IScheduler by, int hoursAgo = 1_000, string zone = "Asia/Seoul", string file = "/srv/ops/playbooks/nightly.yaml") =>
        new(new() { Name = name, File = file, Due = DueTimes.Read("03:00", zone), State = "/s", Added = now.AddHours(-hoursAgo) }, by);

    private static HistoryReport.Entry Last(int minutesAgo, ExitCode? code, bool isAlive = false) => new(new JournalRun
    {
        Id = 1,
        Name = "20261129-180000-0a1b",
        Playbook = "Nightly",
        File = "/srv/ops/playbooks/nightly.yaml",
        StartedAt = now.AddMinutes(-minutesAgo),
        EndedAt = isAlive ? null : now.AddMinutes(5 - minutesAgo),
        ExitCode = code,
        OwedAtEnd = 0,
        User = "root@control",
        Pid = 4711,
    }, isAlive, 0);
}
