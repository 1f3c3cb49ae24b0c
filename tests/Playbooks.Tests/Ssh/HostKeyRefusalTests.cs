using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>The program itself at hosts whose keys it must not accept: what it says, with which exit code, and how far it went.</summary>
public sealed partial class HostKeyRefusalTests(Sshd sshd)
{
    [Theory]
    [InlineData("unknown", "is not known: it shows"), InlineData("changed", "HAS CHANGED: it shows"), InlineData("revoked", "is revoked:"), InlineData("revoked authority", "by an authority that is revoked:"),
     InlineData("expired", "will not do: it expired at 2021-01-01 00:00 UTC."), InlineData("not yet", "will not do: it is valid only from 2090-01-01 00:00 UTC on."),
     InlineData("other name", "will not do: it is for example.com and not for 127.0.0.1."), InlineData("user's", "will not do: it is a user's and not a host's."), InlineData("pinned", "IS ANOTHER THAN THE INVENTORY'S:")]
    public async Task A_refused_key_is_exit_4_at_once_and_the_host_hears_neither_user_nor_password_nor_command(string what, string says)
    {
        var authority = await Authority.Make(sshd);
        string[]? signing = what switch
        {
            "expired" => ["-h", "-n", "127.0.0.1", "-V", "20200101000000Z:20210101000000Z"],
            "not yet" => ["-h", "-n", "127.0.0.1", "-V", "20900101000000Z:20910101000000Z"],
            "other name" => ["-h", "-n", "example.com"],
            "user's" => ["-n", "127.0.0.1"],
            "revoked authority" => ["-h", "-n", "127.0.0.1"],
            _ => null,
        };
        await using var server = await HostServer.Start(sshd, [sshd.HostKey("ed25519"), .. signing is null ? Array.Empty<string>() : [await authority.Sign("ed25519", signing)]]);
        var folder = Directory.CreateDirectory(sshd.NewPath()).FullName;
        var known = Path.Combine(folder, "known_hosts");
        await File.WriteAllTextAsync(known, what switch
        {
            "unknown" => "",
            "changed" => $"{server.Name} {authority.PublicKey}\n",
            "revoked" => $"{server.Name} {sshd.PublicHostKey("ed25519")}\n@revoked * {sshd.PublicHostKey("ed25519")}\n",
            "revoked authority" => $"@cert-authority * {authority.PublicKey}\n@revoked * {authority.PublicKey}\n",
            "pinned" => $"{server.Name} {sshd.PublicHostKey("ed25519")}\n",
            _ => $"@cert-authority * {authority.PublicKey}\n",
        }, TestContext.Current.CancellationToken);
        var mark = Path.Combine(folder, "ran");
        await File.WriteAllTextAsync(Path.Combine(folder, "hosts.yaml"), $$"""
            ssh: { user: {{Environment.UserName}}, key: {{sshd.Key}}, known_hosts: {{known}}, password: { env: LOGIN }{{(what == "pinned" ? ", host_key: " + authority.PublicKey : "")}} }
            groups: { web: { hosts: { web1: { ssh: "127.0.0.1:{{server.Port}}" } } } }
            """, TestContext.Current.CancellationToken);

        var (code, output) = await Play(folder, "exec", "-i", "hosts.yaml", "web1", "--", "touch", mark);

        Assert.True(code == 4 && Blanks().Replace(output, " ").Contains(says, StringComparison.Ordinal), $"{code}: {output}");
        Assert.False(await server.HeardAUserAtTheEnd(), server.Log);
        Assert.Equal(1, server.Log.Split("SSH2_MSG_KEXINIT received").Length - 1);
        Assert.False(File.Exists(mark));

        await File.WriteAllTextAsync(known, $"{server.Name} {sshd.PublicHostKey("ed25519")}\n", TestContext.Current.CancellationToken);
        if (what != "unknown") return;
        (code, output) = await Play(folder, "exec", "-i", "hosts.yaml", "web1", "--", "touch", mark);
        Assert.True(code == 0 && server.HeardAUser && File.Exists(mark), $"{code}: {output}");
    }

    private static async Task<(int Code, string Output)> Play(string folder, params string[] args)
    {
        var program = Repository.Play;
        Assert.True(File.Exists(program), "build engine/Play first: dotnet build");
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        (start.Environment["HOME"], start.Environment["LOGIN"]) = (folder, "s3cret, s3cret");
        using var play = Process.Start(start)!;
        play.StandardInput.Close();
        var said = Task.WhenAll(play.StandardOutput.ReadToEndAsync(), play.StandardError.ReadToEndAsync());
        await play.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (play.ExitCode, string.Join('\n', await said));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
