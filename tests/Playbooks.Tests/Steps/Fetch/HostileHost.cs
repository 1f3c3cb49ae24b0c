using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Fetch;

/// <summary>A host behind a real sshd that answers each of our scripts with whatever a test wants: its `sh` reads no script.</summary>
public sealed class HostileHost : IAsyncLifetime
{
    private readonly int port = Sshd.FreePort();
    private Process? process;

    public string Folder { get; } = Directory.CreateTempSubdirectory("play-hostile-").FullName;

    public ConnectionPool Pool() => new(TimeProvider.System, new ConnectionOptions { KeyPassphrase = null, Home = Folder });

    public Host Host => new()
    {
        Name = "evil1",
        Label = "evil1",
        Ssh = new SshSettings { HostName = "127.0.0.1", Port = port, User = Environment.UserName, Key = Path.Combine(Folder, "key"), KnownHosts = Path.Combine(Folder, "known_hosts") },
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Position.In("hosts.yaml"),
    };

    /// <summary>What it says when it is asked what there is, for the bytes, for a checksum.</summary>
    public void Answers(byte[] listing, byte[] bytes, byte[] sum)
    {
        File.WriteAllBytes(Path.Combine(Folder, "listing"), listing);
        File.WriteAllBytes(Path.Combine(Folder, "bytes"), bytes);
        File.WriteAllBytes(Path.Combine(Folder, "sum"), sum);
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Folder, "host"));
        await Sshd.KeyGen("-t", "ed25519", "-f", Path.Combine(Folder, "key"));
        File.Copy(Path.Combine(Folder, "key.pub"), Path.Combine(Folder, "authorized_keys"));
        File.WriteAllText(Path.Combine(Folder, "known_hosts"), $"[127.0.0.1]:{port} {File.ReadAllText(Path.Combine(Folder, "host.pub"))}");
        Directory.CreateDirectory(Path.Combine(Folder, "bin"));
        File.WriteAllText(Path.Combine(Folder, "bin", "sh"), $"""
            #!/bin/sh
            case $2 in
            *readlink*) exec /bin/cat {Folder}/listing;;
            *skip=*) exec /bin/cat {Folder}/bytes;;
            *'dd bs=1 '*) exec /bin/cat {Folder}/sum;;
            esac
            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(Folder, "bin", "sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(Folder, "config"), $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {Folder}/host
            AuthorizedKeysFile {Folder}/authorized_keys
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            SetEnv HOME={Folder} PATH={Folder}/bin:/usr/bin:/bin
            PidFile none
            """);
        process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(Folder, "config")]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        await Eventually.Holds(() => Sshd.Answers(port), "the sshd answers");
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        Directory.Delete(Folder, recursive: true);
    }
}
