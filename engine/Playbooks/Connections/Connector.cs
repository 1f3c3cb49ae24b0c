using Playbooks.Connections.LoggingIn;
using Playbooks.Connections.Verifying;
using Playbooks.Model;
using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>Connects to a host over SSH: checks its key, logs in, and says in a sentence what went wrong.</summary>
internal sealed class Connector(TimeProvider clock, ConnectionOptions options, Identities identities, Ways ways, Gate gate)
{
    private readonly HostKeys _hostKeys = new(clock);

    /// <summary>
    /// For the library's own waits once connected. Long: it also holds for a command that is slow to read its input. What we wait
    /// for has limits of our own, and the end of the connection ends every wait.
    /// </summary>
    private static readonly TimeSpan LibraryPatience = TimeSpan.FromMinutes(10);

    /// <exception cref="RefusedException">Trying again would change nothing, or lock the user out.</exception>
    /// <exception cref="HostUnreachableException">It may be there later.</exception>
    public async Task<SshConnection> Connect(Host host, CancellationToken cancel) => await Connect(await ways.To(host, cancel), cancel);

    /// <exception cref="RefusedException">Trying again would change nothing, or lock the user out.</exception>
    /// <exception cref="HostUnreachableException">It may be there later.</exception>
    internal async Task<SshConnection> Connect(ConnectTarget target, CancellationToken cancel)
    {
        var credentials = await identities.For(target, cancel);
        var identity = _hostKeys.For(target);
        // Waiting for one's turn at the gate, for the hosts on the way, or for the user is no fault of the host.
        var left = target.Timeout;
        for (var attempt = 1; ; attempt++)
        {
            // At random, so that those who were dropped together do not come back together.
            var pause = TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100 << Math.Min(attempt, 4)));
            var before = await ways.Before(target, cancel);
            try
            {
                if (await gate.Pass(target.Server, target.Via?.Key, Once, cancel) is var (client, session))
                    return new SshConnection(client, session, target.Label, clock, options, again => Connect(target, again)) { Before = before };
            }
            catch (PassphraseWantedException wanted)
            {
                // As long as the user takes; then from the beginning.
                await identities.Ask(wanted.Key, cancel);
                (attempt, left) = (0, target.Timeout);
                continue;
            }

            // Dropped before it said a word, as sshd does with too many at once: always safe to try again.
            await Task.Delay(pause, clock, cancel);
            left -= pause;

            async Task<(SshClient, Session)?> Once()
            {
                var begin = clock.GetTimestamp();
                try
                {
                    return await Try(target, before, credentials, identity, left, pause, attempt, cancel);
                }
                finally
                {
                    left -= clock.GetElapsedTime(begin);
                }
            }
        }
    }

    /// <summary>Null: dropped before the server identified itself, and there is time for another try after the pause.</summary>
    private async Task<(SshClient, Session)?> Try(ConnectTarget target, SshConnection? before, Credentials credentials, HostIdentity identity, TimeSpan limit, TimeSpan pause, int attempt, CancellationToken cancel)
    {
        if (limit <= TimeSpan.Zero) throw ConnectProblems.Silent(target);
        var begin = clock.GetTimestamp();
        var login = new Login(target, credentials, limit, clock.GetUtcNow());
        var bridge = before is null ? null : await Through(before, target, limit, cancel);
        var address = bridge is null ? await Addresses.Of(target, cancel) : "";
        var left = limit - clock.GetElapsedTime(begin) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1);
        var info = bridge?.Way(target.User, login.Methods) ?? new ConnectionInfo(address, target.Port, target.User, login.Methods);
        info.Timeout = left;
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
            return (client, login.Session ?? throw new RefusedException($"{target.Label} lets {target.User} in without asking who it is: play does not work there.", "Let it ask for a key."));
        }
        catch (Exception e)
        {
            // Connecting cannot be broken off: what comes late is thrown away when it comes.
            if (bridge is not null) await bridge.DisposeAsync();
            _ = connecting.ContinueWith(t => (t.Exception, OwnThread.Run(client.Dispose)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cancel.ThrowIfCancellationRequested();
            var again = !identified && ConnectProblems.WasDropped(e) && clock.GetElapsedTime(begin) + pause < limit;
            // The second time it is looked who that is: another server would drop us as long as we came.
            var asks = bridge is null && !identified && (again ? attempt == 2 : ConnectProblems.WasDropped(e) || ConnectProblems.WasSilent(e));
            var greeting = asks ? await Greeting.Of(address, target.Port, clock, cancel) : null;
            if (again && greeting is not { IsOther: true }) return null;
            throw ConnectProblems.From(e, target, login, identified, greeting);
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
