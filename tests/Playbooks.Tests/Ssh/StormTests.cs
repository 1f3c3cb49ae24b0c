using System.Diagnostics;
using System.Net.Sockets;
using Playbooks.Connections;
using Renci.SshNet;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Many connections at once against an sshd that drops some (MaxStartups).</summary>
public sealed class StormTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Many = 200;

    private readonly Sshd sshd = new() { Extra = "MaxStartups 10:30:100" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => sshd.InitializeAsync();

    public ValueTask DisposeAsync() => sshd.DisposeAsync();

    /// <summary>In turn, several rounds, in one process; the first of each only warms up.</summary>
    [Fact, Trait("Category", "Long"), Trait("Category", "Alone")]
    public async Task Two_hundred_connect_in_the_time_and_with_the_work_of_a_bare_loop_that_is_gated_alike()
    {
        List<(double Wall, double Cpu)> ours = [], bare = [];
        for (var round = 0; round < 4; round++)
        {
            bare.Add(await Measured(Bare));
            ours.Add(await Measured(Ours));
            output.WriteLine($"{(round == 0 ? "warming up" : $"round {round}")}: a bare loop {bare[^1].Wall:0.00} s, {bare[^1].Cpu:0.00} s of CPU; play {ours[^1].Wall:0.00} s, {ours[^1].Cpu:0.00} s of CPU");
        }
        var (wall, cpu) = (ours.Skip(1).Average(o => o.Wall) / bare.Skip(1).Average(b => b.Wall), ours.Skip(1).Average(o => o.Cpu) / bare.Skip(1).Average(b => b.Cpu));
        output.WriteLine($"{Many} connections, play to the bare loop: wall time {wall:0.00}, client CPU {cpu:0.00}");
        Assert.InRange(wall, 0, 1.3);
        Assert.InRange(cpu, 0, 1.3);
    }

    private static async Task<(double Wall, double Cpu)> Measured(Func<Task<List<IAsyncDisposable>>> connect)
    {
        GC.Collect();
        var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var all = await connect();
        var took = (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        foreach (var one in all) await one.DisposeAsync();
        return took;
    }

    private async Task<List<IAsyncDisposable>> Ours()
    {
        var pool = sshd.Pool();
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => pool.Get(sshd.Host() with { Name = $"h{i}" }, Cancel)));
        return [pool];
    }

    private async Task<List<IAsyncDisposable>> Bare()
    {
        using var gate = new SemaphoreSlim(new ConnectionOptions().ConnectsPerServer);
        var key = new PrivateKeyFile(sshd.Key);
        return [.. await Task.WhenAll(Enumerable.Range(0, Many).Select(async _ =>
        {
            await gate.WaitAsync(Cancel);
            try
            {
                while (true)
                {
                    var info = new ConnectionInfo("127.0.0.1", sshd.Port, Environment.UserName, new PrivateKeyAuthenticationMethod(Environment.UserName, key));
                    // The order that ours has too: what the library would take costs many times as much.
                    Algorithms.Order(info, ["ssh-ed25519"], certificates: false, authority: false, postQuantum: false);
                    var client = new SshClient(info);
                    try
                    {
                        // A thread for each, as the library blocks the one it is called on.
                        await Task.Factory.StartNew(client.Connect, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                        return new Closing(client);
                    }
                    catch (Exception e) when (e is SocketException or Renci.SshNet.Common.SshConnectionException)
                    {
                        // Even so few at once are dropped now and then: sshd counts until it knows who has logged in.
                        client.Dispose();
                    }
                }
            }
            finally
            {
                gate.Release();
            }
        }))];
    }

    private sealed record Closing(SshClient Client) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.Run(Client.Dispose);
    }

    [Fact, Trait("Category", "Long")]
    public async Task Who_is_dropped_because_others_have_all_places_tries_until_its_own_time_is_over()
    {
        // Strangers that say nothing: from the hundredth on sshd drops everybody.
        List<TcpClient> strangers = [];
        while (strangers.Count < 1000 && !sshd.Log.Any(line => line.Contains("beginning MaxStartups throttling", StringComparison.Ordinal)) || strangers.Count < 600) strangers.Add(new TcpClient("127.0.0.1", sshd.Port));
        await using var pool = sshd.Pool();
        var patient = pool.Get(sshd.Host(timeout: TimeSpan.FromSeconds(40)), Cancel);
        var watch = Stopwatch.StartNew();
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => pool.Get(sshd.Host(timeout: TimeSpan.FromSeconds(3)) with { Name = "hasty" }, Cancel));
        output.WriteLine($"{e.Message} {e.Mend}");
        Assert.Contains("closed each connection before it said that it is an SSH server, for 3 s", e.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 6);
        await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System, Cancel);
        Assert.False(patient.IsCompleted);
        foreach (var stranger in strangers) stranger.Dispose();
        await patient;
        output.WriteLine($"in after {watch.Elapsed.TotalSeconds:0.0} s");
    }
}
