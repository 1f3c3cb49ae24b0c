using Microsoft.Extensions.Time.Testing;
using Playbooks.Journal;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>The list of runs, as it is read on a phone and at a desk.</summary>
public sealed class HistoryReportTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public Task Runs_that_live_or_owe_something_stand_out(int width)
    {
        var lines = Report(width).Lines(Entries, areMore: true).ToList();
        Assert.All(lines.SelectMany(line => line.Text.Split('\n')), line => Assert.InRange(DisplayText.Width(line), 0, width));
        return Verifier.Verify(string.Concat(lines.Select(line => $"{line.Tone,-7} {line.Text}\n")), parameters: $"{width}");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public Task A_run_that_has_not_ended_is_said_to_below_its_report(int width) =>
        Verifier.Verify(string.Concat(new[] { Entries[0], Entries[1], Entries[2] }.SelectMany(Report(width).Unended).Select(line => $"{line.Tone,-7} {line.Text}\n")), parameters: $"{width}");

    private static HistoryReport Report(int width)
    {
        var time = new FakeTimeProvider(now);
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("KST", TimeSpan.FromHours(9), "KST", "KST"));
        return new HistoryReport(time, width);
    }

    private static IReadOnlyList<HistoryReport.Entry> Entries { get; } =
    [
        new(Run("20261129-115900-0a1b", "세션 장애 조치 시험", 1, null, null), true, 1),
        new(Run("20261129-110000-77aa", "Rolling restart of all application servers, one rack after the other", 60, null, null), false, 2),
        new(Run("20261129-100000-77ab", "밤사이 점검", 120, null, null), false, 0),
        new(Run("20261128-120000-1234", "세션 장애 조치 시험", 24 * 60, 62.3, ExitCode.Passed), false, 0),
        new(Run("20261128-110000-1235", "세션 장애 조치 시험", 25 * 60, 3.04, ExitCode.Failed), false, 0),
        new(Run("20261128-100000-1236", "밤사이 점검", 26 * 60, 7_322, ExitCode.NotUndone), false, 1),
        new(Run("20261128-090000-1237", "밤사이 점검", 27 * 60, 5, ExitCode.NotUndone), false, 0),
        new(Run("20261128-080000-1238", "bad \e[31mname", 28 * 60, 0.2, ExitCode.Interrupted), false, 1),
        new(Run("20261128-070000-1239", "밤사이 점검", 29 * 60, 0.2, ExitCode.Unreachable), false, 0),
    ];

    private static JournalRun Run(string name, string playbook, int minutesAgo, double? took, ExitCode? code) => new()
    {
        Id = 1,
        Name = name,
        Playbook = playbook,
        File = "/srv/p.yaml",
        StartedAt = now.AddMinutes(-minutesAgo),
        EndedAt = took is { } seconds ? now.AddMinutes(-minutesAgo).AddSeconds(seconds) : null,
        ExitCode = code,
        OwedAtEnd = 0,
        User = "root@control",
        Pid = 4711,
    };
}
