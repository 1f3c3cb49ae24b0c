using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Hosts behind hosts, each a real sshd with a port, a host key and a user's key of its own.</summary>
public sealed class JumpTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("play-jump-").FullName;
    private readonly Dictionary<string, Server> _servers = [];

    private string Home => Path.Combine(_folder, "home");

    private sealed record Server(string Name, int Port, Process Process, ConcurrentQueue<string> Log)
    {
        public IEnumerable<string> Attempts => Log.Where(line => line.Contains("userauth", StringComparison.Ordinal) || line.Contains("Accepted", StringComparison.Ordinal) || line.Contains("Failed", StringComparison.Ordinal));
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        Directory.CreateDirectory(Path.Combine(Home, ".ssh"));
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Home, ".ssh", "id_ed25519"));
        await Task.WhenAll(new[] { "b1", "b2", "b3", "t1" }.Select(name => Start(name)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values) await Stop(server);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_hop_and_three_hops_lead_there_each_with_its_own_key()
    {
        await using var pool = Pool();
        Assert.Equal("through t1", await Echo(pool, Hosts("")["t1"]));
        Assert.Equal("through t1", await Echo(pool, Hosts("b1")["t1"]));
        Assert.Equal("through t1", await Echo(pool, Hosts("[b1, b2, b3]")["t1"]));
    }

    [Fact]
    public async Task Each_host_on_the_way_may_have_a_way_of_its_own()
    {
        await using var pool = Pool();
        var hosts = Hosts("b3", b3: "b2", b2: "b1");
        Assert.Equal("through t1", await Echo(pool, hosts["t1"]));
        Assert.Equal(["t1", "b3", "b2", "b1"], hosts["t1"].WithWay.Select(h => h.Name));
        // b1 never saw t1's port: it only leads to b2.
        await Eventually.Holds(() => Accepted("t1") == 1, "t1 tells of the login");
    }

    [Fact]
    public async Task All_hosts_behind_one_share_its_connection_which_is_also_that_of_its_own_steps()
    {
        await using var pool = Pool();
        var hosts = Hosts("b1", more: 12);
        await Task.WhenAll(hosts.Values.Where(h => h.Via is not null).Select(h => Echo(pool, h)));
        Assert.Equal("through t1", await Echo(pool, hosts["b1"]));
        await Eventually.Holds(() => Accepted("t1") == 13, "t1 tells of all logins");
        Assert.Equal(1, Accepted("b1"));
    }

    [Fact]
    public async Task A_wrong_key_in_the_middle_is_refused_before_anything_is_told_to_it()
    {
        File.WriteAllText(Known("b2"), $"[127.0.0.1]:{Port("b2")} {PublicKey("b3")}\n");
        await using var pool = Pool();
        var e = await Refused(pool, Hosts("[b1, b2, b3]")["t1"]);
        Assert.StartsWith($"t1 is reached through b3. b3 is reached through b2. THE HOST KEY OF [127.0.0.1]:{Port("b2")} HAS CHANGED: it shows ssh-ed25519 ", e.Message, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -R", e.Mend!, StringComparison.Ordinal);
        await Eventually.Holds(() => _servers["b2"].Log.Any(line => line.Contains("Connection closed", StringComparison.Ordinal) || line.Contains("Connection reset", StringComparison.Ordinal) || line.Contains("[preauth]", StringComparison.Ordinal)), "b2 tells of the connection");
        Assert.Empty(_servers["b2"].Attempts);
        Assert.DoesNotContain(_servers["b3"].Log, line => line.Contains("Connection from", StringComparison.Ordinal));
        Assert.DoesNotContain(_servers["t1"].Log, line => line.Contains("Connection from", StringComparison.Ordinal));
        // Said once, and not asked again.
        Assert.Equal(e.Message, (await Refused(pool, Hosts("[b1, b2, b3]")["t1"])).Message);
    }

    [Fact]
    public async Task A_host_that_forwards_nothing_says_so()
    {
        await Restart("b1", "AllowTcpForwarding no");
        await using var pool = Pool();
        var e = await Refused(pool, Hosts("b1")["t1"]);
        Assert.Equal("t1 is reached through b1, but the SSH server of b1 (127.0.0.1:" + Port("b1") + ") makes no such connection for others.", e.Message);
        Assert.StartsWith("Look at AllowTcpForwarding and PermitOpen in its sshd_config", e.Mend!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_refuses_is_told_with_the_way()
    {
        await using var pool = Pool();
        await Stop(_servers["t1"]);
        var e = await Refused(pool, Hosts("b1")["t1"]);
        Assert.Equal($"t1 (127.0.0.1:{Port("t1")}, through b1) refuses connections: nothing listens on port {Port("t1")}.", e.Message);
        await Start("t1", Port("t1"));
        Assert.Equal("through t1", await Echo(pool, Hosts("b1")["t1"]));
    }

    [Fact]
    public async Task A_host_on_the_way_that_is_gone_is_told_for_what_it_is_and_connected_anew_at_the_next_command()
    {
        await using var pool = Pool();
        var host = Hosts("b1")["t1"];
        var connection = (SshConnection)await pool.Get(host, Cancel);
        await Kill("b1");
        await Eventually.Holds(() => !connection.IsAlive, "the loss is noticed");
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => connection.Run(new RemoteCommand { Script = "true" }, Cancel));
        Assert.Equal($"t1 is reached through b1 (127.0.0.1:{Port("b1")}), and the connection to that is lost; the command was not started.", e.Message);
        var gone = await Refused(pool, host);
        Assert.Equal($"t1 is reached through b1. b1 (127.0.0.1:{Port("b1")}) refuses connections: nothing listens on port {Port("b1")}.", gone.Message);
        await Start("b1", Port("b1"));
        Assert.Equal("through t1", await Echo(pool, host));
    }

    [Fact]
    public async Task A_silent_host_on_the_way_has_its_own_time_limit()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var pool = Pool();
        var hosts = Hosts("b1", b1Port: ((IPEndPoint)silent.LocalEndpoint).Port, timeout: "9s", b1Timeout: "1s");
        var begin = Stopwatch.StartNew();
        var e = await Refused(pool, hosts["t1"]);
        Assert.Equal($"t1 is reached through b1. b1 ({hosts["b1"].Address}:{hosts["b1"].Ssh.Port}) took the connection, and then said nothing for 1 s.", e.Message);
        Assert.InRange(begin.Elapsed.TotalSeconds, 0.9, 5);
    }

    [Fact]
    public async Task What_knocks_at_the_bridge_without_the_password_gets_nothing_and_the_library_gets_through_all_the_same()
    {
        var (far, other) = await Pair();
        await using var bridge = new Bridge(far);
        var way = bridge.Way("u", new Renci.SshNet.NoneAuthenticationMethod("u"));
        using var silent = new TcpClient(way.ProxyHost!, way.ProxyPort);
        using var stranger = new TcpClient(way.ProxyHost!, way.ProxyPort);
        await stranger.GetStream().WriteAsync(new byte[400], Cancel);
        Assert.Equal(0, await Ends(stranger));
        using var ours = new TcpClient(way.ProxyHost!, way.ProxyPort);
        var word = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{way.ProxyUsername}:{way.ProxyPassword}"));
        await ours.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"CONNECT host:22 HTTP/1.0\r\nProxy-Authorization: Basic {word}\r\n\r\n"), Cancel);
        var answer = new byte[19];
        await ours.GetStream().ReadExactlyAsync(answer, Cancel);
        Assert.Equal("HTTP/1.0 200 OK\r\n\r\n", System.Text.Encoding.ASCII.GetString(answer));
        await other.WriteAsync("SSH"u8.ToArray(), Cancel);
        await ours.GetStream().ReadExactlyAsync(answer.AsMemory(0, 3), Cancel);
        // The door is closed, and nobody else is waited for. Who opens one of that number meanwhile is another test.
        await Eventually.Holds(() => IsClosed(way.ProxyHost!, way.ProxyPort), "the door is closed");
        Assert.Equal(0, await Ends(silent));

        static bool IsClosed(string host, int port)
        {
            try
            {
                using var client = new TcpClient(host, port);
                return false;
            }
            catch (SocketException)
            {
                return true;
            }
        }

        static async Task<int> Ends(TcpClient client)
        {
            try
            {
                return await client.GetStream().ReadAsync(new byte[10], Cancel);
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    [Fact]
    public async Task Only_a_configuration_of_ssh_is_needed_to_jump()
    {
        File.WriteAllText(Path.Combine(Home, ".ssh", "config"), $"""
            Host b1 b2 b3 t1
              HostName 127.0.0.1
              User {Environment.UserName}
              UserKnownHostsFile {_folder}/%n/known_hosts
              StrictHostKeyChecking yes
            Host b1
              Port {Port("b1")}
            Host b2
              Port {Port("b2")}
            Host t1
              Port {Port("t1")}
              ProxyJump b1,b2
            Host ring
              ProxyJump b3
            Host b3
              ProxyJump ring
            """);
        await using var pool = Pool();
        var hosts = Load("groups: { all-hosts: { hosts: [t1, ring] } }");
        Assert.Equal("through t1", await Echo(pool, hosts["t1"]));
        var e = await Refused(pool, hosts["ring"]);
        Assert.Equal("ring would be reached through itself, by ssh's configuration: ring → b3 → ring → b3.", e.Message);
    }

    [Fact]
    public async Task A_program_that_ssh_would_run_on_the_way_is_refused_by_name_and_a_jump_of_the_inventory_goes_before_it()
    {
        File.WriteAllText(Path.Combine(Home, ".ssh", "config"), "Host 127.0.0.1\n  ProxyCommand nc %h %p\n");
        await using var pool = Pool();
        var e = await Refused(pool, Hosts("")["t1"]);
        Assert.Equal("ssh's configuration reaches t1 by a program, ProxyCommand nc %h %p, which is not run here.", e.Message);
        await using var another = Pool();
        Assert.Equal("through t1", await Echo(another, Hosts("b1", b1: "none")["t1"]));
    }

    [Fact]
    public async Task An_IPv6_address_is_reached_straight_and_on_the_way_and_its_key_is_known_by_its_own_name()
    {
        var known = Path.Combine(_folder, "known6");
        File.WriteAllText(known, $"[::1]:{Port("b1")} {PublicKey("b1")}\n[::1]:{Port("t1")} {PublicKey("t1")}\n");
        var common = $"user: {Environment.UserName}, known_hosts: {known}, key: {Home}/.ssh/id_ed25519";
        var hosts = Load($"ssh: {{ {common} }}\ngroups: {{ every: {{ hosts: {{ b1: {{ ssh: '[::1]:{Port("b1")}' }}, t1: {{ ssh: {{ host: '[::1]', port: {Port("t1")}, jump: b1 }} }}, closed: {{ ssh: '[::1]:1' }}, other: {{ ssh: '[::1]:{Port("b2")}' }} }} }} }}");
        await using var pool = Pool();
        Assert.Equal("through t1", await Echo(pool, hosts["b1"]));
        Assert.Equal("through t1", await Echo(pool, hosts["t1"]));
        Assert.Equal("closed ([::1]:1) refuses connections: nothing listens on port 1.", (await Refused(pool, hosts["closed"])).Message);
        Assert.StartsWith($"The host key of [::1]:{Port("b2")} is not known", (await Refused(pool, hosts["other"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "curve25519-sha256")]
    [InlineData("pq", "sntrup761x25519-sha512")]
    public async Task Post_quantum_key_exchanges_come_first_where_they_are_wanted(string kex, string negotiated)
    {
        await Stop(_servers["t1"]);
        await Start("t1", Port("t1"), level: "DEBUG1");
        var host = Hosts("")["t1"];
        await using var pool = Pool();
        await pool.Get(host with { Ssh = host.Ssh with { Kex = kex.Length > 0 ? kex : null } }, Cancel);
        await Eventually.Holds(() => _servers["t1"].Log.Any(line => line.Contains("kex: algorithm: ", StringComparison.Ordinal)), "the server tells what was agreed");
        // A newer sshd has mlkem768x25519-sha256 too, which is first in both.
        Assert.Contains(_servers["t1"].Log, line => line.Contains($"kex: algorithm: {negotiated}", StringComparison.Ordinal) || line.Contains("kex: algorithm: mlkem768x25519-sha256", StringComparison.Ordinal));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ConnectionPool Pool() => new(TimeProvider.System, new ConnectionOptions { KeyPassphrase = null, Home = Home });

    private static async Task<string> Echo(ConnectionPool pool, Host host)
    {
        var result = await pool.Run(host, new RemoteCommand { Script = "echo through t1" }, Cancel);
        return System.Text.Encoding.UTF8.GetString(result.Stdout.Span).Trim();
    }

    private static Task<HostUnreachableException> Refused(ConnectionPool pool, Host host) => Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host, Cancel));

    private Dictionary<string, Host> Hosts(string jump, string b1 = "", string b2 = "", string b3 = "", int more = 0, int? b1Port = null, string timeout = "20s", string b1Timeout = "20s")
    {
        string Entry(string name, string server, string way, int? port = null, string limit = "20s") =>
            $"{name}: {{ ssh: {{ host: 127.0.0.1, port: {port ?? Port(server)}, user: {Environment.UserName}, key: {_folder}/{server}/user, known_hosts: {Known(server)}, timeout: {limit}{(way.Length > 0 ? $", jump: {way}" : "")} }} }}";
        string[] entries = [Entry("b1", "b1", b1, b1Port, b1Timeout), Entry("b2", "b2", b2), Entry("b3", "b3", b3), Entry("t1", "t1", jump, limit: timeout), .. Enumerable.Range(2, more).Select(i => Entry($"t{i}", "t1", jump))];
        return Load($"groups: {{ every: {{ hosts: {{ {string.Join(", ", entries)} }} }} }}");
    }

    private static Dictionary<string, Host> Load(string text)
    {
        var problems = new ProblemList();
        var loader = new InventoryLoader(problems);
        loader.Add(Yaml.Read(new SourceText("hosts.yaml", text), problems), "/");
        var inventory = loader.Build();
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        return inventory.Hosts.ToDictionary(h => h.Name);
    }

    private int Port(string name) => _servers[name].Port;

    private int Accepted(string name) => _servers[name].Log.Count(line => line.Contains("Accepted publickey", StringComparison.Ordinal));

    private string Known(string name) => Path.Combine(_folder, name, "known_hosts");

    private string PublicKey(string name) => string.Join(' ', File.ReadAllText(Path.Combine(_folder, name, "host.pub")).Split(' ')[..2]);

    private async Task Restart(string name, string more)
    {
        await Stop(_servers[name]);
        await Start(name, Port(name), more);
    }

    private async Task Start(string name, int? port = null, string more = "", string level = "VERBOSE")
    {
        var at = port ?? Sshd.FreePort();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        if (!File.Exists(Path.Combine(folder, "host")))
        {
            await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(folder, "host"));
            await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(folder, "user"));
        }
        File.WriteAllText(Path.Combine(folder, "known_hosts"), $"[127.0.0.1]:{at} {string.Join(' ', File.ReadAllText(Path.Combine(folder, "host.pub")).Split(' ')[..2])}\n");
        File.WriteAllText(Path.Combine(folder, "config"), $"""
            ListenAddress 127.0.0.1:{at}
            ListenAddress [::1]:{at}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/user.pub {Home}/.ssh/id_ed25519.pub
            PermitRootLogin yes
            PasswordAuthentication no
            StrictModes no
            UsePAM no
            PidFile none
            SetEnv HOME={folder}
            LogLevel {level}
            {more}
            """);
        var log = new ConcurrentQueue<string>();
        var process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(folder, "config")]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, said) =>
        {
            if (said.Data is { } line) log.Enqueue(line);
        };
        process.BeginErrorReadLine();
        // It listens on ::1 first.
        await Eventually.Holds(() => log.Any(line => line.Contains("Server listening on 127.0.0.1 ", StringComparison.Ordinal)), $"{name} listens");
        lock (_servers) _servers[name] = new Server(name, at, process, log);
    }

    /// <summary>The server, and all who are logged in.</summary>
    private Task Kill(string name) => Stop(_servers[name]);

    private static async Task Stop(Server server)
    {
        if (server.Process.HasExited) return;
        server.Process.Kill(entireProcessTree: true);
        await server.Process.WaitForExitAsync(CancellationToken.None);
    }

    private static async Task<(Stream, Stream)> Pair()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var one = new TcpClient();
        await one.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Cancel);
        return (one.GetStream(), (await listener.AcceptTcpClientAsync(Cancel)).GetStream());
    }
}
