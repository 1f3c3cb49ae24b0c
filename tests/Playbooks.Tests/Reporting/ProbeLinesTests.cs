using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>What is told of probes: outages as they come, and all of it at the end, on a phone too.</summary>
public sealed class ProbeLinesTests
{
    private static readonly StepKey Site = new("probes/0"), Up = new("probes/1"), Stop = new("steps/0");

    private static readonly Position At = new(new SourceText("p.yaml", "a\nb\n"), 1, 1, 1);

    private static readonly RunOutline Outline = new()
    {
        Hosts = [new("was1", "와스1"), new("was2", "와스2")],
        Probes = [new(Site, "The site answers", At) { HasBudget = true, Proves = true }, new(Up, "The port is open", At)],
        Steps = [new(Stop, "Stop it", At), new(new("steps/1"), "Start it", At)],
    };

    private static IEnumerable<RunEvent> Run()
    {
        yield return new RunEvent.RunStarted("r", "Rolling", "p.yaml") { Outline = Outline };
        yield return new RunEvent.ProbeStarted("", Site, "site", [], TimeSpan.FromMilliseconds(250));
        yield return new RunEvent.ProbeStarted("", Up, null, ["was1", "was2"], TimeSpan.FromSeconds(1));
        yield return Sampled(Site, "", 0, "++++++++++++", "", 10);
        yield return Sampled(Up, "was1", 0, "++?", "");
        yield return new RunEvent.StepStarted("", Stop, "Stop it", null, [], ["was1", "was2"]) { Elapsed = TimeSpan.FromSeconds(3) };
        foreach (var host in new[] { "was1", "was2" }) yield return new RunEvent.HostStarted(new Address("", Stop, host), "play", null, true) { Elapsed = TimeSpan.FromSeconds(3) };
        yield return Sampled(Site, "", 3, "+--", "status < 400 does not hold: status is 503", 90);
        yield return Sampled(Site, "", 3.75, "--?--", "status < 400 does not hold: status is 503");
        yield return Sampled(Up, "was2", 0, "------", "no answer from 192.0.2.12:8009: \u001b[31mconnection refused");
        yield return new RunEvent.StopRequested(StopReason.Guard) { Why = "The site answers: down for 1.75s at a time", Probe = new Address("", Site, ""), Elapsed = TimeSpan.FromSeconds(5) };
        foreach (var host in new[] { "was1", "was2" }) yield return new RunEvent.HostFinished(new Address("", Stop, host), "play", new HostResult { Outcome = Outcome.Passed }) { Elapsed = TimeSpan.FromSeconds(5.1) };
        yield return new RunEvent.StepFinished("", Stop, [new("was1", Outcome.Passed), new("was2", Outcome.Passed)], TimeSpan.FromSeconds(2)) { Elapsed = TimeSpan.FromSeconds(5.1) };
        var owed = new OwedUndo("play", new Address("", Stop, "was1"), "Stop it", null);
        yield return new RunEvent.UndoStarted(owed) { Elapsed = TimeSpan.FromSeconds(5.2) };
        yield return Sampled(Site, "", 5, "-----+++", "", 400);
        yield return new RunEvent.UndoFinished(owed, true, null) { Elapsed = TimeSpan.FromSeconds(6.9) };
        yield return new RunEvent.ProbeFinished("", Site) { Elapsed = TimeSpan.FromSeconds(7) };
        yield return new RunEvent.ProbeFinished("", Up) { Elapsed = TimeSpan.FromSeconds(7) };
        yield return new RunEvent.RunFinished(ExitCode.Guard, []) { Elapsed = TimeSpan.FromSeconds(7) };
    }

    private static RunEvent.ProbeSampled Sampled(StepKey probe, string host, double first, string outcomes, string reason, int milliseconds = 20) =>
        new RunEvent.ProbeSampled(new Address("", probe, host), TimeSpan.FromSeconds(first), outcomes, [.. outcomes.Where(o => o != '?').Select((_, i) => (milliseconds + i * 5) * 1000L)], reason) { Elapsed = TimeSpan.FromSeconds(first + 1) };

    private static string Shown(int width, bool onlyFailures = false, IEnumerable<RunEvent>? events = null)
    {
        var report = new ProgressReport(Outline, width, verbose: false) { OnlyFailures = onlyFailures };
        return string.Join('\n', (events ?? Run()).Index().Select(e => e.Item with { Sequence = e.Index + 1 }).SelectMany(report.On).Select(line => line.Text));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public Task Outages_are_told_as_they_come_and_drawn_at_the_end(int width) => Verifier.Verify(Shown(width), $"{width}");

    [Fact]
    public void No_line_is_wider_than_a_phone() => Assert.All(Shown(40).Split('\n'), line => Assert.True(DisplayText.Width(line) <= 40, line));

    [Fact]
    public void Who_wants_failures_only_is_told_of_outages_and_when_they_end()
    {
        var said = Shown(100, onlyFailures: true);
        Assert.Contains("bad since", said, StringComparison.Ordinal);
        Assert.Contains("good again", said, StringComparison.Ordinal);
        Assert.DoesNotContain("samples", said, StringComparison.Ordinal);
    }

    /// <summary>A site that flaps all night fills no terminal.</summary>
    [Fact]
    public void Of_many_outages_the_first_are_told_and_all_are_counted()
    {
        var flapping = Run().Take(3).Concat(Enumerable.Range(0, 100).Select(i => Sampled(Site, "", i, "+-+-", "x"))).Append(new RunEvent.RunFinished(ExitCode.Passed, []));
        var said = Shown(100, events: flapping);
        Assert.Equal(10, said.Split('\n').Count(line => line.Contains(": bad since", StringComparison.Ordinal)));
        Assert.Equal(1, said.Split('\n').Count(line => line.Contains("more outages follow", StringComparison.Ordinal)));
        Assert.Contains("195 shorter ones; 50.0s in all", said, StringComparison.Ordinal);
    }
}
