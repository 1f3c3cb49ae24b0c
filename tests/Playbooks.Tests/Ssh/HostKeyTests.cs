using System.Diagnostics;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class HostKeyTests(Sshd sshd)
{
    private string Name => $"[127.0.0.1]:{sshd.Port}";

    [Theory]
    [InlineData("ed25519"), InlineData("ecdsa"), InlineData("rsa")]
    public async Task A_host_is_asked_for_the_key_that_is_known(string type) => await Accepted($"{Name} {sshd.PublicHostKey(type)}");

    [Fact]
    public async Task A_hashed_name_is_known()
    {
        var file = Write($"{Name} {sshd.PublicHostKey("ed25519")}");
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-H", "-f", file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await keygen.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("|1|", File.ReadAllText(file), StringComparison.Ordinal);
        await Accepted(File.ReadAllText(file));
    }

    [Theory]
    [InlineData("*"), InlineData("other,[127.0.0.?]:*"), InlineData("127.0.0.1")]
    public async Task A_pattern_or_the_host_without_its_port_is_known(string pattern) => await Accepted($"{pattern} {sshd.PublicHostKey("ed25519")}");

    [Fact]
    public async Task An_unknown_key_is_refused_with_its_fingerprint_and_the_way_to_accept_it()
    {
        var file = Write("# nobody");
        var e = await Refused(file);
        var fingerprint = Fingerprint("ed25519");
        Assert.Equal($"The host key of {Name} is not known: it shows ssh-ed25519 {fingerprint}, and {file} has no key for it.", e.Message);
        Assert.Contains("First verify that fingerprint", e.Mend!, StringComparison.Ordinal);

        var accept = e.Mend![e.Mend!.IndexOf("echo ", StringComparison.Ordinal)..];
        using var shell = Process.Start("sh", ["-c", accept]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Accepted(File.ReadAllText(file));
    }

    [Fact]
    public async Task An_unknown_host_is_also_refused_where_there_is_no_file() =>
        Assert.Contains("is not known", (await Refused(sshd.NewPath())).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_changed_key_is_refused_loudly_with_the_place_of_the_old_one()
    {
        var other = sshd.NewPath();
        await Sshd.KeyGen("-t", "ed25519", "-f", other);
        var file = Write($"# first\n{Name} {File.ReadAllText(other + ".pub")}");
        var e = await Refused(file);
        Assert.StartsWith($"THE HOST KEY OF {Name} HAS CHANGED: it shows ssh-ed25519 {Fingerprint("ed25519")}, but {file}:2 has ssh-ed25519 SHA256:", e.Message, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -R", e.Mend!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_though_it_is_known()
    {
        var file = Write($"{Name} {sshd.PublicHostKey("ed25519")}\n@revoked * {sshd.PublicHostKey("ed25519")}");
        Assert.Contains($"is revoked: {file}:2 says", (await Refused(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authoritys_key_vouches_for_no_host_itself()
    {
        var file = Write($"@cert-authority * {sshd.PublicHostKey("ed25519")}");
        Assert.EndsWith($" {file}:1 names an authority for it, but it shows no certificate.", (await Refused(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_has_no_key_of_the_known_type_any_more_is_refused()
    {
        var other = sshd.NewPath();
        await Sshd.KeyGen("-t", "ecdsa", "-b", "521", "-f", other);
        var file = Write($"{Name} {File.ReadAllText(other + ".pub")}");
        Assert.Contains($"but {file}:1 knows it by ecdsa-sha2-nistp521 SHA256:", (await Refused(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_host_key_is_not_looked_at_again()
    {
        var file = Write("# nobody");
        await using var pool = sshd.Pool();
        var host = sshd.Host(knownHosts: file);
        var first = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host, TestContext.Current.CancellationToken));
        File.WriteAllText(file, $"{Name} {sshd.PublicHostKey("ed25519")}");
        var second = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host, TestContext.Current.CancellationToken));
        Assert.Equal(first.Message, second.Message);
    }

    private async Task Accepted(string knownHosts)
    {
        await using var pool = sshd.Pool();
        await pool.Get(sshd.Host(knownHosts: Write(knownHosts)), TestContext.Current.CancellationToken);
    }

    private async Task<HostUnreachableException> Refused(string file)
    {
        await using var pool = sshd.Pool();
        return await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(sshd.Host(knownHosts: file), TestContext.Current.CancellationToken));
    }

    private string Write(string text)
    {
        var path = sshd.NewPath();
        File.WriteAllText(path, text + "\n");
        return path;
    }

    private string Fingerprint(string type)
    {
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-lf", sshd.HostKey(type) + ".pub"]) { RedirectStandardOutput = true })!;
        return keygen.StandardOutput.ReadToEnd().Split(' ')[1];
    }
}
