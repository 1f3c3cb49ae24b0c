using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Reboot;

/// <summary>
/// A machine that can be started anew without starting one: an sshd with a process list of its own, whose first process ends all others
/// and changes what the boot id's file shows. It sees everything else of this machine and may write to none of it; the programs that
/// would start this machine anew are not there.
/// </summary>
public sealed class RebootHost : IAsyncDisposable
{
    private readonly int port = Sshd.FreePort();
    private Process? process;

    public static bool CanBe => Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();

    public string Folder { get; } = Directory.CreateTempSubdirectory("play-reboot-").FullName;

    public Host Host => new()
    {
        Name = "boot1",
        Label = "boot1",
        Ssh = new SshSettings { HostName = "127.0.0.1", Port = port, User = Environment.UserName, Key = Path.Combine(Folder, "key"), KnownHosts = Path.Combine(Folder, "known_hosts"), Timeout = TimeSpan.FromSeconds(5) },
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Position.In("hosts.yaml"),
    };

    public string Address => $"127.0.0.1:{port}";

    public string BootId => File.ReadAllText(Path.Combine(Folder, "boot_id")).Trim();

    /// <param name="restart">
    /// Shell text for the first process of the machine, once its `restart` was run; after it sshd is started. `down` ends all other
    /// processes, `anew` changes the boot id.
    /// </param>
    public async Task<RebootHost> Start(string restart)
    {
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Folder, "host"));
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Folder, "other"));
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Folder, "key"));
        File.Copy(Path.Combine(Folder, "key.pub"), Path.Combine(Folder, "authorized_keys"));
        File.WriteAllText(Path.Combine(Folder, "known_hosts"), $"[127.0.0.1]:{port} {File.ReadAllText(Path.Combine(Folder, "host.pub"))}");
        File.WriteAllText(Path.Combine(Folder, "boot_id"), Guid.NewGuid() + "\n");
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
        foreach (var program in new[] { "restart", "shutdown", "reboot", "systemctl" })
            Program(program, $"echo {program} \"$@\" >>{Folder}/calls; touch {Folder}/told");
        const string Begin = """
            set -e
            [ $$ = 1 ] || exit 1
            dir=$1
            mount --bind "$dir" "$dir"
            mount -t tmpfs tmpfs /run
            mkdir /run/sshd
            : >/run/none
            for place in /sbin /usr/sbin /usr/bin /bin; do
                for name in reboot shutdown halt poweroff telinit init systemctl; do
                    if [ -e "$place/$name" ]; then mount --bind /run/none "$place/$name"; fi
                done
            done
            mount --bind "$dir/boot_id" /proc/sys/kernel/random/boot_id
            mount -o remount,bind,ro /
            set +e
            down() { kill -KILL -1; }
            anew() { cat /proc/sys/kernel/random/uuid >"$dir/boot_id"; }
            while :; do
                /usr/sbin/sshd -D -e -f "$dir/config" &
                until [ -e "$dir/told" ]; do sleep 0.05; done
                rm "$dir/told"
                eval "$2"
            done
            """;
        process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", Begin, "sh", Folder, restart]) { RedirectStandardError = true })!;
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        await Eventually.Holds(() =>
        {
            Assert.False(process.HasExited, string.Join('\n', said));
            return Sshd.Answers(port);
        }, "the sshd answers");
        return this;
    }

    public void Program(string name, string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "bin")).FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Calls => File.Exists(Path.Combine(Folder, "calls")) ? File.ReadAllText(Path.Combine(Folder, "calls")) : "";

    public ConnectionPool Pool() => new(TimeProvider.System, new ConnectionOptions { KeyPassphrase = null, Home = Folder, Patience = TimeSpan.FromSeconds(2) });

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
