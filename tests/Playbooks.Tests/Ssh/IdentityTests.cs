using System.Diagnostics;
using System.Text.RegularExpressions;
using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Connections.LoggingIn;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>How we log in, and what is said where we are not let in; the server's own log says what it was sent.</summary>
public sealed partial class IdentityTests(Doors doors) : IClassFixture<Doors>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly string _home = Directory.CreateDirectory(Path.Combine(doors.Folder, Guid.NewGuid().ToString("N"))).FullName;

    private static readonly string[] Asked = [];

    private ConnectionOptions Options => new() { KeyPassphrase = null, AgentSocket = null, Home = _home };

    /// <summary>What came of a login: why it was refused, and what the server saw of it.</summary>
    private sealed record Outcome(string? Refusal, string? Mend, IReadOnlyList<string> Sent)
    {
        public IReadOnlyList<string> Kinds => [.. Sent.Select(line => string.Join(' ', line.Split(' ')[..2]))];
    }

    private async Task<Outcome> Try(ConnectionOptions? options = null, SshConfig? config = null, string? key = null, int? port = null, string user = Doors.User, int logins = 1)
    {
        options ??= Options;
        var mark = doors.Mark();
        using var identities = new Identities(options, TimeProvider.System);
        var ways = new Ways(new SshConfigs(TimeProvider.System, options.Home), options.Home, (_, _) => throw new UnreachableException());
        var connector = new Connector(TimeProvider.System, options, identities, ways, new Gate(64, 8, 8, TimeProvider.System));
        try
        {
            await using var connection = await connector.Connect(new ConnectTarget(doors.Host(port, key is null ? null : doors.PathOf(key), user), config ?? SshConfig.Silent, options.Home), Cancel);
            Assert.Equal(0, (await connection.Run(new RemoteCommand { Words = ["true"] }, Cancel)).ExitCode);
            return new Outcome(null, null, await doors.Sent(mark, logins));
        }
        catch (RefusedException e)
        {
            return new Outcome(e.Message.Replace(doors.Folder, "~", StringComparison.Ordinal), e.Mend?.Replace(doors.Folder, "~", StringComparison.Ordinal), await doors.Sent(mark, logins));
        }
    }

    private async Task LogsIn(Outcome outcome, params string[] sent)
    {
        Assert.Null(outcome.Refusal);
        var expected = new List<string>();
        foreach (var line in sent) expected.Add(line.Split(' ') is [var result, "publickey", var type, var name] ? $"{result} publickey {type} {await doors.Fingerprint(name)}" : line);
        Assert.Equal(expected, outcome.Sent);
    }

    /// <summary>A real agent with those keys, as long as the test runs.</summary>
    private async Task<Agent> AgentWith(params string[] keys)
    {
        var agent = new Agent(Path.Combine(_home, "agent"));
        await Eventually.Holds(() => File.Exists(agent.Socket), "the agent listens");
        foreach (var key in keys)
        {
            var start = new ProcessStartInfo("ssh-add", ["-q", doors.PathOf(key)]) { RedirectStandardError = true };
            start.Environment["SSH_AUTH_SOCK"] = agent.Socket;
            using var add = Process.Start(start)!;
            await add.WaitForExitAsync(Cancel);
            Assert.Equal(0, add.ExitCode);
        }

        return agent;
    }

    private sealed class Agent : IDisposable
    {
        public Agent(string socket)
        {
            Socket = socket;
            Process = Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", socket]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }

        public string Socket { get; }

        public Process Process { get; }

        public void Dispose()
        {
            Process.Kill();
            Process.WaitForExit();
            Process.Dispose();
        }
    }

    [Theory]
    [InlineData("ed", "ED25519"), InlineData("ec", "ECDSA"), InlineData("rsa", "RSA")]
    public async Task A_key_that_only_an_agent_holds_logs_in(string key, string type)
    {
        using var agent = await AgentWith(key);
        await LogsIn(await Try(Options with { AgentSocket = agent.Socket }), $"Accepted publickey {type} {key}");
        // ssh's configuration names another agent, or none.
        await LogsIn(await Try(config: new SshConfig { IdentityAgent = agent.Socket }), $"Accepted publickey {type} {key}");
        var none = await Assert.ThrowsAsync<RefusedException>(() => new Identities(Options with { AgentSocket = agent.Socket }, TimeProvider.System).For(new ConnectTarget(doors.Host(), new SshConfig { IdentityAgent = "" }, _home), Cancel));
        Assert.EndsWith("and no agent is asked (IdentityAgent).", none.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certified", "ED25519-CERT"), InlineData("rsacertified", "RSA-CERT")]
    public async Task A_certificate_logs_in_from_a_file_by_name_and_from_an_agent(string key, string type)
    {
        var bare = type.Split('-')[0];
        await LogsIn(await Try(key: key), $"Failed publickey {bare} {key}", $"Accepted publickey {type} {key}");
        await LogsIn(await Try(key: key, config: new SshConfig { CertificateFiles = [doors.PathOf(key + "-cert.pub")] }), $"Accepted publickey {type} {key}");
        using var agent = await AgentWith(key);
        await LogsIn(await Try(Options with { AgentSocket = agent.Socket }), $"Failed publickey {bare} {key}", $"Accepted publickey {type} {key}");
        // The agent holds the key, and a file the certificate.
        await LogsIn(await Try(Options with { AgentSocket = agent.Socket }, new SshConfig { IdentitiesOnly = true, IdentityFiles = [doors.PathOf("ed")], CertificateFiles = [doors.PathOf(key + "-cert.pub")] }), $"Accepted publickey {type} {key}");
    }

    [Fact]
    public async Task A_key_on_a_security_key_logs_in_through_an_agent_that_holds_it()
    {
        var (blob, answer) = TinyAgent.SecurityKey(doors.PathOf("stranger"));
        File.WriteAllText(doors.PathOf("sk.pub"), $"sk-ssh-ed25519@openssh.com {Convert.ToBase64String(blob)} on my key ring\n");
        doors.Authorize("sk");
        using var agent = new TinyAgent(Path.Combine(_home, "tiny"), answer);
        await LogsIn(await Try(Options with { AgentSocket = Path.Combine(_home, "tiny") }), "Accepted publickey ED25519-SK sk.pub");
    }

    [Fact]
    public async Task An_inventorys_key_is_signed_with_by_the_agent_where_it_holds_it_and_no_passphrase_is_asked_for()
    {
        using var agent = await AgentWith("ed", "ed2");
        File.Copy(doors.PathOf("ed2.pub"), doors.PathOf("elsewhere.pub"));
        await LogsIn(await Try(Options with { AgentSocket = agent.Socket }, key: "elsewhere"), "Accepted publickey ED25519 ed2");
        // What stands in the inventory may be the public half.
        await LogsIn(await Try(Options with { AgentSocket = agent.Socket }, key: "ed2.pub"), "Accepted publickey ED25519 ed2");
    }

    [Fact]
    public async Task A_passphrase_is_asked_for_once_and_only_when_the_server_takes_the_key()
    {
        var asked = new List<string>();
        var options = Options with
        {
            AskPassphrase = (path, _) =>
            {
                lock (asked) asked.Add(path);
                return Task.FromResult<string?>(Doors.Passphrase);
            },
        };
        var config = new SshConfig { IdentityFiles = [doors.PathOf("lockedstranger"), doors.PathOf("locked")] };
        // It is not asked with a connection open: the server sees two, and the first goes when the question comes.
        await LogsIn(await Try(options, config, logins: 2), "Failed publickey ED25519 lockedstranger", "Failed publickey ED25519 lockedstranger", "Accepted publickey ED25519 locked");
        Assert.Equal([doors.PathOf("locked")], asked);
        // Where the variable has it, nobody is asked and one connection is enough.
        asked.Clear();
        await LogsIn(await Try(options with { KeyPassphrase = Doors.Passphrase }, config), "Failed publickey ED25519 lockedstranger", "Accepted publickey ED25519 locked");
        Assert.Equal(Asked, asked);
    }

    [Fact]
    public async Task Without_the_passphrase_of_one_key_the_next_one_logs_in()
    {
        var options = Options with { AskPassphrase = (_, _) => Task.FromResult<string?>("wrong") };
        await LogsIn(await Try(options, new SshConfig { IdentityFiles = [doors.PathOf("locked"), doors.PathOf("ed")] }, logins: 2), "Accepted publickey ED25519 ed");
        var refused = await Try(options, new SshConfig { IdentityFiles = [doors.PathOf("locked"), doors.PathOf("stranger")] }, port: doors.KeysPort, logins: 2);
        Assert.Equal($"web1 (127.0.0.1:{doors.KeysPort}) does not let deploy in with the key ~/stranger. The passphrase given for the private key ~/locked is wrong.", refused.Refusal);
    }

    [Fact]
    public async Task A_password_logs_in_as_it_is_or_as_an_answer_and_with_a_key_before_it()
    {
        var options = Options with { Password = _ => Doors.Password };
        await LogsIn(await Try(options), "Accepted keyboard-interactive/pam");
        await LogsIn(await Try(options, port: doors.QuestionPort), "Accepted keyboard-interactive/pam");
        await LogsIn(await Try(options, port: doors.PasswordPort), "Accepted password");
        await LogsIn(await Try(options, key: "ed", port: doors.BothPort), "Partial publickey ED25519 ed", "Accepted password");
        // A key first, then the questions.
        await LogsIn(await Try(options, key: "stranger"), "Failed publickey ED25519 stranger", "Accepted keyboard-interactive/pam");
    }

    [Fact]
    public async Task Two_keys_log_in_where_two_are_wanted() =>
        await LogsIn(await Try(config: new SshConfig { IdentityFiles = [doors.PathOf("stranger"), doors.PathOf("ed"), doors.PathOf("ed2")] }, port: doors.TwoPort),
            "Failed publickey ED25519 stranger", "Partial publickey ED25519 ed", "Accepted publickey ED25519 ed2");

    [Fact]
    public async Task Sshs_configuration_says_which_ways_are_tried_and_in_which_order()
    {
        var options = Options with { Password = _ => Doors.Password };
        await LogsIn(await Try(options, new SshConfig { PreferredAuthentications = ["password", "publickey"] }, "ed"), "Accepted password");
        await LogsIn(await Try(options, new SshConfig { KbdInteractiveAuthentication = false }), "Accepted password");
        await LogsIn(await Try(options, new SshConfig { PubkeyAuthentication = false, PasswordAuthentication = false }, "ed"), "Accepted keyboard-interactive/pam");
        var e = await Assert.ThrowsAsync<RefusedException>(async () => new Login(new ConnectTarget(doors.Host(), new SshConfig { PreferredAuthentications = ["gssapi-with-mic"] }, _home),
            await new Identities(options, TimeProvider.System).For(new ConnectTarget(doors.Host(), SshConfig.Silent, _home), Cancel), TimeSpan.FromSeconds(1), default));
        Assert.Contains("ssh's configuration rules out what there is", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_sent_once_and_not_in_another_way_nor_under_another_name()
    {
        var options = Options with { Password = _ => "wr0ng secret" };
        var mark = doors.Mark();
        await using (var pool = new ConnectionPool(TimeProvider.System, options))
        {
            var hosts = Enumerable.Range(1, 6).Select(i => doors.Host() with { Name = $"web{i}" });
            var said = await Task.WhenAll(hosts.Select(host => Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host, Cancel))));
            Assert.Equal($"web1 (127.0.0.1:{doors.Port}) does not let deploy in with the password.", said[0].Message);
            Assert.Contains("sent only once in a run", said[0].Mend!, StringComparison.Ordinal);
            await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(doors.Host() with { Name = "again" }, Cancel));
        }

        Assert.Equal(["Failed keyboard-interactive/pam"], await doors.Sent(mark, logins: 7));
        Assert.Equal(["Failed password"], (await Try(options, port: doors.PasswordPort)).Kinds);
        Assert.Equal(["Failed publickey", "Failed keyboard-interactive/pam"], (await Try(options, key: "stranger")).Kinds);
    }

    [Theory]
    [InlineData("one", "web1 (PORT) does not let deploy in with the key ~/stranger.", "Failed publickey")]
    [InlineData("several", "web1 (PORT) does not let deploy in with any of the keys ~/stranger, ~/rsacertified.", "Failed publickey,Failed publickey")]
    [InlineData("late", "web1 (PORT) does not let deploy in with any of the keys ~/late, ~/late-cert.pub. The certificate ~/late-cert.pub was valid until 2020-01-02 12:00:00 UTC.", "Failed publickey,Failed publickey")]
    [InlineData("elses", "web1 (PORT) does not let deploy in with any of the keys ~/elses-cert.pub, ~/stranger. The certificate ~/elses-cert.pub is for somebody, else, not for deploy.", "Failed publickey,Failed publickey")]
    [InlineData("foreign", "web1 (PORT) does not let deploy in with the key ~/stranger. The certificate ~/certified-cert.pub is for a key that is in no file and no agent.", "Failed publickey")]
    [InlineData("beside", "web1 (PORT) does not let deploy in with the key ~/wrong. The certificate ~/wrong-cert.pub is for another key than ~/wrong.", "Failed publickey")]
    [InlineData("nothere", "web1 (PORT) does not let deploy in with the key ~/stranger. There is no private key ~/nowhere.", "Failed publickey")]
    [InlineData("halves", "The private key ~/halves is not the one whose public half is in ~/halves.pub.", "")]
    [InlineData("tooMany", "web1 (PORT) hung up: too many authentication failures. It was shown 6 of 7 keys: ~/stranger, ~/late, ~/certified, ~/rsacertified, ~/ca and 1 more.", "Failed publickey,Failed publickey,Failed publickey,Failed publickey,Failed publickey,Failed publickey")]
    [InlineData("password", "web1 (PORT) does not let deploy in with what there is. It takes: password.", "")]
    [InlineData("hostbased", "web1 (PORT) does not let deploy in with what there is. It takes: hostbased.", "")]
    [InlineData("key", "web1 (PORT) does not let deploy in with what there is. It takes: publickey.", "")]
    [InlineData("both", "web1 (PORT) does not let deploy in with the key ~/ed alone. It also wants: password.", "Partial publickey")]
    [InlineData("expired", "web1 (PORT) does not let expired in with a password alone. It asks: You are required to change your password immediately (administrator enforced). / Changing password for expired. / Current password:", "")]
    public async Task Every_refusal_is_a_sentence_and_no_more_is_sent_than_expected(string way, string sentence, string sent)
    {
        var only = (string[] names) => new SshConfig { IdentityFiles = [.. names.Select(doors.PathOf)], CertificateFiles = [doors.PathOf("none-cert.pub")] };
        if (way == "halves")
        {
            File.Copy(doors.PathOf("ed2"), doors.PathOf("halves"));
            File.Copy(doors.PathOf("ed2.pub"), doors.PathOf("halves.pub"));
            await Sshd.KeyGen("-t", "rsa", "-b", "2048", "-m", "PEM", "-f", doors.PathOf("pem"));
            File.Move(doors.PathOf("pem"), doors.PathOf("halves"), overwrite: true);
        }

        if (way == "beside")
        {
            File.Copy(doors.PathOf("ca"), doors.PathOf("wrong"));
            File.Copy(doors.PathOf("certified-cert.pub"), doors.PathOf("wrong-cert.pub"));
        }

        var password = Options with { Password = _ => Doors.Password };
        var port = way switch { "password" => doors.PasswordPort, "hostbased" => doors.HostbasedPort, "both" => doors.BothPort, "key" => doors.KeysPort, "expired" => doors.QuestionPort, "tooMany" => doors.Port, _ => doors.KeysPort };
        var outcome = await (way switch
        {
            "one" => Try(key: "stranger", port: port),
            "several" => Try(config: only(["stranger", "rsacertified"]), port: port),
            "late" => Try(key: "late", port: port),
            "elses" => Try(config: only(["stranger"]) with { CertificateFiles = [doors.PathOf("elses-cert.pub")] }, port: port),
            "foreign" => Try(config: only(["stranger"]) with { CertificateFiles = [doors.PathOf("certified-cert.pub")] }, port: port),
            "beside" => Try(key: "wrong", port: port),
            "nothere" => Try(config: only(["nowhere", "stranger"]) with { CertificateFiles = [] }, port: port),
            "halves" => Try(key: "halves", port: doors.Port),
            "tooMany" => Try(config: only(["stranger", "late", "certified", "rsacertified", "ca", "host", "ed"]), port: port),
            "both" => Try(key: "ed", port: port),
            "key" => Try(password, port: port),
            "expired" => Try(password, port: port, user: Doors.Expired),
            _ => Try(key: "ed", port: port),
        });
        Assert.Equal(sentence.Replace("PORT", $"127.0.0.1:{port}", StringComparison.Ordinal), outcome.Refusal is null ? null : NoNone().Replace(outcome.Refusal, ""));
        Assert.Equal(sent.Split(',', StringSplitOptions.RemoveEmptyEntries), outcome.Kinds);
    }

    [Fact]
    public async Task Keys_are_shown_in_the_order_and_number_of_ssh()
    {
        using var agent = await AgentWith("stranger", "certified", "rsacertified");
        Directory.CreateDirectory(Path.Combine(_home, ".ssh"));
        foreach (var (name, key) in new[] { ("id_rsa", "rsa"), ("id_ecdsa", "ec"), ("id_ed25519", "late") })
            foreach (var end in new[] { "", ".pub", "-cert.pub" })
                if (File.Exists(doors.PathOf(key + end))) File.Copy(doors.PathOf(key + end), Path.Combine(_home, ".ssh", name + end));
        await Sshd.KeyGen("-t", "rsa", "-b", "2048", "-m", "PEM", "-f", doors.PathOf("old"));
        File.Delete(doors.PathOf("old.pub"));
        string[][] cases =
        [
            [],
            ["IdentityAgent none"],
            ["IdentitiesOnly yes"],
            ["IdentityFile F/certified"],
            ["IdentityFile F/certified", "IdentitiesOnly yes"],
            ["IdentityFile F/rsa", "IdentityFile F/certified", "IdentityFile F/old", "IdentityFile F/nowhere", "IdentityFile F/locked"],
            ["IdentityFile F/certified.pub", "IdentityFile F/ec", "IdentitiesOnly yes"],
            ["CertificateFile F/certified-cert.pub", "IdentityFile F/stranger", "IdentitiesOnly yes"],
            ["CertificateFile F/late-cert.pub", "IdentityFile F/late", "IdentityFile F/ec"],
            ["CertificateFile F/elses-cert.pub", "CertificateFile F/early-cert.pub", "IdentityFile F/rsa"],
        ];
        foreach (var lines in cases)
        {
            var said = lines.Select(line => line.Replace("F/", doors.Folder + "/", StringComparison.Ordinal)).ToList();
            string? One(string word) => said.Find(line => line.StartsWith(word + " ", StringComparison.Ordinal))?[(word.Length + 1)..];
            List<string> All(string word) => [.. said.Where(line => line.StartsWith(word + " ", StringComparison.Ordinal)).Select(line => line[(word.Length + 1)..])];
            // That user is let in by no key.
            var mark = doors.Mark();
            var usual = All("IdentityFile").Count > 0 ? [] : new[] { "id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk" }.Select(name => $"IdentityFile {_home}/.ssh/{name}");
            File.WriteAllLines(Path.Combine(_home, "config"), ["Host *", .. said, .. usual, $"UserKnownHostsFile {doors.PathOf("known_hosts")}", "PreferredAuthentications publickey", "BatchMode yes", $"Port {doors.KeysPort}"]);
            var start = new ProcessStartInfo("ssh", ["-v", "-F", Path.Combine(_home, "config"), $"{Doors.Expired}@127.0.0.1", "true"]) { RedirectStandardError = true };
            start.Environment["SSH_AUTH_SOCK"] = agent.Socket;
            using var ssh = Process.Start(start)!;
            var verbose = await ssh.StandardError.ReadToEndAsync(Cancel);
            await ssh.WaitForExitAsync(Cancel);
            var theirs = await doors.Sent(mark);
            Assert.Contains("Permission denied", verbose, StringComparison.Ordinal);
            Assert.NotEmpty(theirs);

            var config = new SshConfig { IdentityFiles = All("IdentityFile"), CertificateFiles = All("CertificateFile"), IdentitiesOnly = One("IdentitiesOnly") == "yes", IdentityAgent = One("IdentityAgent") == "none" ? "" : null };
            var ours = await Try(Options with { AgentSocket = agent.Socket }, config, port: doors.KeysPort, user: Doors.Expired);
            Assert.NotNull(ours.Refusal);
            Assert.True(theirs.SequenceEqual(ours.Sent), $"{string.Join("; ", lines)}\nssh:\n{string.Join('\n', theirs)}\nplay:\n{string.Join('\n', ours.Sent)}");
        }
    }

    [Fact, Trait("Category", "Long")]
    public async Task An_agent_that_is_dead_or_hangs_is_told_of_and_other_keys_log_in()
    {
        var dead = Options with { AgentSocket = Path.Combine(_home, "nobody") };
        await LogsIn(await Try(dead, key: "ed"), "Accepted publickey ED25519 ed");
        var refused = await Try(dead, key: "stranger", port: doors.KeysPort);
        Assert.Contains($"The agent at {Path.Combine("~", Path.GetFileName(_home), "nobody")} cannot be asked: ", refused.Refusal, StringComparison.Ordinal);

        using var agent = await AgentWith("ed");
        Assert.Equal(0, Kill(agent.Process.Id, 19));
        var watch = Stopwatch.StartNew();
        await LogsIn(await Try(Options with { AgentSocket = agent.Socket }, key: "ec"), "Accepted publickey ECDSA ec");
        Assert.InRange(watch.Elapsed.TotalSeconds, 4, 20);
        // Once for all hosts of a run.
        using var identities = new Identities(Options with { AgentSocket = agent.Socket }, TimeProvider.System);
        var alone = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Assert.ThrowsAsync<RefusedException>(() => identities.For(new ConnectTarget(doors.Host(), SshConfig.Silent, _home), Cancel))));
        Assert.All(alone, e => Assert.Contains("did not answer within 5 s.", e.Message, StringComparison.Ordinal));
        Assert.InRange(watch.Elapsed.TotalSeconds, 8, 30);
        Assert.Equal(0, Kill(agent.Process.Id, 18));
    }

    [Fact]
    public async Task An_agent_that_does_not_sign_is_told_of_and_the_next_key_logs_in()
    {
        var blob = Convert.FromBase64String(File.ReadAllText(doors.PathOf("ed.pub")).Split(' ')[1]);
        var socket = Path.Combine(_home, "tiny");
        using var agent = new TinyAgent(socket, message => message[0] == 11 ? TinyAgent.Holds(blob, "re\u001b[31mfuses") : [5]);
        await LogsIn(await Try(Options with { AgentSocket = socket }, new SshConfig { IdentityFiles = [doors.PathOf("ed2")] }), "Accepted publickey ED25519 ed2");
        var refused = await Try(Options with { AgentSocket = socket }, new SshConfig { IdentityFiles = [doors.PathOf("stranger")] }, port: doors.KeysPort);
        Assert.EndsWith("The agent at ~/" + Path.GetFileName(_home) + "/tiny refuses to sign with it.", refused.Refusal, StringComparison.Ordinal);
        Assert.Equal(["Failed publickey"], refused.Kinds);
        // What it says is nobody's to steer a terminal with.
        var elses = Convert.FromBase64String(File.ReadAllText(doors.PathOf("ca.pub")).Split(' ')[1]);
        using var hostile = new TinyAgent(socket + "2", message => message[0] == 11 ? TinyAgent.Holds(elses, "\u001b[31mred") : [5]);
        Assert.Contains("the key \\e[31mred (agent).", (await Try(Options with { AgentSocket = socket + "2" }, port: doors.KeysPort)).Refusal, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Long")]
    public async Task Sixty_hosts_at_once_log_in_with_one_agent()
    {
        using var agent = await AgentWith("ed");
        await using var pool = new ConnectionPool(TimeProvider.System, Options with { AgentSocket = agent.Socket });
        var got = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => pool.Get(doors.Host() with { Name = $"web{i}" }, Cancel)));
        Assert.Equal(60, got.Distinct().Count());
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2", "rsa-sha2-512"), InlineData("SSH-2.0-OpenSSH_7.2", "rsa-sha2-512"), InlineData("SSH-2.0-OpenSSH_5.3", "ssh-rsa"), InlineData("SSH-2.0-dropbear_2022.83", "rsa-sha2-256")]
    public void An_rsa_key_is_shown_in_one_way_which_the_server_knows(string server, string expected) =>
        Assert.Equal(expected, KeyLogin.AlgorithmFor(TinyAgent.Packed(TinyAgent.Text("ssh-rsa")), server));

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")]
    [System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [GeneratedRegex(" [^ ]*/none-cert.pub is not the certificate of a user's key\\.")]
    private static partial Regex NoNone();
}
