using System.Diagnostics;
using System.Globalization;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class LinkTests(Sshd sshd)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_that_breaks_is_noticed_at_once_and_the_command_is_unknown()
    {
        await using var pool = sshd.Pool();
        var connection = await pool.Get(sshd.Host(), Cancel);
        var server = await ServerOf(connection);
        var file = sshd.NewPath();
        var running = connection.Run(new RemoteCommand { Script = $"touch {file}; sleep 9" }, Cancel);
        await Eventually.Holds(() => File.Exists(file), "it began");
        var watch = Stopwatch.StartNew();
        Signal("KILL", server);
        var result = await running;
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 6);
        Assert.Equal((CommandEnd.Unknown, null), (result.End, result.ExitCode));
        Assert.Contains("connection was lost while it ran", Assert.Single(result.Notes), StringComparison.Ordinal);

        await Assert.ThrowsAsync<HostUnreachableException>(() => connection.Run(new RemoteCommand { Words = ["true"] }, Cancel));
        var replaced = await pool.Get(sshd.Host(), Cancel);
        Assert.NotSame(connection, replaced);
        Assert.Equal(0, (await replaced.Run(new RemoteCommand { Words = ["true"] }, Cancel)).ExitCode);
    }

    [Fact]
    public async Task A_silent_peer_is_noticed_by_two_missed_signs_of_life()
    {
        await using var pool = sshd.Pool(Impatient);
        var connection = await pool.Get(sshd.Host(), Cancel);
        var server = await ServerOf(connection);
        var began = sshd.NewPath();
        var running = connection.Run(new RemoteCommand { Script = $"touch {began}; exec sleep 97" }, Cancel);
        await Eventually.Holds(() => File.Exists(began), "it began");
        var watch = Stopwatch.StartNew();
        Signal("STOP", server);
        try
        {
            var file = sshd.NewPath();
            var late = connection.Run(new RemoteCommand { Words = ["touch", file] }, Cancel);
            var result = await running;
            Assert.Equal(CommandEnd.Unknown, result.End);
            Assert.InRange(watch.Elapsed.TotalSeconds, 1, 10);
            // What was not sent yet never will be, also when the peer wakes up.
            await Assert.ThrowsAsync<HostUnreachableException>(() => late);
            Signal("CONT", server);
            Assert.Equal(0, (await (await pool.Get(sshd.Host(), Cancel)).Run(new RemoteCommand { Words = ["true"] }, Cancel)).ExitCode);
            Assert.False(File.Exists(file));
        }
        finally
        {
            Signal("KILL", server);
        }
    }

    [Fact]
    public async Task A_connection_that_died_in_silence_between_two_commands_is_replaced()
    {
        await using var pool = sshd.Pool(Impatient);
        var server = await ServerOf(await pool.Get(sshd.Host(), Cancel));
        Signal("STOP", server);
        try
        {
            Assert.Equal(0, (await pool.Run(sshd.Host(), new RemoteCommand { Words = ["true"] }, Cancel)).ExitCode);
        }
        finally
        {
            Signal("KILL", server);
        }
    }

    [Fact]
    public async Task A_peer_that_is_silent_for_a_moment_only_is_not_lost()
    {
        await using var pool = sshd.Pool(Impatient with { ProbeTimeout = TimeSpan.FromSeconds(3) });
        var connection = await pool.Get(sshd.Host(), Cancel);
        var server = await ServerOf(connection);
        var began = sshd.NewPath();
        var running = connection.Run(new RemoteCommand { Script = $"touch {began}; sleep 2; echo alive" }, Cancel);
        await Eventually.Holds(() => File.Exists(began), "it began");
        Signal("STOP", server);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancel);
        Signal("CONT", server);
        Assert.Equal("alive\n", (await running).Out());
    }

    [Fact]
    public async Task More_commands_than_a_connection_has_sessions_wait_for_each_other()
    {
        await using var pool = sshd.Pool();
        var connection = await pool.Get(sshd.Host(), Cancel);
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            connection.Run(new RemoteCommand { Script = $"sleep 0.1; echo {i}" }, Cancel)));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i}\n"), results.Select(r => r.Out()));
    }

    [Fact]
    public async Task A_host_that_allows_fewer_sessions_is_waited_for()
    {
        await using var pool = sshd.Pool();
        var connection = await pool.Get(sshd.Host(sshd.NarrowPort), Cancel);
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            connection.Run(new RemoteCommand { Script = $"sleep 0.1; echo {i}" }, Cancel)));
        Assert.All(results, r => Assert.Equal(0, r.ExitCode));
    }

    [Fact]
    public async Task What_a_login_prints_is_not_the_commands()
    {
        await using var pool = sshd.Pool();
        var connection = await pool.Get(sshd.Host(sshd.NoisyPort), Cancel);
        var result = await connection.Run(new RemoteCommand { Script = "echo out; echo err >&2" }, Cancel);
        Assert.Equal(("out\n", "err\n"), (result.Out(), result.Err()));
        Assert.Equal((4L, 4L), (result.StdoutBytes, result.StderrBytes));
        Assert.Contains("printed 23 bytes before", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_refuses_ran_nothing()
    {
        await using var pool = sshd.Pool();
        var connection = await pool.Get(sshd.Host(sshd.ClosedPort), Cancel);
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => connection.Run(new RemoteCommand { Words = ["true"] }, Cancel));
        Assert.Contains("(exit code 1) before it began the command; it said: This account is currently not available.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_the_pool_ends_the_wait_of_what_runs()
    {
        var pool = sshd.Pool();
        var connection = await pool.Get(sshd.Host(), Cancel);
        var file = sshd.NewPath();
        var running = connection.Run(new RemoteCommand { Script = $"touch {file}; sleep 9" }, Cancel);
        await Eventually.Holds(() => File.Exists(file), "it began");
        var watch = Stopwatch.StartNew();
        await pool.DisposeAsync();
        Assert.Equal(CommandEnd.Unknown, (await running).End);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 6);
    }

    private static ConnectionOptions Impatient => new()
    {
        KeyPassphrase = null,
        ProbeEvery = TimeSpan.FromMilliseconds(300),
        ProbeTimeout = TimeSpan.FromMilliseconds(700),
    };

    /// <summary>The sshd process of just this connection: the parent of what it runs.</summary>
    internal static async Task<int> ServerOf(IConnection connection)
    {
        var pid = int.Parse((await connection.Run(new RemoteCommand { Script = "echo $PPID" }, Cancel)).Out(), CultureInfo.InvariantCulture);
        Assert.StartsWith("sshd:", File.ReadAllText($"/proc/{pid}/cmdline"), StringComparison.Ordinal);
        return pid;
    }

    internal static void Signal(string name, int pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{name}", pid.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
