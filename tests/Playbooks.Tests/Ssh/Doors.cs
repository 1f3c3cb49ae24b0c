using System.Diagnostics;
using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>
/// A sshd that many ways lead into, in namespaces of its own: keys, certificates of an authority, passwords by PAM, several of them
/// together. Its own log says what it was sent. What runs there ends with it.
/// </summary>
public sealed partial class Doors : IAsyncLifetime
{
    public const string User = "deploy", Expired = "expired", Password = "correct horse \" ü", Passphrase = "op3n it!";

    private readonly List<string> _log = [];
    private Process? _process;

    public string Folder { get; } = Directory.CreateTempSubdirectory("play-doors-").FullName;

    /// <summary>Takes keys, passwords and answers.</summary>
    public int Port { get; } = Sshd.FreePort();

    /// <summary>Takes keys, and looks at twenty of them.</summary>
    public int KeysPort { get; } = Sshd.FreePort();

    public int PasswordPort { get; } = Sshd.FreePort();

    /// <summary>Asks for the password.</summary>
    public int QuestionPort { get; } = Sshd.FreePort();

    /// <summary>Wants a key and the password.</summary>
    public int BothPort { get; } = Sshd.FreePort();

    /// <summary>Wants two keys.</summary>
    public int TwoPort { get; } = Sshd.FreePort();

    /// <summary>Wants what play has not.</summary>
    public int HostbasedPort { get; } = Sshd.FreePort();

    private int[] Ports => [Port, KeysPort, PasswordPort, QuestionPort, BothPort, TwoPort, HostbasedPort];

    public string PathOf(string name) => Path.Combine(Folder, name);

    private string KnownHosts => PathOf("known_hosts");

    public async ValueTask InitializeAsync()
    {
        foreach (var name in new[] { "host", "ca", "ed", "ed2", "stranger", "certified", "late" }) await Sshd.KeyGen("-t", "ed25519", "-C", name, "-f", PathOf(name));
        await Sshd.KeyGen("-t", "ecdsa", "-C", "ec", "-f", PathOf("ec"));
        foreach (var name in new[] { "rsa", "rsacertified" }) await Sshd.KeyGen("-t", "rsa", "-b", "2048", "-C", name, "-f", PathOf(name));
        await Sshd.KeyGen("-t", "ed25519", "-a", "1", "-N", Passphrase, "-C", "locked", "-f", PathOf("locked"));
        await Sshd.KeyGen("-t", "ed25519", "-a", "1", "-N", Passphrase, "-C", "other", "-f", PathOf("lockedstranger"));
        foreach (var name in new[] { "certified", "rsacertified" }) await Sign(name, User, "-1h:+1h");
        await Sign("late", User, "20200101120000Z:20200102120000Z");
        await Sign("stranger", "somebody,else", "-1h:+1h", "elses");
        await Sign("stranger", User, "+1h:+2h", "early");
        Authorize("ed", "ed2", "ec", "rsa", "locked");
        var hash = await Hash();
        Write("passwd", $"{File.ReadAllText("/etc/passwd").TrimEnd('\n')}\n{User}:{hash}:64101:64101::/:/bin/sh\n{Expired}:x:64102:64101::/:/bin/sh\n");
        Write("more", $"{Expired}:{hash}:0:0:99999:7:::\n");
        Write("pam", "auth required pam_unix.so nodelay\naccount required pam_unix.so\nsession required pam_permit.so\npassword required pam_unix.so\n");
        Write("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n");
        File.WriteAllLines(KnownHosts, Ports.Select(port => $"[127.0.0.1]:{port} {string.Join(' ', File.ReadAllText(PathOf("host.pub")).Split(' ')[..2])}"));
        Write("config", $"""
            {string.Join('\n', Ports.Select(port => $"ListenAddress 127.0.0.1:{port}"))}
            HostKey {PathOf("host")}
            AuthorizedKeysFile {PathOf("keys")}
            TrustedUserCAKeys {PathOf("ca.pub")}
            StrictModes no
            UsePAM yes
            PidFile none
            LogLevel VERBOSE
            Match LocalPort {KeysPort}
              PasswordAuthentication no
              KbdInteractiveAuthentication no
              MaxAuthTries 20
            Match LocalPort {PasswordPort}
              AuthenticationMethods password
            Match LocalPort {QuestionPort}
              AuthenticationMethods keyboard-interactive
            Match LocalPort {BothPort}
              AuthenticationMethods publickey,password
            Match LocalPort {TwoPort}
              AuthenticationMethods publickey,publickey
            Match LocalPort {HostbasedPort}
              HostbasedAuthentication yes
              AuthenticationMethods hostbased
            Match User {Expired}
              AuthorizedKeysFile none
            """);
        Write("start", $"""
            set -e
            cd {Folder}
            chmod 755 .
            umask 077
            cat /etc/shadow more >shadow
            mount --bind passwd /etc/passwd
            mount --bind shadow /etc/shadow
            mount --bind pam /etc/pam.d/sshd
            mount --bind nsswitch.conf /etc/nsswitch.conf
            mkdir -p /run/sshd
            /usr/sbin/sshd -D -e -f config &
            read -r end
            """);
        string[] command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", PathOf("start")];
        if (!Environment.IsPrivilegedProcess) command = ["sudo", "-n", .. command];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log) _log.Add((line.Data ?? "").TrimEnd('\r'));
        };
        _process.BeginErrorReadLine();
        await Eventually.Holds(() =>
        {
            lock (_log) Assert.False(_process.HasExited, string.Join('\n', _log));
            return Sshd.Answers(Port);
        }, "sshd answers", 30);
    }

    public async ValueTask DisposeAsync()
    {
        // The first process of the namespace ends with its input, and all others with it.
        _process?.StandardInput.Close();
        if (_process is not null) await _process.WaitForExitAsync();
        using var remove = Process.Start(Environment.IsPrivilegedProcess ? "rm" : "sudo", Environment.IsPrivilegedProcess ? ["-rf", Folder] : ["-n", "rm", "-rf", Folder]);
        await remove.WaitForExitAsync();
    }

    /// <summary>What is let in from now on.</summary>
    public void Authorize(params string[] names) => File.AppendAllLines(PathOf("keys"), names.Select(name => File.ReadAllText(PathOf(name + ".pub")).TrimEnd()));

    public Host Host(int? port = null, string? key = null, string user = User) => new()
    {
        Name = "web1",
        Label = "web1",
        Ssh = new SshSettings { HostName = "127.0.0.1", Port = port ?? Port, User = user, Key = key, KnownHosts = KnownHosts, Timeout = TimeSpan.FromSeconds(30) },
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Position.In("hosts.yaml"),
    };

    /// <summary>Where in the log we are.</summary>
    public int Mark()
    {
        lock (_log) return _log.Count;
    }

    /// <summary>What logins sent since then, as the server saw it: `Failed publickey ED25519 SHA256:…`, in order. Waits for so many logins to end.</summary>
    public async Task<IReadOnlyList<string>> Sent(int mark, int logins = 1)
    {
        await Eventually.Holds(() => Since(mark).Count(line => Ended().IsMatch(line)) >= logins, "the server's log tells of the end");
        return [.. Since(mark).Select(line => Line().Match(line)).Where(m => m.Success && m.Groups[2].Value != "none").Select(m => $"{m.Groups[1]} {m.Groups[2]}{m.Groups[3]}")];
    }

    private List<string> Since(int mark)
    {
        lock (_log) return _log[mark..];
    }

    public async Task<string> Fingerprint(string name)
    {
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-lf", PathOf(name)]) { RedirectStandardOutput = true })!;
        return (await keygen.StandardOutput.ReadToEndAsync()).Split(' ')[1];
    }

    public async Task Sign(string name, string principals, string validity, string? rename = null)
    {
        await Sshd.KeyGen("-s", PathOf("ca"), "-I", name, "-n", principals, "-V", validity, PathOf(name + ".pub"));
        if (rename is not null) File.Move(PathOf(name + "-cert.pub"), PathOf(rename + "-cert.pub"), overwrite: true);
    }

    private static async Task<string> Hash()
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["passwd", "-6", "-stdin"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await openssl.StandardInput.WriteAsync(Password + "\n");
        openssl.StandardInput.Close();
        return (await openssl.StandardOutput.ReadToEndAsync()).Trim();
    }

    private void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    [GeneratedRegex(@"^(Accepted|Failed|Partial) (\S+) for .*? ssh2(?::( .*?))?(?: ID .*)?$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^(Accepted|Connection closed|Connection reset|Disconnect)")]
    private static partial Regex Ended();
}
