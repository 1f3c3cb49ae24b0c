using System.Diagnostics;
using Playbooks.Connections.Configuring;
using Playbooks.Connections.Verifying;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Whether the ssh of this machine and ours accept the same keys of hosts, over known_hosts files made at random.</summary>
public sealed class HostKeyDifferenceTests(Sshd sshd)
{
    [Fact]
    public Task Ssh_and_play_accept_the_same_keys() => Compare(seed: 1, cases: 14);

    [Fact, Trait("Category", "Long")]
    public Task Ssh_and_play_accept_the_same_keys_in_many_cases() => Compare(seed: 2, cases: 200);

    private async Task Compare(int seed, int cases)
    {
        var random = new Random(seed);
        var authority = await Authority.Make(sshd);
        var rsaAuthority = await Authority.Make(sshd, "rsa");
        string[] all = [sshd.HostKey("ed25519"), sshd.HostKey("ecdsa"), sshd.HostKey("rsa")];
        string[][] shown =
        [
            all, [all[2]], [all[1], all[2]],
            [.. all, await authority.Sign("ed25519", "-h", "-n", "127.0.0.1")],
            [.. all, await rsaAuthority.Sign("ed25519", "-h", "-n", "127.0.0.1")],
            [.. all, await authority.Sign("ed25519", "-h", "-n", "127.0.0.1", "-V", "20200101:20210101")],
            [.. all, await authority.Sign("ed25519", "-h", "-n", "example.com")],
            [.. all, await authority.Sign("ed25519", "-n", "127.0.0.1")],
        ];
        var keys = new[] { "ed25519", "ecdsa", "rsa" }.Select(sshd.PublicHostKey).Concat([await OtherKey("ed25519"), await OtherKey("ecdsa"), authority.PublicKey, rsaAuthority.PublicKey]).ToArray();
        var servers = new List<HostServer>();
        var accepted = 0;
        try
        {
            foreach (var files in shown) servers.Add(await HostServer.Start(sshd, files));
            for (var i = 0; i < cases; i++)
            {
                var server = servers[i % servers.Count];
                var (user, global) = (sshd.NewPath(), sshd.NewPath());
                await File.WriteAllLinesAsync(user, Lines(random, server.Name, keys), TestContext.Current.CancellationToken);
                await File.WriteAllLinesAsync(global, Lines(random, server.Name, keys), TestContext.Current.CancellationToken);
                var e = await server.Verdict(new SshConfig { UserKnownHostsFiles = [user], GlobalKnownHostsFiles = [global] });
                var (takes, said) = await Ssh(server.Port, user, global);
                // Where a key is known for the name without its port, ssh takes it for a certificate's, even before it sees that another is known for the name with it. We refuse.
                var stricter = takes && e is not null && i % servers.Count > 2 && File.ReadLines(user).Concat(File.ReadLines(global)).Any(text => KnownHostLine.Parse("", 1, text) is { Marker: "" } line && line.Names("127.0.0.1"));
                Assert.True(stricter || takes == e is null, $"case {i}: ssh {(takes ? "accepts" : "refuses")} ({said}), play: {e?.Message ?? "accepts"}\n{await File.ReadAllTextAsync(user, TestContext.Current.CancellationToken)}--\n{await File.ReadAllTextAsync(global, TestContext.Current.CancellationToken)}");
                if (takes) accepted++;
            }
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }

        // Both verdicts came up often enough for this to say something.
        Assert.InRange(accepted, cases / 5, cases * 4 / 5);
    }

    /// <summary>
    /// What is left out: a key of another type for the name without its port, by which we order what we ask for and ssh does not; one revoked for
    /// that name alone, where we are stricter; a certificate by an unknown authority for another key than the known one, which ssh asks for first and
    /// then calls changed, while we ask for the known key; certificates for no name or with patterns, where 10.3 does otherwise than older ones.
    /// </summary>
    private static IEnumerable<string> Lines(Random random, string name, string[] keys)
    {
        for (var i = random.Next(0, 3); i > 0; i--)
        {
            string[] exact = [name, name, KnownHostLine.Hashed(name), "*", "[127.0.0.*]:*", $"example.com,{name}"];
            string[] others = ["127.0.0.1", "127.0.0.?", KnownHostLine.Hashed("127.0.0.1"), "example.com", $"!{name},*", $"*,!{name}", KnownHostLine.Hashed("example.com")];
            var marker = random.Next(20) switch { < 12 => "", < 17 => "@cert-authority ", < 19 => "@revoked ", _ => "@odd " };
            var hosts = marker == "@revoked " || random.Next(3) > 0 ? exact[random.Next(exact.Length)] : others[random.Next(others.Length)];
            var key = marker == "@cert-authority " ? keys[random.Next(4, keys.Length)] : keys[random.Next(2) == 0 ? 0 : random.Next(keys.Length)];
            if (marker.Length == 0 && others.Contains(hosts)) key = keys[random.Next(2) == 0 ? 0 : 3];
            if (marker != "@revoked " && random.Next(12) == 0) key = "ssh-dss " + key.Split(' ')[1];
            yield return $"{marker}{hosts} {key} comment";
        }
    }

    private static async Task<(bool Accepts, string Said)> Ssh(int port, string user, string global)
    {
        var start = new ProcessStartInfo("ssh", ["-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile={user}", "-o", $"GlobalKnownHostsFile={global}",
            "-o", "PreferredAuthentications=none", "-o", "UpdateHostKeys=no", "-p", $"{port}", "nobody@127.0.0.1", "true"])
        { RedirectStandardError = true };
        using var ssh = Process.Start(start)!;
        var said = await ssh.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await ssh.WaitForExitAsync(TestContext.Current.CancellationToken);
        var accepts = said.Contains("Permission denied", StringComparison.Ordinal);
        Assert.True(accepts || said.Contains("Host key verification failed", StringComparison.Ordinal), said);
        return (accepts, said.Trim());
    }

    private async Task<string> OtherKey(string type)
    {
        var path = sshd.NewPath();
        await Sshd.KeyGen("-t", type, "-f", path);
        return string.Join(' ', (await File.ReadAllTextAsync(path + ".pub", TestContext.Current.CancellationToken)).Split(' ')[..2]);
    }
}
