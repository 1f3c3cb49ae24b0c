using Playbooks.Model;
using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>Connects to a host over SSH: checks its key, logs in, and says in a sentence what went wrong.</summary>
internal sealed class Connector(TimeProvider clock, ConnectionOptions options, PrivateKeys keys, SshConfigs configs, Gate gate)
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
        var target = new ConnectTarget(host, await configs.For(host, cancel), options.Home);
        var ours = await keys.For(target, cancel);
        var identity = _hostKeys.For(target);
        // Waiting for one's turn at the gate is no fault of the host.
        var left = target.Timeout;
        for (var attempt = 1; ; attempt++)
        {
            // At random, so that those who were dropped together do not come back together.
            var pause = TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100 << Math.Min(attempt, 4)));
            var client = await gate.Pass(target.Server, Once, cancel);
            if (client is not null) return new SshConnection(client, target.Label, clock, options, again => Connect(host, again));
            // Dropped before it said a word, as sshd does with too many at once: always safe to try again.
            await Task.Delay(pause, clock, cancel);
            left -= pause;

            async Task<SshClient?> Once()
            {
                var begin = clock.GetTimestamp();
                try
                {
                    return await Try(target, ours, identity, left, pause, cancel);
                }
                finally
                {
                    left -= clock.GetElapsedTime(begin);
                }
            }
        }
    }

    /// <summary>Null: dropped before the server identified itself, and there is time for another try after the pause.</summary>
    private async Task<SshClient?> Try(ConnectTarget target, IReadOnlyList<SharedKey> ours, HostIdentity identity, TimeSpan limit, TimeSpan pause, CancellationToken cancel)
    {
        if (limit <= TimeSpan.Zero) throw ConnectProblems.Silent(target);
        var info = new ConnectionInfo(target.Address, target.Port, target.User, new KeyLogin(target.User, [.. ours]))
        {
            Timeout = limit,
            Encoding = new SendingEncoding(),
            RetryAttempts = 1,
            // The library waits without limit, and a thread with it, when its own count is used up. We count ourselves.
            MaxSessions = 10_000,
        };
        identity.Order(info);
        var client = new SshClient(info);
        var identified = false;
        client.ServerIdentificationReceived += (_, _) => identified = true;
        // Whatever is thrown in here comes out of Connect unchanged, before anything secret was sent.
        client.HostKeyReceived += (_, shown) => identity.Check(shown.HostKeyName, shown.HostKey);
        var begin = clock.GetTimestamp();
        var connecting = OwnThread.Run(client.Connect);
        try
        {
            await connecting.WaitAsync(limit, clock, cancel);
            info.Timeout = LibraryPatience;
            return client;
        }
        catch (Exception e)
        {
            // Connecting cannot be broken off: what comes late is thrown away when it comes.
            _ = connecting.ContinueWith(t => (t.Exception, OwnThread.Run(client.Dispose)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cancel.ThrowIfCancellationRequested();
            if (!identified && ConnectProblems.WasDropped(e) && clock.GetElapsedTime(begin) + pause < limit) return null;
            throw ConnectProblems.From(e, target, ours, identified);
        }
    }
}
