using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Playbooks.Connections;
using Playbooks.Model;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Peers that are gone without a word, and such as are only slow: real connections through a cable that can be cut.</summary>
public sealed class SilenceTests(Sshd sshd, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ConnectionOptions Impatient => new()
    {
        KeyPassphrase = null,
        ProbeEvery = TimeSpan.FromMilliseconds(300),
        ProbeTimeout = TimeSpan.FromMilliseconds(700),
    };

    private Host Over(Cable cable, TimeSpan? timeout = null)
    {
        var known = sshd.NewPath();
        File.WriteAllText(known, $"[127.0.0.1]:{cable.Port} {sshd.PublicHostKey("ed25519")}\n");
        return sshd.Host(cable.Port, knownHosts: known, timeout: timeout);
    }

    [Fact]
    public async Task A_slow_link_full_of_data_is_not_taken_for_a_dead_one()
    {
        await using var cable = new Cable(sshd.Port);
        await using var pool = sshd.Pool(Impatient);
        var host = Over(cable);
        await pool.Get(host, Cancel);
        // What is on its way takes longer than two signs of life may.
        cable.PerSecond = 600_000;
        var up = await pool.Run(host, new RemoteCommand { Words = ["wc", "-c"], Stdin = new byte[3_000_000] }, Cancel);
        Assert.Equal((CommandEnd.Exited, "3000000\n"), (up.End, up.Out()));
        var down = await pool.Run(host, new RemoteCommand { Words = ["head", "-c", "3000000", "/dev/zero"], MaxOutput = 4_000_000 }, Cancel);
        Assert.Equal((CommandEnd.Exited, 3_000_000), (down.End, down.Stdout.Length));
    }

    [Fact]
    public async Task A_cut_in_the_middle_of_a_stream_is_noticed_and_a_short_one_loses_nothing()
    {
        await using var cable = new Cable(sshd.Port);
        await using var pool = sshd.Pool(Impatient with { ProbeTimeout = TimeSpan.FromSeconds(2) });
        var host = Over(cable, TimeSpan.FromSeconds(1));
        await pool.Get(host, Cancel);
        cable.PerSecond = 3_000_000;
        var copying = pool.Run(host, new RemoteCommand { Words = ["wc", "-c"], Stdin = new byte[6_000_000] }, Cancel);
        await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System, Cancel);
        cable.IsCut = true;
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Cancel);
        cable.IsCut = false;
        Assert.Equal("6000000\n", (await copying).Out());

        var fetching = pool.Run(host, new RemoteCommand { Words = ["cat", "/dev/zero"] }, Cancel);
        await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System, Cancel);
        cable.IsCut = true;
        var watch = Stopwatch.StartNew();
        var lost = await fetching;
        Assert.Equal((CommandEnd.Unknown, true), (lost.End, lost.LinkLost));
        Assert.InRange(watch.Elapsed.TotalSeconds, 2, 8);
    }

    [Fact]
    public async Task What_was_surely_not_started_waits_for_its_host()
    {
        await using var cable = new Cable(sshd.Port);
        await using var pool = sshd.Pool(Impatient);
        var host = Over(cable, TimeSpan.FromSeconds(1));
        var first = await pool.Get(host, Cancel);
        cable.IsCut = true;
        var running = pool.Run(host, new RemoteCommand { Words = ["echo", "late"] }, Cancel);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, Cancel);
        Assert.False(((SshConnection)first).IsAlive);
        cable.IsCut = false;
        Assert.Equal("late\n", (await running).Out());
    }

    /// <summary>At default settings: whatever is done over the connection, the peer's silence is noticed within 30 s, and other hosts keep their pace.</summary>
    [Theory, Trait("Category", "Long")]
    [InlineData("a command", false), InlineData("a copy", false), InlineData("a fetch", false), InlineData("a tunnel", false), InlineData("the next command", false)]
    [InlineData("a command", true), InlineData("a copy", true), InlineData("a fetch", true), InlineData("a tunnel", true), InlineData("the next command", true)]
    public async Task Silence_is_noticed_within_30_seconds(string what, bool stopped)
    {
        await using var cable = new Cable(sshd.Port);
        await using var pool = sshd.Pool(new ConnectionOptions { KeyPassphrase = null, Patience = TimeSpan.Zero });
        var host = Over(cable, TimeSpan.FromSeconds(1));
        var connection = await pool.Get(host, Cancel);
        var server = await LinkTests.ServerOf(connection);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        cable.PerSecond = 20_000_000;
        var file = sshd.NewPath();
        Func<Task> work = what switch
        {
            "a command" => () => Lost(new RemoteCommand { Script = $"touch {file}; exec sleep 97" }),
            "a copy" => () => Lost(new RemoteCommand { Script = $"touch {file}; exec cat >/dev/null", More = new LargeInput(Endless) }),
            "a fetch" => () => Lost(new RemoteCommand { Script = $"touch {file}; exec cat /dev/zero" }),
            "a tunnel" => Tunnel,
            _ => () => Task.CompletedTask,
        };
        var working = work();
        if (what != "the next command") await Eventually.Holds(() => File.Exists(file), "it began");
        await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System, Cancel);
        try
        {
            if (stopped) LinkTests.Signal("STOP", server);
            else cable.IsCut = true;
            var watch = Stopwatch.StartNew();
            if (what == "the next command") working = NotStarted();
            var others = new List<double>();
            while (!working.IsCompleted)
            {
                var begin = watch.Elapsed;
                Assert.Equal(0, (await pool.Run(sshd.Host() with { Name = "other" }, new RemoteCommand { Words = ["true"] }, Cancel)).ExitCode);
                others.Add((watch.Elapsed - begin).TotalSeconds);
                await Task.Delay(TimeSpan.FromSeconds(0.2), TimeProvider.System, Cancel);
            }
            await working;
            output.WriteLine($"{what}: noticed after {watch.Elapsed.TotalSeconds:0.0} s; {others.Count} commands of another host meanwhile, the slowest took {others.Max():0.00} s");
            Assert.InRange(watch.Elapsed.TotalSeconds, 9, 30);
            Assert.InRange(others.Max(), 0, 3);
        }
        finally
        {
            LinkTests.Signal("KILL", server);
        }

        async Task Tunnel()
        {
            await using var tunnel = await connection.Open("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, Cancel);
            await File.WriteAllTextAsync(file, "", Cancel);
            await Assert.ThrowsAnyAsync<Exception>(() => tunnel.ReadExactlyAsync(new byte[1], Cancel).AsTask());
        }

        static void Endless(Stream to)
        {
            while (true) to.Write(new byte[32 * 1024]);
        }

        async Task NotStarted() => await Assert.ThrowsAsync<HostUnreachableException>(() => connection.Run(new RemoteCommand { Words = ["true"] }, Cancel));
        async Task Lost(RemoteCommand command) => Assert.True((await connection.Run(command, Cancel)).LinkLost);
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_cut_of_ten_seconds_fails_nothing()
    {
        await using var cable = new Cable(sshd.Port);
        await using var pool = sshd.Pool();
        var host = Over(cable);
        var connection = await pool.Get(host, Cancel);
        var sleeping = connection.Run(new RemoteCommand { Script = "sleep 12; echo slept" }, Cancel);
        cable.PerSecond = 1_000_000;
        var copying = connection.Run(new RemoteCommand { Words = ["wc", "-c"], Stdin = new byte[5_000_000] }, Cancel);
        var fetching = connection.Run(new RemoteCommand { Words = ["head", "-c", "5000000", "/dev/zero"], MaxOutput = 6_000_000 }, Cancel);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancel);
        cable.IsCut = true;
        var connecting = pool.Run(host with { Name = "new" }, new RemoteCommand { Words = ["echo", "new"] }, Cancel);
        var next = connection.Run(new RemoteCommand { Words = ["echo", "next"] }, Cancel);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, Cancel);
        cable.IsCut = false;
        Assert.Equal(("slept\n", "5000000\n", 5_000_000L), ((await sleeping).Out(), (await copying).Out(), (await fetching).StdoutBytes));
        Assert.Equal(("new\n", "next\n"), ((await connecting).Out(), (await next).Out()));
    }

    [Fact]
    public async Task Many_hosts_that_say_nothing_do_not_hold_up_the_others()
    {
        using var silent = new TcpListener(IPAddress.Any, 0);
        silent.Start(backlog: 500);
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var pool = sshd.Pool();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var dead = Enumerable.Range(1, 70).Select(i => sshd.Host(port) is var host ? pool.Get(host with { Name = $"dead{i}", Ssh = host.Ssh with { HostName = $"127.0.1.{i}" } }, cancel.Token) : throw new InvalidOperationException()).ToList();
        var watch = Stopwatch.StartNew();
        await pool.Get(sshd.Host(), Cancel);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
        await cancel.CancelAsync();
        foreach (var one in dead) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
    }
}
