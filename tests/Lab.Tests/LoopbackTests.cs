using Xunit;

namespace Lab.Tests;

/// <summary>The lab where namespaces are refused: in the same collection, because there is one lab a machine.</summary>
[Collection<ClusterTests>]
public sealed class LoopbackTests : IAsyncDisposable
{
    private const string Playbook = "playbooks/failover-test.yaml";

    /// <summary>Whatever a test leaves, `down` does not.</summary>
    public async ValueTask DisposeAsync()
    {
        await Cluster.Script("down", []);
        Assert.False(Directory.Exists("/tmp/play-lab"));
        using var processes = new Running("sh", ["-c", "! grep -lzxF PLAY_LAB=/tmp/play-lab /proc/[0-9]*/environ 2>/dev/null"]);
        using var listening = new Running("sh", ["-c", "! ss -Hltn | grep -E '127[.]0[.]0[.]1[012]:'"]);
        foreach (var left in new[] { processes, listening })
        {
            var (code, output) = await left.End();
            Assert.True(code == 0, $"left behind: {output}");
        }
    }

    [Fact, Trait("Category", "Long")]
    public async Task Where_namespaces_are_refused_the_lab_is_on_loopback_addresses_and_hands_its_session_over_there()
    {
        // Who is not root can take nothing from himself.
        using var run = Environment.IsPrivilegedProcess
            ? new Running("setpriv", ["--bounding-set", "-sys_admin,-net_admin", "--inh-caps", "-all", "examples/lab/run", Playbook])
            : new Running("examples/lab/run", ["--on", "loopback", Playbook]);
        var (code, output) = await run.End();
        Assert.True(code == 0, output);
        Assert.True(!Environment.IsPrivilegedProcess || output.Contains("does not allow namespaces (unshare: ", StringComparison.Ordinal), output);
        Assert.Contains("no cable can be cut", output, StringComparison.Ordinal);
        Assert.Contains("✓ The survivor carries on with the same session", output, StringComparison.Ordinal);

        var (refused, said) = await Cluster.Script("on", ["was1", "true"]);
        Assert.NotEqual(0, refused);
        Assert.Contains("its hosts have no network or processes of their own", said, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("replication", "The survivor carries on with the same session")]
    [InlineData("sticky", "The balancer is sticky")]
    [InlineData("member", "Every member listens on its receiver port")]
    public async Task A_broken_cluster_fails_there_too(string without, string step)
    {
        using var run = new Running("examples/lab/run", ["--on", "loopback", "--without", without, Playbook]);
        var (code, output) = await run.End();
        Assert.True(code == 1, output);
        Assert.Contains(step, output.Split('\n').First(line => line.StartsWith('✗')), StringComparison.Ordinal);
    }
}
