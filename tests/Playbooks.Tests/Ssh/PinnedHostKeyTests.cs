using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Connections.Verifying;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class PinnedHostKeyTests(Sshd sshd)
{
    [Theory]
    [InlineData("ed25519"), InlineData("ecdsa"), InlineData("rsa")]
    public async Task The_inventorys_key_is_asked_for_and_no_file_is(string type)
    {
        var print = Printed(type);
        // All wrong, and revoked: not asked.
        var file = sshd.NewPath();
        await File.WriteAllTextAsync(file, $"@revoked * {sshd.PublicHostKey(type)}\n", TestContext.Current.CancellationToken);
        await Accepted(sshd.PublicHostKey(type), file);
        await Accepted($"{sshd.PublicHostKey("rsa")},{sshd.PublicHostKey(type)}", file);
        if (type != "ecdsa") await Accepted(HostKeyPin.Parse(print)!.Text, file);
    }

    [Fact]
    public async Task A_fingerprint_holds_for_the_key_that_the_host_shows_of_itself() => await Accepted(Printed("ed25519").Split(' ')[1], sshd.NewPath());

    [Fact]
    public async Task Another_key_is_refused_before_a_user_is_named_though_known_hosts_has_it()
    {
        await using var server = await HostServer.Start(sshd, sshd.HostKey("ed25519"));
        var file = sshd.NewPath();
        await File.WriteAllTextAsync(file, $"{server.Name} {sshd.PublicHostKey("ed25519")}\n", TestContext.Current.CancellationToken);
        await using var pool = sshd.Pool();
        var pins = $"{sshd.PublicHostKey("ecdsa")},{HostKeyPin.Parse(Printed("rsa"))!.Text}";
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(server.Host(file, pins), TestContext.Current.CancellationToken));
        Assert.Equal($"THE HOST KEY OF {server.Name} IS ANOTHER THAN THE INVENTORY'S: it shows ssh-ed25519 {Printed("ed25519").Split(' ')[1]}, "
            + $"but `host_key` is ecdsa-sha2-nistp256 {Printed("ecdsa").Split(' ')[1]}, or {Printed("rsa").Split(' ')[1]} (RSA). "
            + "Somebody may have put a machine in between, or the host was installed anew. Nothing was sent to it.", e.Message);
        Assert.EndsWith($"host_key: {sshd.PublicHostKey("ed25519")}", e.Mend, StringComparison.Ordinal);
        Assert.False(await server.HeardAUserAtTheEnd(), server.Log);
    }

    private async Task Accepted(string pin, string file)
    {
        var host = sshd.Host(knownHosts: file);
        await using var pool = sshd.Pool();
        await pool.Get(host with { Ssh = host.Ssh with { HostKey = pin } }, TestContext.Current.CancellationToken);
    }

    /// <summary>As ssh-keygen prints it: bits, fingerprint, comment, (TYPE).</summary>
    private string Printed(string type)
    {
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-lf", sshd.HostKey(type) + ".pub"]) { RedirectStandardOutput = true })!;
        return keygen.StandardOutput.ReadToEnd().Trim();
    }
}
