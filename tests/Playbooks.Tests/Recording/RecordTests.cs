using System.Text;
using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Recording;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Recording;

/// <summary>`play record` against a real sshd: what it writes holds there, and fails when one of the things changes.</summary>
public sealed class RecordTests(LookedAtHost app) : IClassFixture<LookedAtHost>, IAsyncLifetime
{
    private readonly ConnectionPool pool = app.Pool();
    private readonly List<string> pids = [];

    public ValueTask InitializeAsync()
    {
        Assert.True(LookedAtHost.CanBe, "there is no machine to record without root on Linux: run these tests as root");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (LookedAtHost.CanBe) await Sh($"kill -9 {string.Join(' ', pids)} 2>/dev/null; rm -f /etc/rc2.d/S*; :");
        await pool.DisposeAsync();
    }

    private Inventory Inventory => inventory ??= Both(app.Host with { Groups = ["apps"] });

    private Inventory? inventory;

    /// <summary>A host is itself, and no copy of it.</summary>
    private static Inventory Both(Host app) => new([app, gone], new Dictionary<string, IReadOnlyList<Host>> { ["apps"] = [app, gone] });

    private static readonly Host gone = new() { Name = "gone1", Label = "gone1", Ssh = new SshSettings { HostName = "127.0.0.1", Port = 1 }, Groups = ["apps"], Variables = new Dictionary<string, object?>(), At = Position.In("hosts.yaml") };

    private async Task<(ExitCode Code, IReadOnlyList<RunEvent> Events)> Run(Playbook playbook)
    {
        var problems = new ProblemList();
        var plan = new Planner(Inventory, new Dictionary<string, object?>(), problems).Plan(playbook, new Planner.Wishes());
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
        Assert.Empty(plan.Machines);
        using var stop = new Stop();
        var log = new MemoryLog();
        return (await new Runner(plan, new Recorder(new RunState(), log, TimeProvider.System), new RunTools(pool, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun), log.Events);
    }

    private async Task<RecordedHosts> Record(string pattern = "app1", params int[] tls)
    {
        var problems = new ProblemList();
        var meant = HostPattern.Parse(PlacedText.Of("PATTERN", pattern), problems)!;
        var wishes = new RecordWishes { Command = "play record", Hosts = meant, Tls = tls };
        return await new LiveHosts(Inventory, meant.Select(Inventory, Playbooks.Templating.Scope.Empty), wishes, async playbook => (await Run(playbook)).Events).Record(DateTimeOffset.UnixEpoch);
    }

    private async Task<string> Recorded(params int[] tls)
    {
        var recorded = await Record("app1", tls);
        Assert.True(recorded.ExitCode == ExitCode.Passed, string.Join('\n', recorded.Notes));
        await Holds(recorded.Text!);
        return recorded.Text!;
    }

    private static Playbook Load(string text)
    {
        var problems = new ProblemList();
        var playbook = new PlaybookLoader(problems).Load("verify.yaml", Yaml.Read(new SourceText("verify.yaml", text), problems));
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        return playbook!;
    }

    private async Task Holds(string text) => await Fails(text, ExitCode.Passed);

    /// <summary>The steps that do not hold any more are these.</summary>
    private Task Fails(string text, params string[] steps) => Fails(text, ExitCode.Failed, steps);

    private async Task Fails(string text, ExitCode expected, params string[] steps)
    {
        var (code, events) = await Run(Load(text));
        var titles = events.OfType<RunEvent.StepStarted>().ToDictionary(s => s.Step, s => s.Title);
        var bad = events.OfType<RunEvent.HostFinished>().Where(e => e.Result.IsFailure).ToList();
        Assert.True(expected == code && steps.Order().SequenceEqual(bad.Select(b => titles[b.At.Step]).Order()), $"{code}: {string.Join('\n', bad.Select(b => $"{titles[b.At.Step]}: {b.Result.Error}"))}\n{text}");
    }

    private async Task<string> Sh(string script)
    {
        var result = await (await pool.Get(app.Host, TestContext.Current.CancellationToken)).Run(new RemoteCommand { Script = script }, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Err());
        return result.Out().Trim();
    }

    /// <summary>A process of that name listens there; its pid.</summary>
    private async Task<string> Listen(string name, string address, int port)
    {
        var encoded = Convert.ToHexString(Encoding.UTF8.GetBytes(name));
        pids.Add(await Sh($$"""
            setsid perl -MIO::Socket::INET -e '
                my $door = IO::Socket::INET->new(LocalAddr => "{{address}}", LocalPort => {{port}}, Listen => 5, ReuseAddr => 1) or die $!;
                $0 = pack("H*", "{{encoded}}");
                sleep 1000' </dev/null >/dev/null 2>&1 &
            echo $!
            until ss -Hltn 'sport = :{{port}}' | grep -q .; do sleep 0.05; done
            """));
        return pids[^1];
    }

    private Task<string> End(string pids) => Sh($"kill -9 {pids}; for p in {pids}; do while [ -d /proc/$p ]; do sleep 0.05; done; done");

    [Fact]
    public async Task A_listener_that_comes_goes_or_has_another_owner_is_found()
    {
        var backend = await Listen("backend", "127.0.0.1", 4000);
        await Listen("frontend", "0.0.0.0", 8080);
        var text = await Recorded();
        Assert.Contains("- name: backend listens on 4000 of loopback\n    hosts: app1\n    netstat: { listening: [\"127.0.0.1:4000\"], process: backend }", text, StringComparison.Ordinal);
        Assert.Contains("netstat: { listening: [\"127.0.0.1:4000\", \"*:8080\"], only: true }", text, StringComparison.Ordinal);

        var other = await Listen("other", "0.0.0.0", 9000);
        await Fails(text, "Nothing else listens");
        await End(other);
        await Holds(text);

        await End(backend);
        await Fails(text, "backend listens on 4000 of loopback", "Nothing else listens");
        var thief = await Listen("thief", "127.0.0.1", 4000);
        await Fails(text, "backend listens on 4000 of loopback");
        await End(thief);
        var open = await Listen("backend", "0.0.0.0", 4000);
        await Fails(text, "Nothing else listens");
        await End(open);
        await Listen("backend", "127.0.0.1", 4000);
        await Holds(text);
    }

    [Fact]
    public async Task A_port_that_the_system_gave_is_said_and_not_recorded()
    {
        await Listen("server", "0.0.0.0", 7000);
        var passing = await Listen("jmx", "0.0.0.0", 0x9999);
        var recorded = await Record();
        Assert.Equal(ExitCode.Passed, recorded.ExitCode);
        Assert.Contains($"app1: tcp {0x9999} (jmx): such ports come and go by themselves, so they are not recorded", recorded.Notes);
        await End(passing);
        await Listen("jmx", "0.0.0.0", 0x9990);
        await Holds(recorded.Text!);
    }

    [Fact]
    public async Task A_hostile_name_of_a_process_is_only_a_name()
    {
        string[] names = ["{{ 1 + 1 }}", "'a\": b # {%x", "- x: [y, {z", "\e[31m\u202ex\a", "&a *b !c |", "true"];
        var processes = new List<string>();
        foreach (var name in names) processes.Add(await Listen(name, "0.0.0.0", 5000 + processes.Count));
        var text = await Recorded();
        Assert.DoesNotContain('\e', text);
        await End(string.Join(' ', processes));
        for (var at = 0; at < names.Length; at++) await Listen("innocent", "0.0.0.0", 5000 + at);
        var (code, events) = await Run(Load(text));
        Assert.Equal(ExitCode.Failed, code);
        var errors = events.OfType<RunEvent.HostFinished>().Where(e => e.Result.IsFailure).Select(e => e.Result.Error!).ToList();
        Assert.Equal(names.Length, errors.Count);
        Assert.All(names, name => Assert.Contains(errors, error => error.Contains($"not by {name}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_name_that_breaks_its_line_leaves_the_ports_unknown_and_it_is_said()
    {
        await Listen("a\nb", "0.0.0.0", 5000);
        var recorded = await Record();
        Assert.Contains(recorded.Notes, note => note.StartsWith("app1: tcp ports: this line of ss cannot be read", StringComparison.Ordinal));
        Assert.Equal((null, ExitCode.Error), (recorded.Text, recorded.ExitCode));
    }

    private Task<string> Certificate(string name) => Sh($"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 90 -subj '/CN={name}' -addext 'subjectAltName=DNS:{name}' -keyout {app.Folder}/tls.key -out {app.Folder}/tls.crt 2>&1");

    private async Task<string> Tls(int port)
    {
        pids.Add(await Sh($"setsid openssl s_server -accept {port} -cert {app.Folder}/tls.crt -key {app.Folder}/tls.key -quiet </dev/null >/dev/null 2>&1 & echo $!; until ss -Hltn 'sport = :{port}' | grep -q .; do sleep 0.05; done"));
        return pids[^1];
    }

    [Fact]
    public async Task A_certificate_that_is_another_one_is_found()
    {
        const string Step = "The certificates are the ones that were recorded";
        await Certificate("app1.example.com");
        var server = await Tls(8443);
        await Listen("silent", "127.0.0.1", 6001);
        var text = await Recorded();
        Assert.Contains("server_name: app1.example.com", text, StringComparison.Ordinal);
        // Nobody spoke TLS to what may not understand it.
        Assert.Contains("# - app1: not asked for a certificate, because what is no TLS might log it as an error: 6001", text, StringComparison.Ordinal);

        await End(server);
        await Certificate("app1.example.com");
        server = await Tls(8443);
        await Fails(text, Step);
        await Holds(string.Join('\n', text.Split('\n').Where(line => !line.Contains("sha256 ==", StringComparison.Ordinal))));

        await End(server);
        await Certificate("other.example.com");
        await Tls(8443);
        await Fails(string.Join('\n', text.Split('\n').Where(line => !line.Contains("sha256 ==", StringComparison.Ordinal))), Step);
    }

    [Fact]
    public async Task A_port_is_asked_for_a_certificate_where_the_user_says_so()
    {
        await Certificate("app1.example.com");
        await Tls(7443);
        Assert.DoesNotContain("sha256:", (await Record()).Text!, StringComparison.Ordinal);
        Assert.Contains("address: localhost:7443", await Recorded(7443), StringComparison.Ordinal);
        Assert.Contains("app1: nothing listens on 7444, so there is no certificate", (await Record("app1", 7444)).Notes);
    }

    [Fact]
    public async Task A_service_that_stops_or_starts_no_more_with_the_machine_is_found()
    {
        await Sh("""
            printf '%s\n' '#!/bin/sh' 'case $1 in status) [ -f /run/worker ] || exit 3;; *) exit 2;; esac' >/etc/init.d/worker
            chmod +x /etc/init.d/worker; touch /run/worker
            ln -sf ../init.d/worker /etc/rc2.d/S01worker
            """);
        var text = await Recorded();
        Assert.Contains("loop: [worker]", text, StringComparison.Ordinal);
        await Sh("rm /run/worker");
        await Fails(text, "Services run, and start with the machine");
        await Sh("touch /run/worker; rm /etc/rc2.d/S01worker");
        await Fails(text, "Services run, and start with the machine");
        await Sh("ln -sf ../init.d/worker /etc/rc2.d/S01worker");
        await Holds(text);
    }

    [Fact]
    public async Task A_Tomcat_with_another_route_is_found_and_its_configuration_stays_where_it_is()
    {
        // What says that it is a Tomcat is its command line.
        await Sh($$"""
            mkdir -p {{app.Folder}}/base/conf; cd {{app.Folder}}/base/conf
            printf '%s\n' '<Server> <!-- <Engine jvmRoute="old"> -->' '<Engine name="Catalina" jvmRoute="${route}">' '<Cluster><Channel><Receiver address="auto" port="4000"/></Channel></Cluster> <Connector secret="hunter22hunter22"/>' >server.xml
            printf '%s\n' 'route = a: "b" {'{ >catalina.properties
            """);
        pids.Add(await Sh($"setsid perl -e 'sleep 1000' -- -Dcatalina.base={app.Folder}/base org.apache.catalina.startup.Bootstrap </dev/null >/dev/null 2>&1 & echo $!; sleep 0.2"));
        var text = await Recorded();
        Assert.Contains("""says: ["route a: \"b\" {{ '{{' }}", receiver address auto port 4000]""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", text, StringComparison.Ordinal);
        await Sh($"echo 'route = c' >{app.Folder}/base/conf/catalina.properties");
        await Fails(text, "The Tomcats have their routes and their cluster's receivers");
    }

    [Fact]
    public async Task What_could_not_be_read_is_said_with_its_own_cause_and_counts()
    {
        await Listen("plain", "127.0.0.1", 7445);
        pids.Add(await Sh("setsid perl -e 'sleep 1000' -- -Dcatalina.base=/nowhere/base org.apache.catalina.startup.Bootstrap </dev/null >/dev/null 2>&1 & echo $!"));
        pids.Add(await Sh("""setsid perl -e 'open my $name, ">", "/proc/self/comm"; print $name "httpd"; close $name; sleep 1000' -- -f /nowhere/conf/httpd.conf </dev/null >/dev/null 2>&1 & echo $!; sleep 0.2"""));
        var recorded = await Record("app1", 7445);
        var notes = string.Join('\n', recorded.Notes);
        Assert.Equal(ExitCode.Error, recorded.ExitCode);
        Assert.Contains("the certificate at 127.0.0.1:7445 could not be looked at: no answer from 127.0.0.1:7445", notes, StringComparison.Ordinal);
        Assert.Matches("the configuration of the Tomcat in /nowhere/base could not be read: .*No such file", notes);
        Assert.Contains("an httpd runs, and its configuration was not found: ls: cannot access '/nowhere/conf': No such file", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("host was gone", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("--sudo", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_said_and_the_others_are_recorded()
    {
        await Listen("server", "0.0.0.0", 7000);
        var recorded = await Record("apps");
        Assert.Equal(ExitCode.Unreachable, recorded.ExitCode);
        Assert.Contains(recorded.Notes, note => note.StartsWith("gone1: it could not be reached, and nothing is recorded of it", StringComparison.Ordinal));
        Assert.DoesNotContain("hosts: apps", recorded.Text, StringComparison.Ordinal);
        await Holds(recorded.Text!);
    }
}
