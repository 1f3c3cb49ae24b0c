using System.Text.RegularExpressions;
using Xunit;

namespace Lab.Tests;

/// <summary>The rolling restart on the real cluster, under a load of visitors with sessions.</summary>
[Collection<ClusterTests>]
public sealed class RollingTests
{
    private static Running Start(params string[] args) => new(
        Path.Combine(Running.Repository, "play"),
        ["-i", "examples/lab/hosts.yaml", "-e", "url=https://198.51.100.10/session.jsp", "-e", "verify_tls=false", "-e", @"counter=counter: (\d+)", .. args, "playbooks/rolling-restart.yaml"]);

    private static async Task<string> Workers()
    {
        var (code, output) = await Cluster.Script("on", ["web1", "curl", "-s", "http://localhost/jkstatus?cmd=show&mime=prop&w=balancer"]);
        Assert.True(code == 0, output);
        return string.Join(' ', Regex.Matches(output, @"(?m)^worker\.(tomcat\d)\.(activation|state)=(\S+)").Select(m => $"{m.Groups[1]} {m.Groups[3]}"));
    }

    [Fact]
    public async Task One_after_the_other_is_restarted_and_no_visitor_notices()
    {
        await Cluster.IsUp();
        await using var visitors = new Visitors(10, TimeSpan.FromMilliseconds(200));
        using var play = Start("-e", "idle=4s");
        var (code, output) = await play.End();
        Assert.True(code == 0, output);
        Assert.Equal([], visitors.Wrong);
        Assert.True(visitors.Requests > 200, $"{visitors.Requests} requests");
        // Which member the visitors are with is the balancer's affair; it is drained with their sessions in use.
        Assert.Matches("와스[12]: its sessions were not seen to be idle within 4s", output);
        Assert.Contains("✓ The site answers (probe, within its budget)", output, StringComparison.Ordinal);
        Assert.Matches(@"The site answers: \d+ samples, one every 250ms; 0 bad", output);
        Assert.Equal("tomcat1 ACT tomcat1 OK tomcat2 ACT tomcat2 OK", await Workers());
    }

    [Fact, Trait("Category", "Long")]
    public async Task What_it_costs_not_to_drain_is_shown()
    {
        await Cluster.IsUp();
        await using var visitors = new Visitors(10, TimeSpan.FromMilliseconds(200));
        using var play = Start("-e", "drain=false");
        var (code, output) = await play.End();
        Assert.True(code == 0, output);
        Assert.Contains("- Take it out of the balancers (skipped)", output, StringComparison.Ordinal);
        // Both were stopped with requests on them: what the slowest visit took, and how many were lost, stands there; and it was looked all the time.
        var shown = Regex.Match(Regex.Replace(output, @"\s+", " "), @"The site answers: (\d+) samples, one every 250ms; (\d+) bad; \d+ missed by this machine; p50 (\S+), p99 \S+ .* the highest took \S+");
        Assert.True(shown.Success && int.Parse(shown.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) > 20, output);
    }

    [Fact]
    public async Task A_site_that_goes_down_stops_it_and_the_member_under_way_comes_back()
    {
        await Cluster.IsUp();
        using var play = Start("-e", "outage=1s");
        await play.Prints("batch 2 of 2 · 와스2");
        await play.Prints("✓ Stop it · 와스2");
        await Cluster.On("was1", "pkill", "-KILL", "java");
        var (code, output) = await play.End();
        Assert.True(code == 5, output);
        var said = Regex.Replace(output, @"\s+", " ");
        Assert.Matches(@"stopped by a guard: The site answers: down for \S+ without a break \(its budget: 1s\); since [^;]*, at work: [^■]*on was2", said);
        Assert.DoesNotMatch(@"stopped by a guard: The site answers: [^■]*on was1", said);
        Assert.Contains("✓ put back: Take it out of the balancers · 와스2", output, StringComparison.Ordinal);
        Assert.True(await Cluster.Listens("was2", 4001), output);
        Assert.Matches("tomcat1 ACT tomcat1 ERR.* tomcat2 ACT tomcat2 OK", await Workers());
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_member_that_does_not_answer_stays_out_of_the_balancer()
    {
        await Cluster.IsUp();
        using var play = Start("-e", "patience=10s");
        await play.Prints("✓ Stop it · 와스1");
        // It starts and listens, and the site is not there.
        await Cluster.On("was1", "sh", "-c", "mv /srv/tomcat/webapps /srv/tomcat/webapps.gone; mkdir /srv/tomcat/webapps");
        var (code, output) = await play.End();
        var workers = await Workers();
        await Cluster.Script("down", []);
        Assert.True(code == 6, output);
        Assert.Contains("\"Take it out of the balancers\" on 와스1 was not put back", output, StringComparison.Ordinal);
        Assert.Contains("와스2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("batch 2 of 2", output, StringComparison.Ordinal);
        Assert.Matches("tomcat1 STP .*tomcat2 ACT tomcat2 OK", workers);
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_member_that_is_not_in_service_is_not_put_into_service()
    {
        await Cluster.IsUp();
        await Cluster.On("web1", "curl", "-s", "http://localhost/jkstatus?cmd=update&mime=prop&w=balancer&sw=tomcat2&vwa=1");
        using var play = Start();
        var (code, output) = await play.End();
        var workers = await Workers();
        await Cluster.On("web1", "curl", "-s", "http://localhost/jkstatus?cmd=update&mime=prop&w=balancer&sw=tomcat2&vwa=0");
        Assert.True(code == 1, output);
        Assert.Contains("activation == 'ACT'", output, StringComparison.Ordinal);
        Assert.Equal("tomcat1 ACT tomcat1 OK tomcat2 DIS tomcat2 OK", workers);
        Assert.DoesNotContain("batch 1", output, StringComparison.Ordinal);
    }
}
