using System.Globalization;
using Playbooks.Running;
using Xunit;

namespace Playbooks.Tests.Running.Probing;

/// <summary>What probes cost the steps beside them: as a ratio, both measured in turn.</summary>
[Collection<AloneTests>]
public sealed class PaceTests : IDisposable
{
    private const int Rounds = 4, Steps = 200;

    private readonly RunFixture fixture = new();
    private readonly Site site = new();

    public void Dispose()
    {
        site.Dispose();
        fixture.Dispose();
    }

    [Fact, Trait("Category", "Long"), Trait("Category", "Alone")]
    public async Task Five_probes_at_ten_a_second_do_not_slow_the_steps()
    {
        var (without, with) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            without = Least(without, await Time(0));
            with = Least(with, await Time(5));
        }
        var ratio = with / without;
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"{Steps} steps: {without.TotalMilliseconds:0} ms, with five probes at ten a second {with.TotalMilliseconds:0} ms: {ratio:0.00} times"));
        Assert.True(ratio < 1.2, $"{ratio} times");

        static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    /// <summary>From the first step to the end of the last; each takes as long as the quickest thing on a host nearby.</summary>
    private async Task<TimeSpan> Time(int probes)
    {
        var text = string.Concat(Enumerable.Repeat("  - { command: sleep 0.01, effect: none }\n", Steps));
        if (probes > 0) text += "probes:\n" + string.Concat(Enumerable.Range(0, probes).Select(i => $"  - {{ id: p{i}, hosts: localhost, http: \"{site.Url}\", every: 100ms, budget: {{ outage: 5s }} }}\n"));
        var (code, events) = await fixture.Run(text);
        Assert.Equal(ExitCode.Passed, code);
        Assert.Equal(probes, events.OfType<RunEvent.ProbeJudged>().Count());
        return events.OfType<RunEvent.StepFinished>().Last().Elapsed - events.OfType<RunEvent.StepStarted>().First().Elapsed;
    }
}
