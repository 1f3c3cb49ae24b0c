using System.Diagnostics;
using System.Text.RegularExpressions;
using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Connections.Verifying;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class NewHostKeyTests(Sshd sshd)
{
    private string Name => $"[127.0.0.1]:{sshd.Port}";

    [Fact]
    public async Task A_new_key_is_noted_in_a_file_and_a_folder_of_ones_own()
    {
        var file = Path.Combine(sshd.NewPath(), "new", "known_hosts");
        await Get(file);
        Assert.Equal($"{Name} {sshd.PublicHostKey("ed25519")}\n", File.ReadAllText(file));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        }

        await Get(file);
        Assert.Single(File.ReadAllLines(file));
        await Get(file, hostKey: null);
    }

    [Fact]
    public async Task A_last_line_without_its_end_stays_a_line()
    {
        var file = sshd.NewPath();
        await File.WriteAllTextAsync(file, "# the last", TestContext.Current.CancellationToken);
        await Get(file);
        Assert.Equal($"# the last\n{Name} {sshd.PublicHostKey("ed25519")}\n", File.ReadAllText(file));
    }

    [Fact]
    public async Task A_changed_or_revoked_key_is_never_a_new_one()
    {
        foreach (var line in new[] { $"{Name} {await OtherKey("ed25519")}", $"{Name} {await OtherKey("ecdsa")}", $"@revoked * {sshd.PublicHostKey("ed25519")}" })
            foreach (var config in new[] { new SshConfig { StrictHostKeyChecking = "no" }, new SshConfig { StrictHostKeyChecking = "off" }, new SshConfig { StrictHostKeyChecking = "accept-new" } })
            {
                var file = sshd.NewPath();
                await File.WriteAllTextAsync(file, line + "\n", TestContext.Current.CancellationToken);
                await using var server = await HostServer.Start(sshd, sshd.HostKey("ed25519"));
                await File.WriteAllTextAsync(file, line.Replace(Name, server.Name, StringComparison.Ordinal) + "\n", TestContext.Current.CancellationToken);
                Assert.IsType<RefusedException>(await server.Verdict(config, knownHosts: file));
                Assert.IsType<RefusedException>(await server.Verdict(SshConfig.Silent, HostKeyPin.AcceptNew, file));
                Assert.Single(File.ReadAllLines(file));
            }
    }

    [Theory]
    [InlineData("accept-new", true), InlineData("no", true), InlineData("off", true), InlineData("false", true), InlineData("yes", false), InlineData("ask", false), InlineData(null, false)]
    public async Task The_configuration_may_accept_new_keys(string? setting, bool accepted)
    {
        await using var server = await HostServer.Start(sshd, sshd.HostKey("rsa"));
        var (user, second) = (sshd.NewPath(), sshd.NewPath());
        var config = new SshConfig { StrictHostKeyChecking = setting, UserKnownHostsFiles = [user, second], GlobalKnownHostsFiles = ["none"], HashKnownHosts = true };
        var e = await server.Verdict(config);
        Assert.Equal((accepted, accepted, false), (e is null, File.Exists(user), File.Exists(second)));
        if (!accepted) return;
        Assert.Matches(@"^\|1\|[A-Za-z0-9+/=]{28}\|[A-Za-z0-9+/=]{28} ssh-rsa AAAA\S+\n$", File.ReadAllText(user));
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-F", server.Name, "-f", user]) { RedirectStandardOutput = true })!;
        Assert.Contains("found: line 1", await keygen.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(await server.Verdict(config with { StrictHostKeyChecking = "yes" }));
    }

    [Fact]
    public async Task What_the_inventory_says_comes_before_the_configuration()
    {
        await using var server = await HostServer.Start(sshd, sshd.HostKey("ed25519"));
        Assert.Null(await server.Verdict(new SshConfig { StrictHostKeyChecking = "yes" }, HostKeyPin.AcceptNew, sshd.NewPath()));
        Assert.NotNull(await server.Verdict(new SshConfig { StrictHostKeyChecking = "no" }, "SHA256:" + new string('A', 43), sshd.NewPath()));
    }

    [Fact]
    public async Task Where_it_cannot_be_noted_it_is_not_accepted_and_nothing_was_sent()
    {
        await using var server = await HostServer.Start(sshd, sshd.HostKey("ed25519"));
        // A folder where the file should be is not writable for root either.
        var file = Directory.CreateDirectory(Path.Combine(sshd.NewPath(), "known_hosts")).FullName;
        var e = await server.Verdict(SshConfig.Silent, HostKeyPin.AcceptNew, file);
        Assert.Matches($@"^The host key of \[127\.0\.0\.1\]:{server.Port} is new, ssh-ed25519 SHA256:\S+, but it cannot be noted in {Regex.Escape(file)}: .+ So it was not accepted, and nothing was sent to it\.$", e!.Message);
        Assert.False(await server.HeardAUserAtTheEnd(), server.Log);
    }

    [Fact]
    public async Task Who_notes_nothing_on_purpose_still_sees_a_change_within_the_run()
    {
        var run = new HostKeys(TimeProvider.System);
        var target = new ConnectTarget(sshd.Host(knownHosts: "/dev/null") is var host ? host with { Ssh = host.Ssh with { HostKey = HostKeyPin.AcceptNew } } : host, SshConfig.Silent, sshd.Folder);
        run.For(target).Check("ssh-ed25519", Key("ed25519"));
        run.For(target).Check("ssh-ed25519", Key("ed25519"));
        var e = Assert.Throws<RefusedException>(() => run.For(target).Check("ecdsa-sha2-nistp256", Key("ecdsa")));
        Assert.StartsWith($"THE HOST KEY OF {Name} HAS CHANGED: it shows ecdsa-sha2-nistp256 SHA256:", e.Message, StringComparison.Ordinal);
        Assert.Contains("but it showed ssh-ed25519 SHA256:", e.Message, StringComparison.Ordinal);
        await using var pool = sshd.Pool();
        await pool.Get(target.Host, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Many_hosts_and_runs_at_once_and_ssh_itself_lose_no_line()
    {
        var file = sshd.NewPath();
        await File.WriteAllTextAsync(file, "# first\n", TestContext.Current.CancellationToken);
        var key = Key("ed25519");
        var runs = Enumerable.Range(0, 4).Select(_ => new HostKeys(TimeProvider.System)).ToList();
        var work = Enumerable.Range(0, 400).Select(i => Task.Run(() => For(runs[i % 4], $"h{i / 2}.example.com", file).Check("ssh-ed25519", key))).ToList();
        // Another process that appends, as ssh does; each line is one write.
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", "i=0; while [ $i -lt 300 ]; do echo \"# other $i\" >>\"$0\"; i=$((i+1)); done", file]))!;
        await Task.WhenAll(work);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        var lines = File.ReadAllLines(file);
        Assert.Equal(200, lines.Count(line => KnownHostLine.Parse(file, 1, line) is { Type: "ssh-ed25519" }));
        Assert.Equal(300, lines.Count(line => line.StartsWith("# other ", StringComparison.Ordinal)));
        Assert.Equal(501, lines.Length);
    }

    [Fact]
    public void Of_two_runs_that_see_different_keys_at_once_only_one_accepts()
    {
        for (var i = 0; i < 20; i++)
        {
            var file = sshd.NewPath();
            var accepted = 0;
            Parallel.Invoke(Try("ssh-ed25519", "ed25519"), Try("ecdsa-sha2-nistp256", "ecdsa"));
            Assert.Equal(1, accepted);
            Assert.Single(File.ReadAllLines(file));

            Action Try(string algorithm, string type) => () =>
            {
                try
                {
                    For(new HostKeys(TimeProvider.System), "h.example.com", file).Check(algorithm, Key(type));
                    Interlocked.Increment(ref accepted);
                }
                catch (RefusedException)
                {
                }
            };
        }
    }

    private HostIdentity For(HostKeys run, string name, string file)
    {
        var host = sshd.Host(22, knownHosts: file);
        return run.For(new ConnectTarget(host with { Ssh = host.Ssh with { HostName = name, HostKey = HostKeyPin.AcceptNew } }, SshConfig.Silent, sshd.Folder));
    }

    private byte[] Key(string type) => Convert.FromBase64String(sshd.PublicHostKey(type).Split(' ')[1]);

    private async Task<string> OtherKey(string type)
    {
        var path = sshd.NewPath();
        await Sshd.KeyGen("-t", type, "-f", path);
        return string.Join(' ', (await File.ReadAllTextAsync(path + ".pub", TestContext.Current.CancellationToken)).Split(' ')[..2]);
    }

    private async Task Get(string file, string? hostKey = HostKeyPin.AcceptNew)
    {
        var host = sshd.Host(knownHosts: file);
        await using var pool = sshd.Pool();
        await pool.Get(host with { Ssh = host.Ssh with { HostKey = hostKey } }, TestContext.Current.CancellationToken);
    }
}
