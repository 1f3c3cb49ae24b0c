using Playbooks.Running;
using Playbooks.Running.Probing;
using Xunit;

namespace Playbooks.Tests.Running.Probing;

/// <summary>A server that hangs, refuses, says 503 and is slow at known times: what the probe reports is that.</summary>
[Collection<AloneTests>]
public sealed class TruthTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(1);

    /// <summary>From the moment when the server is told something to the moment when it does it, and from a due time to the sending.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    private readonly RunFixture fixture = new();
    private readonly Site site = new();

    public void Dispose()
    {
        site.Dispose();
        fixture.Dispose();
    }

    [Fact]
    public async Task Outages_are_where_the_server_was_down_to_a_period_and_where_it_hung_the_timeout()
    {
        (Site.Mood Mood, int Milliseconds)[] schedule =
        [
            (Site.Mood.Answers, 700), (Site.Mood.Hangs, 2500), (Site.Mood.Answers, 700), (Site.Mood.Refuses, 800), (Site.Mood.Answers, 700),
            (Site.Mood.Unavailable, 600), (Site.Mood.Answers, 700), (Site.Mood.Slow, 900), (Site.Mood.Answers, 400),
        ];
        var truth = new List<(Site.Mood Mood, TimeSpan From, TimeSpan To)>();
        var told = new TaskCompletionSource<DateTimeOffset>();
        var server = Task.Run(async () =>
        {
            var began = await told.Task;
            TimeSpan Now() => TimeProvider.System.GetUtcNow() - began;
            foreach (var (mood, milliseconds) in schedule)
            {
                site.Be(mood);
                var from = Now();
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, TestContext.Current.CancellationToken);
                truth.Add((mood, from, Now()));
            }
            await File.WriteAllTextAsync(fixture.PathOf("go"), "", TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        var steps = $$"""
              - { name: Wait, command: [sh, -c, 'until test -e "$0"; do sleep 0.05; done', "{{fixture.PathOf("go")}}"], effect: none }
              - assert: probes.site.samples > 50 && count(probes.site.outages) == 3 && probes.site.outage > '1s' && probes.site.downtime > probes.site.outage && probes.site.p50 < '100ms' && probes.site.p99 >= '150ms'
            probes:
              - { id: site, name: The site answers, hosts: localhost, http: "{{site.Url}}", every: 100ms, timeout: 1s }
            """;
        var (code, events) = await fixture.Run(steps, (happened, _) =>
        {
            if (happened is RunEvent.ProbeStarted) told.TrySetResult(happened.Time - happened.Elapsed);
        });
        await server;

        var state = new ProbesState();
        foreach (var happened in events) state.On(happened);
        var tally = state.All[0].On("localhost");
        var missed = Every * tally.Missed;
        var outages = tally.Outages;
        var downs = truth.Where(t => t.Mood is Site.Mood.Hangs or Site.Mood.Refuses or Site.Mood.Unavailable).ToList();
        var shown = string.Join('\n', downs.Select(d => $"{d}").Concat(outages.Select(o => $"{o.From}-{o.To} {o.Reason}")).Append($"{tally.Good} good, {tally.Bad} bad, {tally.Missed} missed"));
        Assert.True(outages.Count == 3, shown);
        foreach (var (down, outage) in downs.Zip(outages))
        {
            var hang = down.Mood == Site.Mood.Hangs ? Timeout : TimeSpan.Zero;
            Assert.True(Near(outage.From, down.From, TimeSpan.Zero) && Near(outage.To, down.To, hang), shown);
        }
        Assert.Equal(["no answer within 1s", "connection refused", "status is 503"], outages.Select(o => new[] { "no answer within 1s", "connection refused", "status is 503" }.FirstOrDefault(o.Reason.Contains) ?? o.Reason));
        Assert.All(outages, o => Assert.Equal(["Wait on localhost"], o.AtWork.Select(w => w.ToString())));
        Assert.True(code == ExitCode.Passed, shown);

        // Each slot has its own sample, also while earlier ones hang: as many as there was time for.
        var length = events.OfType<RunEvent.ProbeFinished>().Single().Elapsed - events.OfType<RunEvent.ProbeStarted>().Single().Elapsed;
        // Those of the last moment may not have been begun; with a sample only after a sample there were twenty fewer.
        Assert.InRange(tally.Samples, (int)(length / Every) - 12, (int)(length / Every) + 2);

        // Where nothing was missed, a period and no more.
        bool Near(TimeSpan reported, TimeSpan real, TimeSpan hang) => reported >= real - hang - Slack && reported <= real + Every + missed + Slack;
    }
}
