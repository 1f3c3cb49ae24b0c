using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Connections.Verifying;
using Renci.SshNet;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class HostCertificateTests(Sshd sshd)
{
    [Theory]
    [InlineData("ed25519", "ed25519", "-n", "127.0.0.1"), InlineData("rsa", "ed25519", "-n", "other,127.0.0.1"), InlineData("ed25519", "ecdsa", "-n", "127.0.0.*"), InlineData("rsa", "rsa", "-n", "127.?.0.1")]
    public async Task A_certificate_by_a_known_authority_is_accepted(string authorityType, string type, params string[] names)
    {
        var (authority, server) = await Certified(authorityType, type, ["-h", .. names, "-V", "-1h:+1h"]);
        await using (server)
            foreach (var hosts in new[] { "*", "[127.0.0.1]:*", "127.0.0.1", server.Name })
                await Accepted(server, $"@cert-authority {hosts} {authority.PublicKey}");
    }

    [Theory]
    [InlineData("it expired at 2021-02-03 00:00 UTC.", "-h", "-n", "127.0.0.1", "-V", "20200101000000Z:20210203000000Z")]
    [InlineData("it is valid only from 2090-01-01 00:00 UTC on.", "-h", "-n", "127.0.0.1", "-V", "20900101000000Z:20910101000000Z")]
    [InlineData("it is for example.com, 10.0.0.1 and not for 127.0.0.1.", "-h", "-n", "example.com,10.0.0.1", "-V", "-1h:+1h")]
    [InlineData("it is for no name at all.", "-h", "-V", "-1h:+1h")]
    [InlineData("it is a user's and not a host's.", "-n", "127.0.0.1", "-V", "-1h:+1h")]
    [InlineData("it has the condition odd@example.com, which play does not know.", "-h", "-n", "127.0.0.1", "-O", "critical:odd@example.com=1")]
    public async Task A_certificate_that_will_not_do_leaves_the_key_unknown_and_says_why(string why, params string[] options)
    {
        var (authority, server) = await Certified("ed25519", "ed25519", options);
        await using (server)
        {
            var known = Write($"# first\n@cert-authority * {authority.PublicKey}");
            var e = await Refused(server, known);
            Assert.StartsWith($"The host key of {server.Name} is not known: it shows ssh-ed25519 SHA256:", e.Message, StringComparison.Ordinal);
            Assert.EndsWith($"and {known} has no key for it. Its certificate, by the authority of {known}:2, will not do: {why}", e.Message, StringComparison.Ordinal);
            Assert.False(await server.HeardAUserAtTheEnd(), server.Log);
            // As with ssh, the key that it is about may be known for itself.
            await Accepted(server, $"@cert-authority * {authority.PublicKey}\n{server.Name} {sshd.PublicHostKey("ed25519")}");
            Assert.True(server.HeardAUser);
        }
    }

    [Fact]
    public async Task A_certificate_signed_with_SHA1_proves_nothing()
    {
        var (authority, server) = await Certified("rsa", "ed25519", ["-h", "-n", "127.0.0.1", "-tssh-rsa"]);
        await using (server) Assert.EndsWith("it is signed with SHA-1, which proves nothing any more.", (await Refused(server, Write($"@cert-authority * {authority.PublicKey}"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_by_another_authority_says_nothing()
    {
        var other = await Authority.Make(sshd);
        var (_, server) = await Certified("ed25519", "ed25519", ["-h", "-n", "127.0.0.1"]);
        var known = Write($"@cert-authority * {other.PublicKey}");
        await using (server) Assert.EndsWith($", but {known}:1 names another authority.", (await Refused(server, known)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_authority_and_a_revoked_certified_key_are_refused_whatever_else_is_known()
    {
        var (authority, server) = await Certified("ed25519", "ed25519", ["-h", "-n", "127.0.0.1"]);
        await using (server)
        {
            var key = sshd.PublicHostKey("ed25519");
            var known = Write($"@cert-authority * {authority.PublicKey}\n{server.Name} {key}\n@revoked * {authority.PublicKey}");
            var e = await Refused(server, known);
            Assert.StartsWith($"The certificate of {server.Name} is by an authority that is revoked: {known}:3 says that ssh-ed25519 SHA256:", e.Message, StringComparison.Ordinal);
            known = Write($"{server.Name} {key}\n@revoked * {authority.PublicKey}");
            Assert.Contains($"revoked: {known}:2 says", (await Refused(server, known)).Message, StringComparison.Ordinal);
            known = Write($"@cert-authority * {authority.PublicKey}\n@revoked * {key}");
            Assert.StartsWith($"The host key of {server.Name} is revoked: {known}:2 says", (await Refused(server, known)).Message, StringComparison.Ordinal);
            Assert.False(await server.HeardAUserAtTheEnd(), server.Log);
        }
    }

    [Fact]
    public async Task Only_an_authority_of_the_host_is_asked_for_certificates()
    {
        var (authority, server) = await Certified("ed25519", "ed25519", ["-h", "-n", "127.0.0.1"]);
        await using (server)
        {
            await Accepted(server, $"@cert-authority example.com {authority.PublicKey}\n{server.Name} {sshd.PublicHostKey("ecdsa")}");
            Assert.Contains("kex: host key algorithm: ecdsa-sha2-nistp256 ", server.Log, StringComparison.Ordinal);
            await Accepted(server, $"@cert-authority * {authority.PublicKey}\n{server.Name} {sshd.PublicHostKey("ed25519")}");
            Assert.Contains("kex: host key algorithm: ssh-ed25519-cert-v01@openssh.com ", server.Log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_alias_of_the_configuration_is_the_name_in_known_hosts_and_in_the_certificate()
    {
        var (authority, server) = await Certified("ed25519", "ed25519", ["-h", "-n", "db.example.com"]);
        await using (server)
        {
            var alias = new SshConfig { HostKeyAlias = "DB.example.com" };
            Assert.Null(await server.Verdict(alias, knownHosts: Write($"@cert-authority db.example.com {authority.PublicKey}")));
            Assert.Null(await server.Verdict(alias, knownHosts: Write($"db.example.com {sshd.PublicHostKey("ed25519")}")));
            Assert.EndsWith("and not for 127.0.0.1.", (await server.Verdict(SshConfig.Silent, knownHosts: Write($"@cert-authority * {authority.PublicKey}")))!.Message, StringComparison.Ordinal);
            Assert.StartsWith("The host key of db.example.com is not known", (await server.Verdict(alias, knownHosts: Write($"{server.Name} {sshd.PublicHostKey("ed25519")}")))!.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ed25519"), InlineData("ecdsa"), InlineData("rsa")]
    public async Task No_byte_of_what_the_authority_signed_can_be_changed(string type)
    {
        var authority = await Authority.Make(sshd, type);
        var blob = Convert.FromBase64String((await File.ReadAllTextAsync(await authority.Sign("ed25519", "-h", "-n", "127.0.0.1", "-V", "20200101000000Z:20210203000000Z"), TestContext.Current.CancellationToken)).Split(' ')[1]);
        var algorithms = new ConnectionInfo("127.0.0.1", "u", new NoneAuthenticationMethod("u")).HostKeyAlgorithms.ToDictionary();
        var whole = new HostCertificate(blob, algorithms);
        Assert.Equal((authority.PublicKey.Split(' ')[1], sshd.PublicHostKey("ed25519").Split(' ')[1]), (Convert.ToBase64String(whole.Authority), Convert.ToBase64String(whole.Key)));
        Assert.Null(whole.Problem("127.0.0.1", new DateTimeOffset(2021, 2, 2, 23, 59, 59, TimeSpan.Zero)));
        Assert.Equal("expired at 2021-02-03 00:00 UTC", whole.Problem("127.0.0.1", new DateTimeOffset(2021, 2, 3, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal("is valid only from 2020-01-01 00:00 UTC on", whole.Problem("127.0.0.1", new DateTimeOffset(2019, 12, 31, 23, 59, 59, TimeSpan.Zero)));
        for (var at = 0; at < blob.Length; at++)
        {
            var tampered = blob.ToArray();
            tampered[at] ^= 1;
            Assert.True(IsRefused(tampered), $"byte {at} of {blob.Length}");
        }

        Assert.True(IsRefused([.. blob, 0]));

        // Where the change makes the signature one that is not looked at, that is a problem of its own.
        bool IsRefused(byte[] tampered)
        {
            try
            {
                return new HostCertificate(tampered, algorithms).Problem("127.0.0.1", new DateTimeOffset(2020, 6, 1, 0, 0, 0, TimeSpan.Zero)) is { } problem && problem.EndsWith("which play cannot check", StringComparison.Ordinal);
            }
            catch (RefusedException)
            {
                return true;
            }
        }
    }

    [Theory]
    [InlineData("rsa-sha2-512", "ecdsa"), InlineData("ssh-ed25519", "rsa"), InlineData("ecdsa-sha2-nistp256", "ed25519")]
    public void A_known_key_under_another_algorithm_than_its_own_is_refused(string algorithm, string type)
    {
        var known = Write($"127.0.0.1 {sshd.PublicHostKey(type)}");
        var identity = new HostKeys(TimeProvider.System).For(new ConnectTarget(sshd.Host(22, knownHosts: known), SshConfig.Silent, sshd.Folder));
        var key = Convert.FromBase64String(sshd.PublicHostKey(type).Split(' ')[1]);
        Assert.Contains("shows a key of another type", Assert.Throws<RefusedException>(() => identity.Check(algorithm, key)).Message, StringComparison.Ordinal);
        identity.Check(type switch { "rsa" => "rsa-sha2-256", "ecdsa" => "ecdsa-sha2-nistp256", _ => "ssh-ed25519" }, key);
    }

    private async Task<(Authority, HostServer)> Certified(string authorityType, string type, string[] options)
    {
        var authority = await Authority.Make(sshd, authorityType);
        var certificate = await authority.Sign(type, options);
        return (authority, await HostServer.Start(sshd, sshd.HostKey("ed25519"), sshd.HostKey("ecdsa"), sshd.HostKey("rsa"), certificate));
    }

    private async Task Accepted(HostServer server, string knownHosts)
    {
        await using var pool = sshd.Pool();
        await pool.Get(server.Host(Write(knownHosts)), TestContext.Current.CancellationToken);
    }

    private async Task<HostUnreachableException> Refused(HostServer server, string knownHosts)
    {
        await using var pool = sshd.Pool();
        return await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(server.Host(knownHosts), TestContext.Current.CancellationToken));
    }

    private string Write(string text)
    {
        var path = sshd.NewPath();
        File.WriteAllText(path, text + "\n");
        return path;
    }
}
