using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Tests.Journal;
using Playbooks.Tests.Ssh;
using Playbooks.Tests.Steps.Http;
using Playbooks.Tests.Steps.Reboot;
using Playbooks.Tests.Steps.Servers;
using Playbooks.Tests.Steps.Service;
using Xunit;

namespace Playbooks.Tests.Docs;

/// <summary>Each example of the reference, run by `play` on real SSH servers, with the addresses that a test has in the place of example.com's.</summary>
public sealed class ExampleTests(Sshd sshd, InitHost init) : IClassFixture<InitHost>, IDisposable
{
    private readonly PlayFolder folder = new();

    public static TheoryData<string> Names => new(Examples.Names.Where(name => !Examples.NeedsMachine(name)));

    public void Dispose() => folder.Dispose();

    /// <summary>The hosts of docs/examples/hosts.yaml by name, with the same variables, on a server of the test's.</summary>
    private void Prepare(Host on)
    {
        foreach (var file in Directory.EnumerateFiles(Examples.Folder)) File.Copy(file, folder.PathOf(Path.GetFileName(file)));
        foreach (var host in new[] { "was1", "was2" })
        {
            Directory.CreateDirectory(folder.PathOf($"{host}/logs"));
            folder.Write($"{host}/logs/catalina.out", "it began long ago\n");
        }
        folder.Write("token", "t0ken\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.PathOf("token"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var ssh = $"{{ host: 127.0.0.1, port: {on.Ssh.Port}, user: {on.Ssh.User}, key: {on.Ssh.Key}, known_hosts: {on.Ssh.KnownHosts} }}";
        folder.Write("test-hosts.yaml", $$"""
            groups:
              web: { hosts: { web1: { ssh: {{ssh}}, label: 웹1 } } }
              was:
                hosts:
                  was1: { ssh: {{ssh}}, route: tomcat1, receiver_port: {{on.Ssh.Port}}, catalina_base: {{folder.PathOf("was1")}} }
                  was2: { ssh: {{ssh}}, route: tomcat2, receiver_port: {{on.Ssh.Port}}, catalina_base: {{folder.PathOf("was2")}} }
              site: { children: [web, was] }
            """);
        folder.Environment["PG_PASSWORD"] = "hunter2/hunter2";
        folder.Environment["MAIL_PASSWORD"] = "unused/unused";
    }

    private async Task Ran(string name, params string[] values)
    {
        var (code, output, errors) = await folder.Play(100, [name, "-i", "test-hosts.yaml", "--yes", "--no-notify", .. values.SelectMany(value => new[] { "-e", value })]);
        Assert.True(code == Examples.ExitCode(name), $"{name} ended with {code}\n{output}\n{errors}");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task An_example_runs_and_ends_as_it_says(string name)
    {
        Prepare(sshd.Host());
        await using var site = Server.Text(_ => Server.Ok("hello", "Set-Cookie: JSESSIONID=6B94.tomcat1; Path=/"));
        using var certificate = Certificate.SelfSigned("www.example.com");
        await using var shown = new TlsServer(certificate);
        await Ran(name, name switch
        {
            "copy.yaml" => [$"dest={folder.PathOf("motd.there")}"],
            "http.yaml" or "probe.yaml" => [$"url={site.Url}/"],
            "tcp.yaml" => [$"address=127.0.0.1:{sshd.Port}"],
            "tls.yaml" => [$"address=127.0.0.1:{shown.Port}", $"pin={certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant()}"],
            _ => [],
        });
    }

    [Fact]
    public async Task A_service_is_started_on_a_machine_of_its_own()
    {
        Prepare(InitHost.CanBe ? init.Host : sshd.Host());
        if (!InitHost.CanBe)
        {
            await Planned("service.yaml");
            return;
        }
        folder.Write("sleeper", ServiceTests.Script);
        var (code, _, errors) = await folder.Play(100, "exec", "web1", "-i", "test-hosts.yaml", "--", "sh", "-c", $"rm -rf /run/systemd /run/openrc; cp {folder.PathOf("sleeper")} /etc/init.d/sleeper && chmod +x /etc/init.d/sleeper");
        Assert.True(code == 0, errors);
        await Ran("service.yaml", "service=sleeper");
    }

    [Fact]
    public async Task A_machine_is_started_anew()
    {
        if (!RebootHost.CanBe)
        {
            Prepare(sshd.Host());
            await Planned("reboot.yaml");
            return;
        }
        await using var machine = await new RebootHost().Start("sleep 0.2; down; sleep 1; anew");
        Prepare(machine.Host);
        await Ran("reboot.yaml");
        Assert.NotEqual("", machine.Calls);
    }

    private async Task Planned(string name)
    {
        var (code, output, errors) = await folder.Play(100, "plan", name, "-i", "test-hosts.yaml");
        Assert.True(code == 0, output + errors);
    }

    [Fact]
    public void The_inventory_has_no_problems_and_the_hosts_that_examples_run_on()
    {
        var problems = new ProblemList();
        var inventory = new InventoryLoader(problems);
        inventory.Add(new PlaybookLoader(problems).ReadFile(Path.Combine(Examples.Folder, "hosts.yaml")), Examples.Folder);
        var read = inventory.Build();
        Assert.Empty(problems);
        Assert.Equal(["web1", "was1", "was2"], read.Hosts.Select(host => host.Name));
    }
}
