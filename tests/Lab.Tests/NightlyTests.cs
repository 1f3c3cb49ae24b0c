using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Xunit;

namespace Lab.Tests;

/// <summary>The nightly verification on the real cluster: each thing that breaks is found where it is, is new in the comparison, and is fixed once it is mended.</summary>
[Collection<ClusterTests>]
public sealed class NightlyTests : IDisposable
{
    private const string Properties = "/srv/tomcat/conf/catalina.properties";
    private const string WebXml = "/srv/tomcat/webapps/ROOT/WEB-INF/web.xml";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("nightly");

    public void Dispose() => folder.Delete(recursive: true);

    private sealed record Night(int Code, IReadOnlyList<string> Bad, IReadOnlyList<string> New, IReadOnlyList<string> Fixed, string Output);

    private async Task<Night> Run()
    {
        using var own = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Running.Repository, "examples/lab/.state/web1.crt"));
        var pin = own.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var report = Path.Combine(folder.FullName, "run.json");
        using var play = new Running(Path.Combine(Running.Repository, "play"),
            ["-i", "examples/lab/hosts.yaml", "-e", "url=https://198.51.100.10/session.jsp", "-e", "verify_tls=false", "-e", $"pin={pin}", "--state", folder.FullName, "--report", $"json={report}", "playbooks/nightly.yaml"]);
        var (code, output) = await play.End();
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken));
        var root = json.RootElement;
        var bad = root.GetProperty("steps").EnumerateArray().Where(step => !step.GetProperty("is_group").GetBoolean())
            .SelectMany(step => step.GetProperty("hosts").EnumerateArray().Where(host => host.GetProperty("outcome").GetString() is not ("passed" or "skipped")).Select(host => (step, host)))
            .Select(at => $"{at.step.GetProperty("name").GetString()} · {at.host.GetProperty("host").GetString()}").Order().ToList();
        return new Night(code, bad, Said("new"), Said("fixed"), output);

        IReadOnlyList<string> Said(string which) => root.TryGetProperty("comparison", out var comparison) && comparison.ValueKind == JsonValueKind.Object
            ? [.. comparison.GetProperty(which).EnumerateArray().Select(found => $"{found.GetProperty("step").GetString()} · {found.GetProperty("host").GetString()}").Order()]
            : [];
    }

    /// <summary>The lab is shared: what others wrote to its logs is judged once, and then all is well.</summary>
    private async Task IsWell()
    {
        await Cluster.IsUp();
        var first = await Run();
        Assert.All(first.Bad, found => Assert.StartsWith("The hosts › No errors in its logs since the last run", found, StringComparison.Ordinal));
        if (first.Bad.Count > 0) await Holds();
    }

    private async Task<Night> Holds()
    {
        var night = await Run();
        Assert.True(night.Code == 0, night.Output);
        return night;
    }

    private async Task Finds(string[] found, string said)
    {
        var night = await Run();
        Assert.True(night.Code == 1, night.Output);
        Assert.Equal(found.Order(), night.Bad);
        Assert.Equal(found.Order(), night.New);
        Assert.Contains(said, night.Output, StringComparison.Ordinal);
    }

    private async Task IsFixed(string[] found) => Assert.Equal(found.Order(), (await Holds()).Fixed);

    private static Task Sh(string host, string script) => Cluster.On(host, "sh", "-ec", script);

    /// <summary>A Tomcat with another configuration, as its operator would do it; then both are used until the balancer knows.</summary>
    private static async Task Change(string host, string from, string to)
    {
        await Sh(host, $"sed -i 's/^{from}$/{to}/' {Properties}; grep -q '^{to}$' {Properties}");
        await Sh(host, "runuser -u wasadm wasstop >/dev/null; while pgrep -x java >/dev/null; do sleep 0.1; done; runuser -u wasadm wasstart >/dev/null; until curl -sf -o /dev/null http://localhost:8080/session.jsp; do sleep 0.1; done");
        await Sh("web1", "until [ \"$(curl -s 'http://localhost/jkstatus?mime=prop' | grep -c '\\.state=OK')\" = 2 ]; do curl -sk -o /dev/null https://localhost/session.jsp; sleep 0.1; done");
    }

    [Fact]
    public async Task What_broke_since_last_night_is_found_on_its_host_and_mended_it_is_fixed()
    {
        string[] notServed = ["The certificates › It is the one on its disk · web1"];
        string[] notDistributable = ["The cluster › Its web.xml says <distributable/> · was1", "The cluster › The same web.xml on all · "];
        await IsWell();
        try
        {
            // Renewed, and httpd was not told.
            await Sh("web1", "cp -a /etc/ssl/lab /tmp/old; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 90 -subj /CN=web1.example.com -keyout /etc/ssl/lab/web1.key -out /etc/ssl/lab/web1.crt 2>&1");
            await Finds(notServed, "assert: same_as_file");
            await Sh("web1", "cp -a /tmp/old/. /etc/ssl/lab; rm -r /tmp/old");

            await Sh("was1", $"cp -a {WebXml} /tmp; sed -i 's|<distributable/>||' {WebXml}");
            var night = await Run();
            Assert.Equal(notDistributable.Order(), night.New);
            Assert.Equal(notServed, night.Fixed);
            await Sh("was1", $"cp -a /tmp/web.xml {WebXml}");
            await IsFixed(notDistributable);
        }
        catch
        {
            await Cluster.Script("down", []);
            throw;
        }
    }

    [Theory, Trait("Category", "Long")]
    [InlineData("receiver")]
    [InlineData("routes")]
    [InlineData("mount")]
    [InlineData("worker")]
    public async Task Each_thing_that_breaks_is_found_by_the_check_that_is_about_it(string what)
    {
        await IsWell();
        try
        {
            switch (what)
            {
                case "receiver":
                    string[] moved = ["The cluster › It listens on its receiver port · was2", "The cluster › Its configuration says the receiver port that is declared · was2"];
                    await Change("was2", "lab.receiver=4001", "lab.receiver=4010");
                    await Finds(moved, "nothing listens on 4001");
                    await Change("was2", "lab.receiver=4010", "lab.receiver=4001");
                    await IsFixed(moved);
                    break;
                case "routes":
                    string[] swapped =
                    [
                        .. new[] { "was1", "was2" }.SelectMany(host => new[] { $"It answers as the jvmRoute that is declared · {host}", $"Its configuration says the jvmRoute that is declared · {host}", $"Every balancer knows it by its jvmRoute · {host}" }).Select(found => $"The cluster › {found}"),
                        // Which it does not: the one that answers gives the session a route that leads to the other.
                        "The balancers › The visitor stays with the same member · web1",
                    ];
                    await Change("was1", "lab.route=tomcat1", "lab.route=tomcat2");
                    await Change("was2", "lab.route=tomcat2", "lab.route=tomcat1");
                    await Finds(swapped, "jvm_route == host.route");
                    await Change("was1", "lab.route=tomcat2", "lab.route=tomcat1");
                    await Change("was2", "lab.route=tomcat1", "lab.route=tomcat2");
                    await IsFixed(swapped);
                    break;
                case "mount":
                    string[] caught = ["The balancers › JkMount leaves the rest alone · web1"];
                    await Mount("s/^JkUnMount/#JkUnMount/", isCaught: true);
                    await Finds(caught, "/.well-known/acme-challenge/nightly");
                    await Mount("s/^#JkUnMount/JkUnMount/", isCaught: false);
                    await IsFixed(caught);
                    break;
                case "worker":
                    string[] disabled = ["The balancers › Every balancer uses it · was1"];
                    await Sh("web1", "curl -s 'http://localhost/jkstatus?cmd=update&mime=prop&w=balancer&sw=tomcat1&vwa=1' | grep -q type=OK");
                    await Finds(disabled, "activation == 'ACT'");
                    await Sh("web1", "curl -s 'http://localhost/jkstatus?cmd=update&mime=prop&w=balancer&sw=tomcat1&vwa=0' | grep -q type=OK");
                    await IsFixed(disabled);
                    break;
                default: throw new ArgumentOutOfRangeException(nameof(what));
            }
        }
        catch
        {
            await Cluster.Script("down", []);
            throw;
        }
    }

    /// <summary>Until all of httpd has the new configuration.</summary>
    private static Task Mount(string edit, bool isCaught) => Sh("web1",
        $"sed -i '{edit}' /etc/apache2/apache2.conf; apache2ctl graceful; until [ \"$(curl -sk https://localhost/.well-known/acme-challenge/test)\" {(isCaught ? "!=" : "=")} 'served by httpd itself' ]; do sleep 0.2; done; sleep 1; until [ \"$(curl -s 'http://localhost/jkstatus?mime=prop' | grep -c '\\.state=OK')\" = 2 ]; do curl -sk -o /dev/null https://localhost/session.jsp; sleep 0.1; done");

    [Fact, Trait("Category", "Long")]
    public async Task Two_nights_in_which_nothing_happens_are_both_all_well()
    {
        await Cluster.Script("down", []);
        for (var night = 0; night < 2; night++)
        {
            var (code, output) = await Cluster.Script("run", ["playbooks/nightly.yaml", "--state", folder.FullName]);
            Assert.True(code == 0, output);
            Assert.Contains("✓ It is the pinned one", output, StringComparison.Ordinal);
            Assert.Contains("- It is trusted, with its whole chain (skipped)", output, StringComparison.Ordinal);
            if (night == 1) Assert.Contains("nothing has changed", output, StringComparison.Ordinal);
        }
        // It stands in a file that was looked at, and is no business of who looks.
        var (_, configuration) = await Cluster.Script("on", ["was1", "cat", Properties]);
        var secret = System.Text.RegularExpressions.Regex.Match(configuration, @"(?m)^lab\.secret=(\S{16,})").Groups[1];
        Assert.True(secret.Success, configuration);
        foreach (var file in folder.GetFiles("journal.db*")) Assert.DoesNotContain(secret.Value, await File.ReadAllTextAsync(file.FullName, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
