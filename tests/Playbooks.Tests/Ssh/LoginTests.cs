using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Playbooks.Connections;
using Playbooks.Model;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class LoginTests(Sshd sshd)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_is_not_let_in_is_tried_once_only()
    {
        var key = sshd.NewPath();
        await Sshd.KeyGen("-t", "ed25519", "-f", key);
        await using var pool = sshd.Pool();
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(sshd.Host(key: key), Cancel));
        Assert.Equal($"web1 (127.0.0.1:{sshd.Port}) does not let {Environment.UserName} in with the key {key}.", e.Message);
        // Even where it would be let in by now: a server that was shown too many wrong keys locks people out.
        lock (sshd) File.AppendAllText(Path.Combine(sshd.Folder, "authorized_keys"), File.ReadAllText(key + ".pub"));
        var again = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(sshd.Host(key: key), Cancel));
        Assert.Equal(e.Message, again.Message);
    }

    [Theory]
    [InlineData("ed25519", "OpenSSH"), InlineData("ecdsa", "OpenSSH"), InlineData("rsa", "PEM"), InlineData("rsa", "PKCS8")]
    public async Task A_key_with_a_passphrase_opens_with_the_right_one(string type, string format)
    {
        var key = await LockedKey("op3n it!", type, format);
        var asked = new List<string>();
        await using var pool = sshd.Pool(new ConnectionOptions
        {
            KeyPassphrase = null,
            AskPassphrase = (path, _) =>
            {
                asked.Add(path);
                return Task.FromResult<string?>("op3n it!");
            },
        });
        await Task.WhenAll(pool.Get(sshd.Host(key: key), Cancel), pool.Get(sshd.Host(sshd.NoisyPort, key) with { Name = "web2" }, Cancel));
        Assert.Equal([key], asked);
        await using var byVariable = sshd.Pool(new ConnectionOptions { KeyPassphrase = "op3n it!" });
        await byVariable.Get(sshd.Host(key: key), Cancel);
    }

    [Fact]
    public async Task A_wrong_or_missing_passphrase_is_said()
    {
        var key = await LockedKey("right");
        Assert.Equal($"The private key {key} has a passphrase, and none was given.", await Why(new ConnectionOptions { KeyPassphrase = null }));
        Assert.Equal($"The private key {key} has a passphrase, and none was given.",
            await Why(new ConnectionOptions { KeyPassphrase = null, AskPassphrase = (_, _) => Task.FromResult<string?>(null) }));
        Assert.Equal($"The passphrase given for the private key {key} is wrong.",
            await Why(new ConnectionOptions { KeyPassphrase = null, AskPassphrase = (_, _) => Task.FromResult<string?>("wrong") }));
        Assert.Equal($"The passphrase in PLAY_KEY_PASSPHRASE is not that of the private key {key}.", await Why(new ConnectionOptions { KeyPassphrase = "wrong" }));
        Assert.Equal($"The passphrase in PLAY_KEY_PASSPHRASE is not that of the private key {key}.",
            await Why(new ConnectionOptions { KeyPassphrase = "wrong", AskPassphrase = (_, _) => Task.FromResult<string?>(null) }));

        async Task<string> Why(ConnectionOptions options) => (await Fails(sshd.Host(key: key), options)).Message;
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_not_used()
    {
        var key = sshd.NewPath();
        File.Copy(sshd.Key, key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal($"The private key {key} may be read or written by others, so it is not used.", (await Fails(sshd.Host(key: key))).Message);
    }

    [Fact]
    public async Task A_key_that_is_none_or_not_there_is_said()
    {
        var path = sshd.NewPath();
        Assert.Equal($"There is no private key {path}.", (await Fails(sshd.Host(key: path))).Message);
        File.WriteAllText(path, "hello");
        Assert.StartsWith($"{path} is not a private key that can be used here: ", (await Fails(sshd.Host(key: path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_usual_keys_and_known_hosts_are_used_where_none_is_named()
    {
        await using var pool = sshd.Pool();
        var host = sshd.Host();
        await pool.Get(host with { Ssh = host.Ssh with { Key = null, KnownHosts = null } }, Cancel);
    }

    [Fact]
    public async Task Where_there_is_no_key_at_all_it_is_said_before_the_host_is_asked()
    {
        var empty = Directory.CreateDirectory(sshd.NewPath()).FullName;
        await using var pool = new ConnectionPool(TimeProvider.System, new ConnectionOptions { Home = empty });
        var host = sshd.Host(port: Sshd.FreePort());
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host with { Ssh = host.Ssh with { Key = null } }, Cancel));
        Assert.Contains("There is no private key to log in with", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_said_and_may_be_tried_again()
    {
        var port = Sshd.FreePort();
        await using var pool = sshd.Pool();
        var host = sshd.Host(port);
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host, Cancel));
        Assert.Equal($"web1 (127.0.0.1:{port}) refuses connections: nothing listens on port {port}.", e.Message);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        var trying = pool.Get(host, Cancel);
        using var came = await listener.AcceptSocketAsync(Cancel);
        came.Close();
        listener.Stop();
        await Assert.ThrowsAsync<HostUnreachableException>(() => trying);
    }

    [Fact]
    public async Task A_port_that_says_nothing_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var e = await Fails(sshd.Host(port, timeout: TimeSpan.FromSeconds(0.5)));
        Assert.Equal($"web1 (127.0.0.1:{port}) took the connection, and then said nothing for 0.5 s.", e.Message);
    }

    [Fact]
    public async Task Waiting_for_a_silent_port_ends_with_a_cancel_at_once()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var pool = sshd.Pool();
        using var cancel = new CancellationTokenSource();
        var trying = pool.Get(sshd.Host(((IPEndPoint)listener.LocalEndpoint).Port), cancel.Token);
        using var came = await listener.AcceptSocketAsync(Cancel);
        var watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trying);
        await pool.DisposeAsync();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1.5);
    }

    [Fact]
    public async Task A_port_that_is_not_ssh_is_said()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var watch = Stopwatch.StartNew();
        var trying = Fails(sshd.Host(((IPEndPoint)listener.LocalEndpoint).Port, timeout: TimeSpan.FromSeconds(20)));
        while (!trying.IsCompleted)
        {
            var accepting = listener.AcceptSocketAsync(Cancel).AsTask();
            if (await Task.WhenAny(accepting, trying) != accepting) continue;
            using var came = await accepting;
            came.Send("220 mail.example.com ESMTP\r\n"u8);
        }

        Assert.EndsWith(" is no SSH server: it said \"220 mail.example.com ESMTP\".", (await trying).Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_said()
    {
        var host = sshd.Host();
        var e = await Fails(host with { Ssh = host.Ssh with { HostName = "no-such-host.invalid" } });
        Assert.Equal($"web1 (no-such-host.invalid:{host.Ssh.Port}) cannot be found: its name cannot be resolved.", e.Message);
    }

    [Fact]
    public async Task Who_asks_at_the_same_time_gets_the_same_connection()
    {
        await using var pool = sshd.Pool();
        var got = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pool.Get(sshd.Host(), Cancel)));
        Assert.Single(got.Distinct());
    }

    [Fact]
    public async Task Many_hosts_behind_one_sshd_all_connect()
    {
        await using var pool = sshd.Pool(new ConnectionOptions { KeyPassphrase = null, ConnectsPerServer = 64 });
        var got = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => pool.Get(sshd.Host() with { Name = $"web{i}" }, Cancel)));
        Assert.Equal(60, got.Distinct().Count());
    }

    [Fact]
    public async Task A_local_host_needs_no_ssh()
    {
        await using var pool = sshd.Pool();
        var connection = await pool.Get(Host.Control, Cancel);
        Assert.Equal("here\n", (await connection.Run(new RemoteCommand { Words = ["echo", "here"] }, Cancel)).Out());
    }

    private async Task<HostUnreachableException> Fails(Host host, ConnectionOptions? options = null)
    {
        await using var pool = sshd.Pool(options);
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(host, Cancel));
        Assert.DoesNotContain("Exception", e.Message, StringComparison.Ordinal);
        return e;
    }

    private async Task<string> LockedKey(string passphrase, string type = "ed25519", string format = "OpenSSH")
    {
        var key = sshd.NewPath();
        await Sshd.KeyGen(["-t", type, .. format == "OpenSSH" ? Array.Empty<string>() : ["-m", format], "-a", "1", "-N", passphrase, "-f", key]);
        lock (sshd) File.AppendAllText(Path.Combine(sshd.Folder, "authorized_keys"), File.ReadAllText(key + ".pub"));
        return key;
    }
}
