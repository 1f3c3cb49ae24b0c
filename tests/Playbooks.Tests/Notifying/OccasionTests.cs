using Playbooks.Model;
using Playbooks.Notifying;
using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>When people are told of a run.</summary>
public sealed class OccasionTests : IDisposable
{
    private const string Values = "  - { name: Good, command: [sh, -c, 'date +%N'], capture: { id: stdout } }";
    private const string Other = Night.Passes + "\n  - { name: Other, command: 'false', on_failure: continue }";
    private const string Warns = "  - { name: Good, command: 'false', severity: warning }";

    private const string Skips = "  - { name: Good, command: 'true', when: 1 == 2 }";

    private readonly Night night = new();

    public void Dispose() => night.Dispose();

    [Theory]
    [InlineData(null, Night.Passes, "always")]
    [InlineData(null, Night.Fails, "failure change always")]
    [InlineData(Night.Passes, Night.Passes, "always")]
    [InlineData(Night.Passes, Night.Fails, "failure change always")]
    [InlineData(Night.Fails, Night.Fails, "failure always")]
    [InlineData(Night.Fails, Night.Passes, "recovery change always")]
    [InlineData(Values, Values, "always")]
    [InlineData(Night.Fails, Other, "failure change always")]
    [InlineData(Night.Passes, Warns, "change always")]
    [InlineData(Warns, Night.Passes, "change always")]
    [InlineData(Night.Passes, Skips, "always")]
    [InlineData(Skips, Night.Passes, "always")]
    [InlineData(Skips, Night.Fails, "failure change always")]
    [InlineData(Night.Fails, Skips, "recovery change always")]
    public async Task It_is_told_when_one_of_these_holds(string? before, string now, string on)
    {
        var run = await night.Run(now, before);
        Assert.Equal(on.Split(' '), Enum.GetValues<NotifyOn>().Where(one => Occasion.Is(one, run)).Select(one => one.ToString().ToLowerInvariant()));
    }

    [Fact]
    public async Task Who_says_nothing_else_is_told_of_failures_and_of_their_end()
    {
        const string Notify = "  - command: [touch, told]\n  - { command: [touch, always], on: always }\n  - { command: [touch, change], on: [change] }";
        Assert.Equal(3, (await night.Tell(Notify, await night.Run(Night.Fails, Night.Passes))).Count);
        Assert.Equal(2, (await night.Tell(Notify, await night.Run(Night.Fails, Night.Fails))).Count);
        Assert.Equal(3, (await night.Tell(Notify, await night.Run(Night.Passes, Night.Fails))).Count);
        Assert.Single(await night.Tell(Notify, await night.Run(Night.Passes, Night.Passes)));
    }
}
