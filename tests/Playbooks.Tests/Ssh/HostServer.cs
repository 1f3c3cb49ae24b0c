using System.Collections.Concurrent;
using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Connections.Verifying;
using Playbooks.Model;
using Renci.SshNet;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>A real sshd with host keys and certificates of a test's choice, which tells how far who connects has come.</summary>
public sealed class HostServer : IAsyncDisposable
{
    private readonly Sshd _sshd;
    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    private HostServer(Sshd sshd) => _sshd = sshd;

    public int Port { get; } = Sshd.FreePort();

    public string Name => $"[127.0.0.1]:{Port}";

    /// <param name="sshd">Whose keys log in.</param>
    /// <param name="files">Private keys, and certificates, whose names end in .pub.</param>
    public static async Task<HostServer> Start(Sshd sshd, params string[] files)
    {
        var server = new HostServer(sshd);
        var config = sshd.NewPath();
        await File.WriteAllLinesAsync(config,
        [
            $"ListenAddress 127.0.0.1:{server.Port}", $"ListenAddress [::1]:{server.Port}",
            .. files.Select(file => file.EndsWith(".pub", StringComparison.Ordinal) ? $"HostCertificate {file}" : $"HostKey {file}"),
            $"AuthorizedKeysFile {sshd.Folder}/authorized_keys", "PermitRootLogin yes", "PasswordAuthentication yes", "StrictModes no", "UsePAM no", "PidFile none", "LogLevel DEBUG1",
        ], TestContext.Current.CancellationToken);
        server._process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", config]) { RedirectStandardError = true })!;
        server._process.ErrorDataReceived += (_, line) => server._log.Enqueue(line.Data ?? "");
        server._process.BeginErrorReadLine();
        await Eventually.Holds(() => server._process.HasExited || Sshd.Answers(server.Port), "sshd answers");
        Assert.False(server._process.HasExited, server.Log);
        return server;
    }

    public string Log => string.Join('\n', _log);

    /// <summary>Whether anybody got so far as to name a user.</summary>
    public bool HeardAUser => Log.Contains("userauth-request", StringComparison.Ordinal);

    /// <summary>Waits until the server has seen the end of a connection that got to the key exchange, and says whether a user was named on any.</summary>
    public async Task<bool> HeardAUserAtTheEnd()
    {
        await Eventually.Holds(() => _log.Any(line => line.Contains("SSH2_MSG_KEXINIT received", StringComparison.Ordinal))
            && _log.Any(line => line.StartsWith("Connection closed by", StringComparison.Ordinal) || line.StartsWith("Connection reset by", StringComparison.Ordinal) || line.StartsWith("Received disconnect", StringComparison.Ordinal)
                || line.Contains("Connection corrupted", StringComparison.Ordinal) || line.StartsWith("Disconnected from", StringComparison.Ordinal)), "the server saw the end of the connection: " + Log);
        return HeardAUser;
    }

    public Host Host(string? knownHosts, string? hostKey = null) => _sshd.Host(Port, knownHosts: knownHosts) is var host ? host with { Ssh = host.Ssh with { HostKey = hostKey, KnownHosts = knownHosts } } : host;

    /// <summary>What an SSH client of ours says to the key that is shown here, before it names a user; null: it is accepted.</summary>
    internal async Task<Exception?> Verdict(SshConfig config, string? hostKey = null, string? knownHosts = null, string address = "127.0.0.1", HostKeys? run = null)
    {
        var host = Host(knownHosts, hostKey);
        var target = new ConnectTarget(host with { Ssh = host.Ssh with { HostName = address } }, config, _sshd.Folder);
        try
        {
            var identity = (run ?? new HostKeys(TimeProvider.System)).For(target);
            var info = new ConnectionInfo(address, Port, "nobody", new NoneAuthenticationMethod("nobody"));
            identity.Order(info);
            using var client = new SshClient(info);
            client.HostKeyReceived += (_, shown) => identity.Check(shown.HostKeyName, shown.HostKey);
            await Task.Run(client.Connect, TestContext.Current.CancellationToken);
            return new InvalidOperationException("nobody was let in");
        }
        catch (Renci.SshNet.Common.SshAuthenticationException)
        {
            return null;
        }
        catch (RefusedException e)
        {
            return e;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
