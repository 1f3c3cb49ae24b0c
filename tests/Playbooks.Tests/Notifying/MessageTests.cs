using Playbooks.Notifying;
using Playbooks.Reporting.Files;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>What people read on their phones in the morning.</summary>
public sealed class MessageTests : IDisposable
{
    private const string Before = """
          - { name: 수신 포트, hosts: app, command: [test, "{{ host.name }}", =, a1], on_failure: continue }
          - { name: Disk, hosts: app, command: [test, "{{ host.name }}", '!=', a2], on_failure: continue }
        """;

    private const string Now = """
          - { name: 수신 포트, hosts: app, command: [test, "{{ host.name }}", =, a2], on_failure: continue }
          - { name: Disk, hosts: app, command: [test, "{{ host.name }}", '!=', a2], on_failure: continue }
          - { name: "Certificate\n\u202ex", command: 'false', on_failure: continue }
          - name: Change
            block:
              - { name: Stop it, command: 'true', undo: { command: 'false' } }
              - { name: See, command: 'false' }
        """;

    private readonly Night night = new();

    public void Dispose() => night.Dispose();

    [Fact]
    public async Task The_worst_comes_first()
    {
        var run = await night.Run(Now, Before, hosts: 3);
        var message = Message.Of(run, "ops1");
        await Verifier.Verify(Stable(run, message.Text));
    }

    [Fact]
    public async Task Of_a_first_run_all_that_failed_is_told()
    {
        var run = await night.Run(Now, hosts: 3);
        await Verifier.Verify(Stable(run, Message.Of(run, "ops1").Text));
    }

    [Fact]
    public async Task When_all_is_well_again_that_is_what_it_says()
    {
        var run = await night.Run(Night.Passes, Night.Fails);
        await Verifier.Verify(Stable(run, Message.Of(run, "ops1").Text));
    }

    private static string Stable(ReportedRun run, string text) => System.Text.RegularExpressions.Regex.Replace(text.Replace(run.Results.Run, "RUN", StringComparison.Ordinal), @"\d{4}-\d\d-\d\d \d\d:\d\d|\d+\.\ds", "TIME");
}
