using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Service;

/// <summary>
/// A machine whose services a test may change: an sshd with a process list, an /etc and a /run of its own, which sees everything else
/// of this machine, and may write to none of it. Making one needs root; without it there is none.
/// </summary>
public sealed class InitHost : IAsyncLifetime
{
    private readonly int port = Sshd.FreePort();
    private Process? process;

    public static bool CanBe => Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();

    public string Folder { get; } = Directory.CreateTempSubdirectory("play-init-").FullName;

    public Host Host => new()
    {
        Name = "init1",
        Label = "init1",
        Ssh = new SshSettings { HostName = "127.0.0.1", Port = port, User = Environment.UserName, Key = Path.Combine(Folder, "key"), KnownHosts = Path.Combine(Folder, "known_hosts") },
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Position.In("hosts.yaml"),
    };

    public async ValueTask InitializeAsync()
    {
        if (!CanBe) return;
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Folder, "host"));
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Folder, "key"));
        File.Copy(Path.Combine(Folder, "key.pub"), Path.Combine(Folder, "authorized_keys"));
        File.WriteAllText(Path.Combine(Folder, "known_hosts"), $"[127.0.0.1]:{port} {File.ReadAllText(Path.Combine(Folder, "host.pub"))}");
        File.WriteAllText(Path.Combine(Folder, "config"), $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {Folder}/host
            AuthorizedKeysFile {Folder}/authorized_keys
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            SetEnv HOME={Folder} PATH={Folder}/bin:/usr/local/bin:/usr/bin:/bin
            PidFile none
            """);
        Directory.CreateDirectory(Path.Combine(Folder, "etc"));
        Directory.CreateDirectory(Path.Combine(Folder, "bin"));
        const string Begin = """
            set -e
            mount --bind "$1" "$1"
            mount -t tmpfs tmpfs "$1/etc"
            cp -a /etc/. "$1/etc"
            mount --bind "$1/etc" /etc
            mount -t tmpfs tmpfs /run
            mkdir /run/sshd
            mount -o remount,bind,ro /
            exec /usr/sbin/sshd -D -e -f "$1/config"
            """;
        process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", Begin, "sh", Folder]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        await Eventually.Holds(() => Sshd.Answers(port), "the sshd answers");
    }

    public ConnectionPool Pool() => new(TimeProvider.System, new ConnectionOptions { KeyPassphrase = null, Home = Folder });

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        Directory.Delete(Folder, recursive: true);
    }
}
