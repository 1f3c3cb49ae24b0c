using Xunit;

namespace Lab.Tests;

/// <summary>`play record` on the real cluster: what it writes holds there, and each thing that changes is found by the step that is about it.</summary>
[Collection<ClusterTests>]
public sealed class RecordTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("record");

    private string Verify => Path.Combine(folder.FullName, "verify.yaml");

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task<(int Code, string Output)> Play(params string[] args)
    {
        using var play = new Running(Path.Combine(Running.Repository, "play"), args);
        return await play.End();
    }

    private static Task Sh(string host, string script) => Cluster.On(host, "sh", "-ec", script);

    private async Task Record()
    {
        await Cluster.IsUp();
        var (code, output) = await Play("record", "web, was", "-i", "examples/lab/hosts.yaml", "--sudo", "--to", Verify);
        Assert.True(code == 0, output);
        (code, output) = await Play("lint", Verify);
        Assert.True(code == 0, output);
    }

    private async Task Holds()
    {
        var (code, output) = await Play(Verify, "-i", "examples/lab/hosts.yaml", "--state", folder.FullName);
        Assert.True(code == 0, output);
    }

    private async Task Finds(params string[] steps)
    {
        var (code, output) = await Play(Verify, "-i", "examples/lab/hosts.yaml", "--state", folder.FullName);
        Assert.True(code == 1, output);
        foreach (var step in steps) Assert.True(output.Contains($"failed: {step}", StringComparison.Ordinal), $"{step} did not fail:\n{output}");
    }

    [Fact]
    public async Task The_cluster_is_recorded_and_a_route_and_a_worker_that_change_are_found()
    {
        await Record();
        var text = await File.ReadAllTextAsync(Verify, TestContext.Current.CancellationToken);
        Assert.Contains("says: [route tomcat1, receiver address 198.51.100.11 port 4000]", text, StringComparison.Ordinal);
        Assert.Contains("hosts: was\n    netstat: { listening: [\"127.0.0.1:8005\", \"{{ host.address }}:8009\", \"*:8080\"], process: java }", text, StringComparison.Ordinal);
        await Holds();
        try
        {
            const string Server = "/srv/tomcat/conf/server.xml";
            await Sh("was1", $"cp -a {Server} /tmp; sed -i 's/jvmRoute=\"[^\"]*\"/jvmRoute=\"tomcat9\"/' {Server}; grep -q tomcat9 {Server}");
            await Sh("web1", "curl -s 'http://localhost/jkstatus?cmd=update&mime=prop&w=balancer&sw=tomcat2&vwa=1' | grep -q type=OK");
            await Finds("The Tomcats have their routes and their cluster's receivers", "mod_jk sends requests to its members");
            await Sh("was1", $"mv /tmp/server.xml {Server}");
            await Sh("web1", "curl -s 'http://localhost/jkstatus?cmd=update&mime=prop&w=balancer&sw=tomcat2&vwa=0' | grep -q type=OK");
            await Holds();
        }
        catch
        {
            await Cluster.Script("down", []);
            throw;
        }
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_member_that_stops_and_a_certificate_that_is_replaced_are_found()
    {
        await Record();
        try
        {
            await Sh("was2", "runuser -u wasadm wasstop >/dev/null; while pgrep -x java >/dev/null; do sleep 0.1; done");
            await Finds("java listens on 4001 of its own address", "java listens on 8005 of loopback, 8009 of its own address and 8080");
            await Sh("was2", "runuser -u wasadm wasstart >/dev/null; until curl -sf -o /dev/null http://localhost:8080/session.jsp; do sleep 0.1; done");
            await Sh("web1", "until [ \"$(curl -s 'http://localhost/jkstatus?mime=prop' | grep -c '\\.state=OK')\" = 2 ]; do curl -sk -o /dev/null https://localhost/session.jsp; sleep 0.1; done");
            await Holds();

            await Sh("web1", "cp -a /etc/ssl/lab /tmp/old; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 90 -subj /CN=web1.example.com -keyout /etc/ssl/lab/web1.key -out /etc/ssl/lab/web1.crt 2>&1; apache2ctl graceful; sleep 2");
            await Finds("The certificates are the ones that were recorded");
        }
        finally
        {
            await Cluster.Script("down", []);
        }
    }
}
