using Playbooks.Model;
using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>Connects to a host over SSH: checks its key, logs in, and says in a sentence what went wrong.</summary>
internal sealed class Connector(TimeProvider clock, ConnectionOptions options, PrivateKeys keys, Ways ways, Gate gate)
{
    private readonly HostKeys _hostKeys = new(clock);

    /// <summary>
    /// For the library's own waits once connected. Long: it also holds for a command that is slow to read its input. What we wait
    /// for has limits of our own, and the end of the connection ends every wait.
    /// </summary>
    private static readonly TimeSpan LibraryPatience = TimeSpan.FromMinutes(10);

    /// <exception cref="RefusedException">Trying again would change nothing, or lock the user out.</exception>
    /// <exception cref="HostUnreachableException">It may be there later.</exception>
    public async Task<SshConnection> Connect(Host host, CancellationToken cancel)
    {
        var target = await ways.To(host, cancel);
        var ours = await keys.For(target, cancel);
        var identity = _hostKeys.For(target);
        // Waiting for one's turn at the gate is no fault of the host.
        var left = target.Timeout;
        for (var attempt = 1; ; attempt++)
        {
            // At random, so that those who were dropped together do not come back together.
            var pause = TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100 << Math.Min(attempt, 4)));
            var begin = clock.GetTimestamp();
            var before = await ways.Before(target, left, clock, cancel);
            left -= clock.GetElapsedTime(begin);
            var client = await gate.Pass(target.Server, target.Via?.Key, Once, cancel);
            if (client is not null) return new SshConnection(client, target.Label, clock, options, again => Connect(host, again)) { Before = before };
            // Dropped before it said a word, as sshd does with too many at once: always safe to try again.
            await Task.Delay(pause, clock, cancel);
            left -= pause;

            async Task<SshClient?> Once()
            {
                var begin = clock.GetTimestamp();
                try
                {
                    return await Try(target, before, ours, identity, left, pause, cancel);
                }
                finally
                {
                    left -= clock.GetElapsedTime(begin);
                }
            }
        }
    }

    /// <summary>Null: dropped before the server identified itself, and there is time for another try after the pause.</summary>
    private async Task<SshClient?> Try(ConnectTarget target, SshConnection? before, IReadOnlyList<SharedKey> ours, HostIdentity identity, TimeSpan limit, TimeSpan pause, CancellationToken cancel)
    {
        if (limit <= TimeSpan.Zero) throw ConnectProblems.Silent(target);
        var begin = clock.GetTimestamp();
        var bridge = before is null ? null : await Through(before, target, limit, cancel);
        var login = new KeyLogin(target.User, [.. ours]);
        var info = bridge?.Way(target.User, login) ?? new ConnectionInfo(await Addresses.Of(target, cancel), target.Port, target.User, login);
        info.Timeout = limit - clock.GetElapsedTime(begin) is var left && left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        info.Encoding = new SendingEncoding();
        info.RetryAttempts = 1;
        // The library waits without limit, and a thread with it, when its own count is used up. We count ourselves.
        info.MaxSessions = 10_000;
        identity.Order(info);
        var client = new SshClient(info);
        var identified = false;
        client.ServerIdentificationReceived += (_, _) => identified = true;
        // Whatever is thrown in here comes out of Connect unchanged, before anything secret was sent.
        client.HostKeyReceived += (_, shown) => identity.Check(shown.HostKeyName, shown.HostKey);
        var connecting = OwnThread.Run(client.Connect);
        try
        {
            await connecting.WaitAsync(info.Timeout, clock, cancel);
            info.Timeout = LibraryPatience;
            return client;
        }
        catch (Exception e)
        {
            // Connecting cannot be broken off: what comes late is thrown away when it comes.
            if (bridge is not null) await bridge.DisposeAsync();
            _ = connecting.ContinueWith(t => (t.Exception, OwnThread.Run(client.Dispose)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cancel.ThrowIfCancellationRequested();
            if (!identified && ConnectProblems.WasDropped(e) && clock.GetElapsedTime(begin) + pause < limit) return null;
            throw ConnectProblems.From(e, target, ours, identified);
        }
    }

    /// <summary>A connection that the host before makes to the target.</summary>
    private async Task<Bridge> Through(SshConnection before, ConnectTarget target, TimeSpan limit, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            return new Bridge(await before.Open(target.Address, target.Port, over.Token));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw ConnectProblems.Silent(target, e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw ConnectProblems.Through(e, target);
        }
    }
}
