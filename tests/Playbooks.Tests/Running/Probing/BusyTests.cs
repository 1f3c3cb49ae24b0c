using System.Diagnostics;
using Playbooks.Running;
using Playbooks.Running.Probing;
using Xunit;

namespace Playbooks.Tests.Running.Probing;

/// <summary>They take all threads of the program, or stop it: no other test may run meanwhile.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneTests;

/// <summary>A control machine that is busy or asleep: what it could not watch says nothing, neither good nor bad.</summary>
[Collection<AloneTests>]
public sealed class BusyTests : IDisposable
{
    private readonly RunFixture fixture = new();
    private readonly Site site = new();

    public void Dispose()
    {
        site.Dispose();
        fixture.Dispose();
    }

    /// <summary>As in a garbage collection, or where no core is free: no task of the pool goes on.</summary>
    [Fact]
    public async Task What_a_busy_machine_could_not_watch_is_missed()
    {
        var steps = $$"""
              - { name: Busy, wait: 3s }
            probes:
              - { id: site, name: The site answers, hosts: localhost, http: "{{site.Url}}", every: 50ms, timeout: 300ms, budget: { bad: 0% } }
            """;
        using var free = new ManualResetEventSlim();
        using var never = new ManualResetEventSlim();
        var (code, events) = await fixture.Run(steps, (happened, _) =>
        {
            if (happened is not RunEvent.StepStarted { Title: "Busy" }) return;
            for (var i = 0; i < 500; i++) ThreadPool.UnsafeQueueUserWorkItem(_ => free.Wait(), null);
            // By a thread of its own, because the pool has none to spare.
            new Thread(() =>
            {
                if (!never.Wait(TimeSpan.FromMilliseconds(1200))) free.Set();
            }).Start();
        });
        var state = new ProbesState();
        foreach (var happened in events) state.On(happened);
        var tally = state.All[0].On("localhost");
        Assert.True(tally.Missed > 5 && tally.Bad == 0 && tally.Good > 5, $"{tally.Good} good, {tally.Bad} bad, {tally.Missed} missed");
        Assert.Equal(ExitCode.Passed, code);
    }

    /// <summary>The whole program is stopped for two seconds, in which the site is there, or is not: nobody looked.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_machine_slept_through_is_missed(bool isThere)
    {
        var file = fixture.PathOf("sleep.yaml");
        await File.WriteAllTextAsync(file, $$"""
            name: Sleep
            steps:
              - { name: Wait, wait: 5s }
            probes:
              - { name: The site answers, hosts: localhost, http: "{{site.Url}}", every: 100ms, timeout: 400ms }
            """, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(Repository.Play, [file, "--state", fixture.PathOf("state"), "--output", "plain"]) { RedirectStandardOutput = true };
        using var play = Process.Start(start)!;
        var output = play.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(1500), TimeProvider.System, TestContext.Current.CancellationToken);
        Signal("STOP");
        if (!isThere) site.Be(Site.Mood.Unavailable);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        site.Be(Site.Mood.Answers);
        Signal("CONT");
        await play.WaitForExitAsync(TestContext.Current.CancellationToken);
        var said = System.Text.RegularExpressions.Regex.Replace(await output, @"\s+", " ");
        var found = System.Text.RegularExpressions.Regex.Match(said, @"(\d+) samples, one every 100ms; (\d+) bad; (\d+) missed");
        Assert.True(found.Success, said);
        var (bad, missed) = (int.Parse(found.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), int.Parse(found.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(bad == 0 && missed is >= 18 and <= 45, said);

        void Signal(string name)
        {
            using var kill = Process.Start("kill", [$"-{name}", play.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }
}
