using System.Collections.Concurrent;
using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>A machine of one test's own: a folder with keys, known_hosts and an sshd's configuration, and the process in which that sshd runs.</summary>
public sealed class OwnMachine(string name) : IAsyncDisposable
{
    private Process? process;

    /// <summary>Whether one can have a process list and mounts of its own.</summary>
    public static bool CanBeApart => Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();

    public int Port { get; } = Sshd.FreePort();

    public string Folder { get; } = Directory.CreateTempSubdirectory($"play-{name}-").FullName;

    public Host Host => new()
    {
        Name = name,
        Label = name,
        Ssh = new SshSettings { HostName = "127.0.0.1", Port = Port, User = Environment.UserName, Key = PathOf("key"), KnownHosts = PathOf("known_hosts") },
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Position.In("hosts.yaml"),
    };

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <param name="path">Where its users find programs, behind the folder's own `bin`.</param>
    public async Task Prepare(string path = "/usr/local/bin:/usr/bin:/bin")
    {
        await Sshd.KeyGen("-t", "ed25519", "-f", PathOf("host"));
        await Sshd.KeyGen("-t", "ed25519", "-f", PathOf("key"));
        File.Copy(PathOf("key.pub"), PathOf("authorized_keys"));
        File.WriteAllText(PathOf("known_hosts"), $"[127.0.0.1]:{Port} {File.ReadAllText(PathOf("host.pub"))}");
        Directory.CreateDirectory(PathOf("bin"));
        File.WriteAllText(PathOf("config"), $"""
            ListenAddress 127.0.0.1:{Port}
            HostKey {Folder}/host
            AuthorizedKeysFile {Folder}/authorized_keys
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            SetEnv HOME={Folder} PATH={Folder}/bin:{path}
            PidFile none
            """);
    }

    /// <summary>A program that its users find first.</summary>
    public void Program(string file, string script)
    {
        File.WriteAllText(PathOf($"bin/{file}"), $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(PathOf($"bin/{file}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Starts what runs the sshd, and waits for it.</summary>
    public async Task Start(string program, params string[] arguments)
    {
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        await Eventually.Holds(() =>
        {
            Assert.False(process.HasExited, string.Join('\n', said));
            return Sshd.Answers(Port);
        }, "the sshd answers");
    }

    /// <summary>The same in a process list and with mounts of its own, which end with it. The text's `$1` is the folder.</summary>
    public Task StartApart(string script, params string[] arguments) =>
        Start("unshare", ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script, "sh", Folder, .. arguments]);

    public ConnectionPool Pool(ConnectionOptions? options = null) => new(TimeProvider.System, (options ?? new ConnectionOptions()) with { KeyPassphrase = null, Home = Folder });

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
