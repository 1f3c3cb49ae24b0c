using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Connections.Verifying;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>What a refusal says to type is typed, and the host is accepted then.</summary>
public sealed class AcceptCommandTests(Sshd sshd)
{
    [Theory]
    [InlineData("unknown", "127.0.0.1"), InlineData("unknown", "::1"), InlineData("no file", "127.0.0.1"), InlineData("unfinished", "127.0.0.1"), InlineData("blank in its path", "127.0.0.1")]
    [InlineData("other type", "127.0.0.1"), InlineData("changed", "127.0.0.1"), InlineData("changed", "::1"), InlineData("changed and hashed", "127.0.0.1"), InlineData("changed in two files", "127.0.0.1"),
     InlineData("changed in a pattern", "127.0.0.1"), InlineData("certificate expired", "127.0.0.1")]
    public async Task The_command_does_what_it_says(string what, string address)
    {
        var authority = await Authority.Make(sshd);
        await using var server = what == "certificate expired"
            ? await HostServer.Start(sshd, sshd.HostKey("ed25519"), await authority.Sign("ed25519", "-h", "-n", "127.0.0.1", "-V", "20200101:20210101"))
            : await HostServer.Start(sshd, sshd.HostKey("ed25519"));
        var name = $"[{address}]:{server.Port}";
        var (user, global) = (sshd.NewPath(), sshd.NewPath());
        if (what is "no file" or "blank in its path") user = Path.Combine(user, "a folder", "known hosts");
        var old = what == "other type" ? await OtherKey("ecdsa") : await OtherKey("ed25519");
        var line = what switch
        {
            "changed and hashed" => $"{KnownHostLine.Hashed(name)} {old}\n",
            "changed in a pattern" => $"*,example.com {old}\n",
            "certificate expired" => $"@cert-authority * {authority.PublicKey}\n",
            "unfinished" => $"example.com {old}",
            "unknown" => $"example.com {old}\n",
            _ => $"{name} {old}\n",
        };
        if (what == "blank in its path") Directory.CreateDirectory(Path.GetDirectoryName(user)!);
        if (what != "no file") await File.WriteAllTextAsync(user, $"# first\n{line}{(what == "unfinished" ? "" : "example.com " + old + "\n")}", TestContext.Current.CancellationToken);
        if (what == "changed in two files") await File.WriteAllTextAsync(global, line, TestContext.Current.CancellationToken);
        var config = new SshConfig { UserKnownHostsFiles = [user], GlobalKnownHostsFiles = [global] };
        if (what == "blank in its path") await File.WriteAllTextAsync(user, "# first\n", TestContext.Current.CancellationToken);

        var e = Assert.IsType<RefusedException>(await server.Verdict(config, address: address));
        var command = e.Mend![(e.Mend!.LastIndexOf(":\n", StringComparison.Ordinal) + 2)..];
        if (what.StartsWith("changed", StringComparison.Ordinal)) Assert.StartsWith($"THE HOST KEY OF {name} HAS CHANGED", e.Message, StringComparison.Ordinal);
        Assert.Equal(what is "changed" or "changed and hashed" ? 1 : what == "changed in two files" ? 2 : 0, command.Split("ssh-keygen -R").Length - 1);
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-ec", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(shell.ExitCode == 0, $"{command}: {said}");
        Assert.Null(await server.Verdict(config, address: address));
        Assert.True(await Ssh(server.Port, address, user, global), command);
        // What it says of other hosts is still there.
        if (what is not ("no file" or "blank in its path")) Assert.Contains($"example.com {old}", await File.ReadAllTextAsync(user, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (what.StartsWith("changed", StringComparison.Ordinal) && what != "changed in a pattern") Assert.DoesNotContain(line, await File.ReadAllTextAsync(user, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ssh_would_ask_and_we_do_not_is_named()
    {
        await using var server = await HostServer.Start(sshd, sshd.HostKey("ed25519"));
        var file = sshd.NewPath();
        await File.WriteAllTextAsync(file, $"{server.Name} {sshd.PublicHostKey("ed25519")}\n", TestContext.Current.CancellationToken);
        Assert.Contains("has a KnownHostsCommand for web1, which play does not use", (await server.Verdict(new SshConfig { KnownHostsCommand = "/bin/true" }, knownHosts: file))!.Message, StringComparison.Ordinal);
        Assert.Contains("has a RevokedHostKeys for web1, which play does not use", (await server.Verdict(new SshConfig { RevokedHostKeys = "/etc/ssh/revoked" }, knownHosts: file))!.Message, StringComparison.Ordinal);
        Assert.Null(await server.Verdict(new SshConfig { KnownHostsCommand = "/bin/true" }, sshd.PublicHostKey("ed25519"), file));
    }

    private static async Task<bool> Ssh(int port, string address, string user, string global)
    {
        using var ssh = Process.Start(new ProcessStartInfo("ssh", ["-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile=\"{user}\"", "-o", $"GlobalKnownHostsFile={global}",
            "-o", "PreferredAuthentications=none", "-p", $"{port}", $"nobody@{address}", "true"])
        { RedirectStandardError = true })!;
        return (await ssh.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).Contains("Permission denied", StringComparison.Ordinal);
    }

    private async Task<string> OtherKey(string type)
    {
        var path = sshd.NewPath();
        await Sshd.KeyGen("-t", type, "-f", path);
        return string.Join(' ', (await File.ReadAllTextAsync(path + ".pub", TestContext.Current.CancellationToken)).Split(' ')[..2]);
    }
}
