using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Model;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>
/// A second sshd, in namespaces of its own (mounts, processes, host name), on a machine with other users: other login shells, odd rc
/// files, real sudo with real rules, no bash, and a name that nobody resolves. What runs there ends with it.
/// </summary>
public sealed class Accounts(Sshd sshd) : IAsyncLifetime
{
    /// <summary>Each user's login shell, rc file and rule for sudo.</summary>
    private static readonly (string Name, string Shell, string Rc, string Sudo)[] Users =
    [
        ("sh", "/bin/sh", "", "(ALL) NOPASSWD: ALL"),
        ("tcsh", "/bin/tcsh", "", "(ALL) NOPASSWD: ALL"),
        ("fish", "/usr/bin/fish", "", "(ALL) NOPASSWD: ALL"),
        ("busybox", "FOLDER/busybox/sh", "", "(ALL) NOPASSWD: ALL"),
        ("nologin", "/usr/sbin/nologin", "", ""),
        ("false", "/bin/false", "", ""),
        ("talks", "/bin/tcsh", "echo Welcome to the machine", ""),
        ("reads", "/bin/tcsh", "set answer = $<", ""),
        ("slow", "/bin/tcsh", "sleep 2", ""),
        ("stranger", "/bin/sh", "", ""),
        ("password", "/bin/sh", "", "(ALL) ALL"),
        ("mixed", "/bin/sh", "", "(ALL) ALL, NOPASSWD: /usr/bin/true"),
        ("teletype", "/bin/sh", "", "(ALL) NOPASSWD: ALL"),
        ("one", "/bin/sh", "", "(root) NOPASSWD: FOLDER/stubborn"),
        ("without", "/bin/sh", "", ""),
        ("asked", "/bin/sh", "", "(ALL) ALL"),
        ("asked-tcsh", "/bin/tcsh", "", "(ALL) ALL"),
        ("asked-fish", "/usr/bin/fish", "", "(ALL) ALL"),
        ("asked-again", "/bin/sh", "", "(ALL) ALL"),
        ("asked-side", "/bin/sh", "", "(ALL) ALL"),
        ("asked-once", "/bin/sh", "", "(ALL) ALL"),
        ("cached", "/bin/sh", "", "(ALL) ALL"),
        ("some", "/bin/sh", "", "(root) /usr/bin/id, /usr/bin/false"),
    ];

    /// <summary>All users', for a sudo that asks.</summary>
    public const string Password = "it's \"50%\" of $HOME\\n ü";

    private readonly int _port = Sshd.FreePort();
    private readonly ConnectionPool _pool = sshd.Pool();
    private Process? _process;

    public string Folder { get; } = Directory.CreateTempSubdirectory("play-accounts-").FullName;

    public async ValueTask InitializeAsync()
    {
        var hash = await Hash();
        var passwd = File.ReadAllLines("/etc/passwd").Concat(Users.Select((u, i) => $"{u.Name}:{hash}:{64001 + i}:64000::{Folder}/{u.Name}:{u.Shell.Replace("FOLDER", Folder, StringComparison.Ordinal)}"));
        Write("passwd", string.Join('\n', passwd) + "\n");
        Write("sudoers", string.Join('\n', Users.Where(u => u.Sudo.Length > 0).Select(u => $"{u.Name} ALL={u.Sudo.Replace("FOLDER", Folder, StringComparison.Ordinal)}"))
            + $"\nDefaults env_reset, lecture=always, !mail_badpass, !mail_no_user\nDefaults:teletype requiretty\nDefaults:one !authenticate\nDefaults timestamp_timeout=0\nDefaults:cached timestamp_timeout=10, timestamp_type=global\nDefaults:asked-once passwd_tries=1\nDefaults logfile={Folder}/sudo.log\nDefaults secure_path=/usr/sbin:/usr/bin:/sbin:/bin\n");
        Write("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n");
        Write("stubborn", "#!/bin/sh\ntrap '' TERM HUP\necho begun\nwhile :; do sleep 1; done\n");
        Write("keys", File.ReadAllText(sshd.Key + ".pub"));
        Write("none", "");
        Write("config", $"""
            ListenAddress 127.0.0.1:{_port}
            HostKey {sshd.HostKey("ed25519")}
            AuthorizedKeysFile {Folder}/keys
            StrictModes no
            UsePAM no
            PidFile none
            Match User without
              SetEnv PATH={Folder}
            """);
        File.WriteAllText(KnownHosts, $"[127.0.0.1]:{_port} {sshd.PublicHostKey("ed25519")}\n");
        var homes = string.Join('\n', Users.Select((u, i) => $"mkdir {u.Name} && echo '{u.Rc}' >{u.Name}/.cshrc && chown -R {64001 + i}:64000 {u.Name}"));
        Write("start", $"""
            set -e
            cd {Folder}
            chmod 755 . stubborn
            mkdir busybox && ln -s "$(command -v busybox)" busybox/sh
            {homes}
            chown 0:0 sudoers && chmod 440 sudoers
            mount --bind passwd /etc/passwd
            mount --bind sudoers /etc/sudoers
            mount --bind nsswitch.conf /etc/nsswitch.conf
            mount --bind none /bin/bash
            hostname nowhere
            mkdir -p /run/sshd /run/sudo
            mount -t tmpfs none /run/sudo
            /usr/sbin/sshd -D -e -f config &
            read -r end
            """);
        string[] command = ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", Path.Combine(Folder, "start")];
        if (!Environment.IsPrivilegedProcess) command = ["sudo", "-n", .. command];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        var said = new List<string>();
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (said) said.Add(line.Data ?? "");
        };
        _process.BeginErrorReadLine();
        await Eventually.Holds(() =>
        {
            lock (said) Assert.False(_process.HasExited, string.Join('\n', said));
            return Sshd.Answers(_port);
        }, "sshd answers");
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        // The first process of the namespace ends with its input, and all others with it.
        _process?.StandardInput.Close();
        if (_process is not null) await _process.WaitForExitAsync();
        using var remove = Process.Start(Environment.IsPrivilegedProcess ? "rm" : "sudo", Environment.IsPrivilegedProcess ? ["-rf", Folder] : ["-n", "rm", "-rf", Folder]);
        await remove.WaitForExitAsync();
    }

    public Host Host(string user) => sshd.Host(_port, knownHosts: KnownHosts) is var host ? host with { Name = user, Ssh = host.Ssh with { User = user } } : host;

    public Task<CommandResult> Run(string user, RemoteCommand command) => _pool.Run(Host(user), command, TestContext.Current.CancellationToken);

    /// <summary>Connections that know what sudo wants to be told.</summary>
    public ConnectionPool Pool(string password) => sshd.Pool(new ConnectionOptions { KeyPassphrase = null, SudoPassword = _ => password });

    /// <summary>What sudo wrote about that user.</summary>
    public IReadOnlyList<string> SudoLog(string user)
    {
        using var read = Process.Start(new ProcessStartInfo(Environment.IsPrivilegedProcess ? "cat" : "sudo", Environment.IsPrivilegedProcess ? [Path.Combine(Folder, "sudo.log")] : ["-n", "cat", Path.Combine(Folder, "sudo.log")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Long lines are broken, with blanks before what goes on.
        return [.. read.StandardOutput.ReadToEnd().Replace("\n    ", " ", StringComparison.Ordinal).Split('\n').Where(line => line.Contains($" : {user} : ", StringComparison.Ordinal))];
    }

    /// <summary>In the password's own field, for a machine whose /etc/shadow is not ours.</summary>
    private static async Task<string> Hash()
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["passwd", "-6", "-stdin"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await openssl.StandardInput.WriteAsync(Password + "\n");
        openssl.StandardInput.Close();
        return (await openssl.StandardOutput.ReadToEndAsync()).Trim();
    }

    private string KnownHosts => Path.Combine(Folder, "known_hosts");

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);
}
