using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Tests.Ssh;
using Xunit;

[assembly: AssemblyFixture(typeof(Sshd))]

namespace Playbooks.Tests.Ssh;

/// <summary>A real sshd of our own on 127.0.0.1, with keys and known_hosts made for it, for whoever runs the tests.</summary>
public sealed class Sshd : IAsyncLifetime
{
    private const string Program = "/usr/sbin/sshd";
    private Process? _process;

    /// <summary>Lines for the beginning of its configuration, where the first of two counts.</summary>
    public string Extra { get; init; } = "";

    /// <summary>What it wrote into its log.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("play-sshd-").FullName;

    public int Port { get; } = FreePort();

    /// <summary>The login prints on both streams before it runs the command.</summary>
    public int NoisyPort { get; } = FreePort();

    /// <summary>The login refuses, as /usr/sbin/nologin does.</summary>
    public int ClosedPort { get; } = FreePort();

    /// <summary>The login refuses, in words made to steer a terminal.</summary>
    public int RudePort { get; } = FreePort();

    /// <summary>Allows two sessions on a connection.</summary>
    public int NarrowPort { get; } = FreePort();

    /// <summary>Allows one session on a connection.</summary>
    public int SinglePort { get; } = FreePort();

    /// <summary>The login never gets to a command that has `hang` in it.</summary>
    public int HangingPort { get; } = FreePort();

    public string Key => Path.Combine(Folder, ".ssh", "id_ed25519");

    public string KnownHosts => Path.Combine(Folder, ".ssh", "known_hosts");

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Program), "These tests need an SSH server: apt-get install openssh-server");
        // sshd insists on this folder when it is started by root.
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        Directory.CreateDirectory(Path.Combine(Folder, ".ssh"));
        foreach (var type in new[] { "ed25519", "ecdsa", "rsa" }) await KeyGen("-t", type, "-f", HostKey(type));
        await KeyGen("-t", "ed25519", "-f", Key);
        File.Copy(Key + ".pub", Path.Combine(Folder, "authorized_keys"));
        File.WriteAllLines(KnownHosts, new[] { Port, NoisyPort, ClosedPort, NarrowPort, SinglePort, HangingPort, RudePort }.Select(p => $"[127.0.0.1]:{p} {PublicHostKey("ed25519")}"));
        WriteSudo();
        File.WriteAllText(Path.Combine(Folder, "config"), $"""
            {Extra}
            ListenAddress 127.0.0.1:{Port}
            ListenAddress 127.0.0.1:{NoisyPort}
            ListenAddress 127.0.0.1:{ClosedPort}
            ListenAddress 127.0.0.1:{NarrowPort}
            ListenAddress 127.0.0.1:{SinglePort}
            ListenAddress 127.0.0.1:{HangingPort}
            ListenAddress 127.0.0.1:{RudePort}
            HostKey {HostKey("ed25519")}
            HostKey {HostKey("ecdsa")}
            HostKey {HostKey("rsa")}
            AuthorizedKeysFile {Folder}/authorized_keys
            PermitRootLogin yes
            PasswordAuthentication no
            StrictModes no
            UsePAM no
            SetEnv HOME={Folder} PLAY_LOCKS={Folder} PATH={Folder}/bin:/usr/local/bin:/usr/bin:/bin
            PidFile none
            Match LocalPort {NoisyPort}
              ForceCommand printf 'Welcome!\nplease'; echo rubbish >&2; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
            Match LocalPort {ClosedPort}
              ForceCommand echo This account is currently not available.; exit 1
            Match LocalPort {RudePort}
              ForceCommand printf '\033[31m\033]0;t\007\302\233\342\200\256\n\r\b'; exit 1
            Match LocalPort {NarrowPort}
              MaxSessions 2
            Match LocalPort {SinglePort}
              MaxSessions 1
            Match LocalPort {HangingPort}
              ForceCommand case "$SSH_ORIGINAL_COMMAND" in *hang*) sh -c "sleep 97; :" "$SSH_ORIGINAL_COMMAND";; esac; exec sh -c "$SSH_ORIGINAL_COMMAND"
            """);
        _process = Process.Start(new ProcessStartInfo(Program, ["-D", "-e", "-f", Path.Combine(Folder, "config")]) { RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, line) => Log.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
        await Eventually.Holds(() => Answers(Port), "sshd answers");
    }

    /// <summary>Nobody logs in any more; who is logged in stays.</summary>
    public void StopListening() => _process!.Kill();

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        // What outlived its login may write the last of its receipt meanwhile.
        await Eventually.Holds(IsDeleted, $"nobody writes into {Folder} any more");
    }

    private bool IsDeleted()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public Host Host(int? port = null, string? key = null, string? knownHosts = null, TimeSpan? timeout = null) => new()
    {
        Name = "web1",
        Label = "web1",
        Ssh = new SshSettings
        {
            HostName = "127.0.0.1",
            Port = port ?? Port,
            User = Environment.UserName,
            Key = key ?? Key,
            KnownHosts = knownHosts ?? KnownHosts,
            Timeout = timeout,
        },
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Position.In("hosts.yaml"),
    };

    public ConnectionPool Pool(ConnectionOptions? options = null) =>
        new(TimeProvider.System, (options ?? new ConnectionOptions { KeyPassphrase = null }) with { Home = Folder });

    public string PublicHostKey(string type) => string.Join(' ', File.ReadAllText(HostKey(type) + ".pub").Split(' ')[..2]);

    public string HostKey(string type) => Path.Combine(Folder, $"host_{type}");

    /// <summary>Where a test may leave files; below the folder that goes at the end.</summary>
    public string NewPath() => Path.Combine(Folder, Guid.NewGuid().ToString("N"));

    public static async Task KeyGen(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ssh-keygen", ["-q", .. arguments.Contains("-N") || !arguments.Contains("-t") ? arguments : [.. arguments, "-N", ""]]))!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static int lastPort = Random.Shared.Next(Ports);

    private const int FirstPort = 20_000, Ports = 12_000;

    /// <summary>A port that nobody listens on. It stays free until it is taken: connections that go out are given others (from 32768 on, tcp(7), ip_local_port_range).</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref lastPort) % Ports);
            if (IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port)) return port;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException e)
        {
            // Not every machine has an IPv6 address.
            return e.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }

    /// <summary>Stands in for sudo, which is not everywhere and wants rules: refuses `stranger` in the host's language, else becomes nobody else.</summary>
    private void WriteSudo()
    {
        var path = Path.Combine(Folder, "bin", "sudo");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, """
            #!/bin/sh
            [ "$1 $2 $4" = "-n -u --" ] || exit 99
            echo "$*" >>"$HOME/sudo.log"
            [ "$3" = stranger ] && { echo 'sudo: 암호가 필요합니다' >&2; exit 1; }
            export SUDO_TO="$3"; shift 4; exec "$@"
            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 1000 };
            var buffer = new byte[4];
            return client.GetStream().Read(buffer) == 4 && Encoding.ASCII.GetString(buffer) == "SSH-";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }
}
