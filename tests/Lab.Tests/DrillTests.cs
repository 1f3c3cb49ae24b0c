using System.Text.RegularExpressions;
using Xunit;

namespace Lab.Tests;

/// <summary>The drill of examples/drill: the cable between the Tomcats is cut for a while.</summary>
[Collection<ClusterTests>]
public sealed class DrillTests
{
    [Fact, Trait("Category", "Long")]
    public async Task A_session_that_was_born_while_the_cable_was_cut_is_lost_and_none_from_before()
    {
        await Cluster.IsUp();
        var (code, output) = await Cluster.Script("run", ["examples/drill/cut-cable.yaml"]);
        Assert.True(code == 0, output);
        foreach (var proven in new[] { "The members have lost each other", "They have found each other", "A session from before the cut lives on", "The site answers (probe, within its budget)" })
            Assert.Contains($"  ✓ {proven}\n", output, StringComparison.Ordinal);
        // Two sessions, the one that was asked for and the one that came instead.
        Assert.Contains("! failed: A session from the time of the cut lives on", output, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(output, "└ \"[0-9A-F]{32}\""));
        // 15 s of it, and what the site did then was looked at four times a second.
        Assert.InRange(int.Parse(Regex.Match(output, @"The site answers: (\d+) samples").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 80, 300);
    }

    [Fact]
    public async Task A_drill_that_takes_the_site_down_for_too_long_is_stopped_and_the_cable_is_whole_again()
    {
        await Cluster.IsUp();
        var (code, output) = await Cluster.Script("run", ["examples/drill/cut-cable.yaml", "-e", "outage=500ms"]);
        Assert.True(code == 5, output);
        Assert.Contains("✓ put back: Cut it", output, StringComparison.Ordinal);
        Assert.Matches(@"stopped by a guard: The site answers: down for \S+ without a break \(its budget: 500ms\)", Regex.Replace(output, @"\s+", " "));
        await Cluster.On("was1", "timeout", "2", "bash", "-c", ": </dev/tcp/198.51.100.12/22");
    }
}
