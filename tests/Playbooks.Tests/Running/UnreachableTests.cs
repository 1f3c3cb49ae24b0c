using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Running;

public sealed class UnreachableTests : IDisposable
{
    private readonly RunFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_that_for_a_log_too_and_is_told_of_at_length_once()
    {
        var (code, events) = await fixture.Run("""
              - { name: It runs, hosts: gone, command: "true", on_failure: continue }
              - { name: The log is clean, hosts: gone, log: { path: /var/log/x, lacks: SEVERE }, on_failure: continue }
            """, inventory: Planned.Inventory("groups: { app: { hosts: { gone: { ssh: { host: 127.0.0.1, port: 1 } } } } }"));
        Assert.Equal(ExitCode.Unreachable, code);
        var results = events.OfType<RunEvent.HostFinished>().Select(finished => finished.Result).ToList();
        Assert.All(results, result => Assert.Equal(Outcome.Unreachable, result.Outcome));
        var failure = results[0].Failures.Single();
        Assert.Equal((failure.Message, failure.Mend), (results[1].Failures.Single().Message, results[1].Failures.Single().Mend));
        var report = new ProgressReport(((RunEvent.RunStarted)events[0]).Outline, 1000, verbose: false);
        var lines = events.SelectMany(report.On).Select(line => line.Text).ToList();
        Assert.Single(lines, line => line.Contains(failure.Message, StringComparison.Ordinal));
        Assert.Single(lines, "    it still cannot be reached: see \"It runs\"");
    }
}
