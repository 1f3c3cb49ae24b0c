using Xunit;

namespace Lab.Tests;

/// <summary>The playbook that deploys, examples/deploy, on the real cluster.</summary>
[Collection<ClusterTests>]
public sealed class DeployTests : IAsyncLifetime
{
    private const string File = "/srv/tomcat/conf/server.xml";

    private static readonly string[] Hosts = ["was1", "was2"];

    public async ValueTask InitializeAsync()
    {
        await Cluster.IsUp();
        foreach (var host in Hosts) await Cluster.On(host, "cp", "-a", File, "/tmp/server.xml.lab");
    }

    /// <summary>What is deployed has its route in itself: other tests change that of the lab's own file.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts) await Cluster.On(host, "mv", "/tmp/server.xml.lab", File);
    }

    private static async Task<(int Code, string Output)> Play(string playbook, params string[] args)
    {
        using var play = new Running(Path.Combine(Running.Repository, "play"), [playbook, "-i", "examples/lab/hosts.yaml", "-e", "verify_tls=false", .. args]);
        return await play.End();
    }

    /// <summary>What would show that a host was touched: the file's content, owner, mode and times, its neighbours, and the Tomcat that runs.</summary>
    private static async Task<string> StateOf(string host) =>
        (await Cluster.Script("on", [host, "sh", "-c", $"sha256sum {File}; stat -c '%i %U:%G %a %y %z' {File}; ls {Path.GetDirectoryName(File)}; pgrep -x java; stat -c %Y /proc/$(pgrep -x java)"])).Output;

    [Fact]
    public async Task Changed_members_are_restarted_in_turn_a_second_run_changes_nothing_and_a_hand_edited_file_is_found()
    {
        var (code, output) = await Play("examples/deploy/deploy.yaml", "-e", "max_threads=101");
        Assert.True(code == 0, output);
        // The difference first, then one member after the other.
        string[] order = ["+               maxThreads=\"101\"", "Write server.xml · 와스1 (changed", "Restart it · 와스1", "The site is served by it · 와스1", "Write server.xml · 와스2 (changed", "The site is served by it · 와스2"];
        var places = order.Select(text => output.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.True(places.All(p => p >= 0) && places.SequenceEqual(places.Order()), output);
        await Cluster.On("was2", "grep", "-q", "maxThreads=\"101\"", File);

        var before = (await StateOf("was1"), await StateOf("was2"));
        (code, output) = await Play("examples/deploy/deploy.yaml", "-e", "max_threads=101");
        Assert.True(code == 0, output);
        Assert.DoesNotContain("changed", output, StringComparison.Ordinal);
        Assert.Equal(before, (await StateOf("was1"), await StateOf("was2")));

        (code, output) = await Play("examples/deploy/drift.yaml", "-e", "max_threads=101");
        Assert.True(code == 0, output);
        await Cluster.On("was2", "sed", "-i", "s/frequency=\"500\"/frequency=\"5000\"/", File);
        before = (await StateOf("was1"), await StateOf("was2"));
        (code, output) = await Play("examples/deploy/drift.yaml", "-e", "max_threads=101");
        Assert.True(code == 1, output);
        Assert.Contains("frequency=\"5000\"", output, StringComparison.Ordinal);
        Assert.Contains("✗ 와스2 · Write server.xml", output, StringComparison.Ordinal);
        Assert.Equal(before, (await StateOf("was1"), await StateOf("was2")));
    }

    [Fact]
    public async Task What_serves_nothing_is_put_back_and_the_next_member_is_not_touched()
    {
        var before = (Sum: await Sum("was1"), Second: await StateOf("was2"));
        var broken = Directory.CreateDirectory(Path.Combine(Running.Repository, "artifacts", $"deploy-{Environment.ProcessId}"));
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Running.Repository, "examples", "deploy")))
                System.IO.File.Copy(file, Path.Combine(broken.FullName, Path.GetFileName(file)));
            var template = Path.Combine(broken.FullName, "server.xml");
            var text = await System.IO.File.ReadAllTextAsync(template, TestContext.Current.CancellationToken);
            // Tomcat starts well with it: only the balancer gets no answer.
            await System.IO.File.WriteAllTextAsync(template, text.Replace("secret=\"${lab.secret}\"", "secret=\"another\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);

            var (code, output) = await Play(Path.Combine(broken.FullName, "deploy.yaml"), "-e", "patience=10s");
            Assert.True(code == 1, output);
            Assert.Contains("✗ 와스1 · The site is served by it", output, StringComparison.Ordinal);
            Assert.Contains("put back: Write server.xml · 와스1", output, StringComparison.Ordinal);
            Assert.Equal(before.Sum, await Sum("was1"));
            Assert.True(await Cluster.Listens("was1", 8009), output);
            Assert.Equal(before.Second, await StateOf("was2"));
        }
        finally
        {
            broken.Delete(recursive: true);
        }

        static async Task<string> Sum(string host) => (await Cluster.Script("on", [host, "sha256sum", File])).Output;
    }
}
