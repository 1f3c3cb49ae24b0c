using System.Diagnostics;
using System.Text;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Passwords from an inventory: what the program does with them, and with servers that ask for more.</summary>
public sealed class PasswordTests(Doors doors) : IClassFixture<Doors>
{
    private const string Secret = "s3cret of the run";

    /// <summary>A server that is not OpenSSH, and asks each user something else.</summary>
    private const string OddServer = """
        import asyncio, asyncssh, sys
        asked = {
            'two': ('', '', '', [('Password: ', False), ('Code: ', False)]),
            'code': ('', 'Look at\nyour \x1b[31mphone\x07', '', [('Code: ', True)]),
            'again': ('', '', '', [('Password: ', False)]),
        }
        class Server(asyncssh.SSHServer):
            def connection_made(self, connection): self.connection = connection
            def begin_auth(self, user): self.user = user; return True
            def password_auth_supported(self): return self.user in ('change', 'drop', 'code')
            def public_key_auth_supported(self): return False
            def validate_password(self, user, password):
                print('password of', user, flush=True)
                if user == 'change': raise asyncssh.PasswordChangeRequired('New one, please')
                if user == 'drop': self.connection.abort()
                return False
            def kbdint_auth_supported(self): return self.user in asked
            def get_kbdint_challenge(self, user, language, methods): return asked[user]
            def validate_kbdint_response(self, user, responses):
                print('answer of', user, flush=True)
                return ('', 'So it is ' + responses[0], '', [('And then? ', False)])
        async def main():
            await asyncssh.create_server(Server, '127.0.0.1', int(sys.argv[1]), server_host_keys=[sys.argv[2]])
            await asyncio.Event().wait()
        asyncio.run(main())
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_asks_for_more_than_a_password_is_told_of_in_its_own_words_and_sent_it_at_most_once()
    {
        var port = Sshd.FreePort();
        var script = doors.PathOf("odd.py");
        await File.WriteAllTextAsync(script, OddServer, Cancel);
        var known = doors.PathOf("odd_hosts");
        await File.WriteAllTextAsync(known, $"[127.0.0.1]:{port} {string.Join(' ', (await File.ReadAllTextAsync(doors.PathOf("host.pub"), Cancel)).Split(' ')[..2])}\n", Cancel);
        using var server = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, $"{port}", doors.PathOf("host")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        var heard = new List<string>();
        server.OutputDataReceived += (_, line) =>
        {
            lock (heard) heard.Add(line.Data ?? "");
        };
        server.BeginOutputReadLine();
        try
        {
            await Eventually.Holds(() => Sshd.Answers(port), "the server answers", 60);
            await using var pool = new ConnectionPool(TimeProvider.System, new ConnectionOptions { KeyPassphrase = null, AgentSocket = null, Home = doors.PathOf("nohome"), Password = _ => Secret });
            await Refused("two", "let two in with a password alone. It asks: Password: / Code:");
            // It asks something that no password answers, and takes one as it is too.
            await Refused("code", @"let code in with a password alone. It asks: Look at / your \e[31mphone\u{7} / Code:");
            await Refused("again", $"let again in with a password alone. It asks: So it is {Secret} / And then?");
            await Refused("change", "wants change to change the password before anything else.");
            await Refused("drop", "drop");
            await Eventually.Holds(() => Heard().Contains("password of drop"), "the last one is heard of");
            Assert.Equal(["password of code", "answer of again", "password of change", "password of drop"], Heard());

            async Task Refused(string user, string said)
            {
                var host = doors.Host(port, user: user) with { Name = user };
                host = host with { Ssh = host.Ssh with { KnownHosts = known } };
                for (var i = 0; i < 2; i++)
                {
                    var e = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host, Cancel));
                    Assert.Contains(said, e.Message, StringComparison.Ordinal);
                }
            }

            List<string> Heard()
            {
                lock (heard) return [.. heard];
            }
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(Cancel);
        }
    }

    [Fact, Trait("Category", "Long")]
    public async Task The_program_logs_in_with_an_agent_or_a_password_and_says_exit_4_where_it_may_not()
    {
        using var agent = Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", doors.PathOf("own-agent")]) { RedirectStandardOutput = true })!;
        try
        {
            await Eventually.Holds(() => File.Exists(doors.PathOf("own-agent")), "the agent listens");
            var add = new ProcessStartInfo("ssh-add", ["-q", doors.PathOf("ed")]) { RedirectStandardError = true };
            add.Environment["SSH_AUTH_SOCK"] = doors.PathOf("own-agent");
            using (var adding = Process.Start(add)!) await adding.WaitForExitAsync(Cancel);
            Write("agent.yaml", "", doors.Port);
            var (code, output) = await Play("exec all -i agent.yaml -- id -un", agent: doors.PathOf("own-agent"));
            Assert.True(code == 0 && output.Contains(Doors.User, StringComparison.Ordinal), output);
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync(Cancel);
        }

        Write("password.yaml", "password: { env: SECRET }", doors.QuestionPort);
        Write("playbook", "", 0);
        foreach (var command in new[] { "exec all -i password.yaml -- id -un", "hosts --ping -i password.yaml", "playbook.yaml -i password.yaml" })
        {
            var (right, output) = await Play(command, Doors.Password);
            Assert.True(right == 0, output);
            var mark = doors.Mark();
            var (wrong, said) = await Play(command, Secret);
            Assert.True(wrong == 4, said);
            Assert.Contains($"does not let {Doors.User} in with the password.", said, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
            Assert.Equal(["Failed keyboard-interactive/pam"], await doors.Sent(mark));
        }

        var (without, why) = await Play("hosts --ping -i password.yaml");
        Assert.Equal(2, without);
        Assert.Contains("the environment has no SECRET", why, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_password_that_is_asked_for_on_a_terminal_logs_in_on_all_hosts()
    {
        Write("ask.yaml", "password: { ask: who goes there }", doors.PasswordPort);
        // `script` is a terminal for what it runs.
        var start = Program("script", ["-qefc", $"{Repository.Play} exec all -i {doors.PathOf("ask.yaml")} -- id -un", "/dev/null"]);
        start.Environment["TERM"] = "xterm";
        using var play = Process.Start(start)!;
        var seen = new StringBuilder();
        var reading = Task.Run(async () =>
        {
            var buffer = new char[256];
            while (await play.StandardOutput.ReadAsync(buffer, Cancel) is > 0 and var count)
                lock (seen) seen.Append(buffer, 0, count);
        }, Cancel);
        await Eventually.Holds(() => Seen().Contains("who goes there", StringComparison.Ordinal), "it asks", 60);
        await play.StandardInput.WriteAsync(Doors.Password + "\r");
        await play.StandardInput.FlushAsync(Cancel);
        await play.WaitForExitAsync(Cancel);
        await reading;
        Assert.True(play.ExitCode == 0 && Seen().Contains(Doors.User, StringComparison.Ordinal), Seen());

        string Seen()
        {
            lock (seen) return seen.ToString();
        }
    }

    private void Write(string name, string password, int port)
    {
        if (name == "playbook") File.WriteAllText(doors.PathOf("playbook.yaml"), "name: One\nhosts: all\nsteps: [{ command: id -un }]\n");
        else File.WriteAllText(doors.PathOf(name), $$"""
            ssh: { user: {{Doors.User}}, known_hosts: known_hosts, {{password}} }
            groups: { web: { hosts: { web1: { ssh: "127.0.0.1:{{port}}" }, web2: { ssh: "127.0.0.1:{{port}}" } } } }
            """.Replace(", }", " }", StringComparison.Ordinal));
    }

    private ProcessStartInfo Program(string program, string[] words)
    {
        var start = new ProcessStartInfo(program, words) { WorkingDirectory = doors.Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["HOME"] = doors.PathOf("nohome");
        start.Environment.Remove("SSH_AUTH_SOCK");
        start.Environment.Remove("SECRET");
        return start;
    }

    private async Task<(int Code, string Output)> Play(string command, string? secret = null, string? agent = null)
    {
        Directory.CreateDirectory(doors.PathOf("nohome"));
        var start = Program(Repository.Play, command.Split(' '));
        if (secret is not null) start.Environment["SECRET"] = secret;
        if (agent is not null) start.Environment["SSH_AUTH_SOCK"] = agent;
        using var play = Process.Start(start)!;
        play.StandardInput.Close();
        var said = await Task.WhenAll(play.StandardOutput.ReadToEndAsync(Cancel), play.StandardError.ReadToEndAsync(Cancel));
        await play.WaitForExitAsync(Cancel);
        return (play.ExitCode, string.Join('\n', said));
    }
}
