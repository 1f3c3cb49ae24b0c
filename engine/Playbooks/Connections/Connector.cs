using Playbooks.Model;
using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>Connects to a host over SSH: checks its key, logs in, and says in a sentence what went wrong.</summary>
internal sealed class Connector(TimeProvider clock, ConnectionOptions options, Identities identities, SshConfigs configs, Gate gate)
{
    private const int Attempts = 10;

    /// <summary>
    /// For the library's own waits once connected. Long: it also holds for a command that is slow to read its input. What we wait
    /// for has limits of our own, and the end of the connection ends every wait.
    /// </summary>
    private static readonly TimeSpan LibraryPatience = TimeSpan.FromMinutes(10);

    /// <exception cref="RefusedException">Trying again would change nothing, or lock the user out.</exception>
    /// <exception cref="HostUnreachableException">It may be there later.</exception>
    public async Task<SshConnection> Connect(Host host, CancellationToken cancel) => await Connect(new ConnectTarget(host, await configs.For(host, cancel), options.Home), cancel);

    /// <exception cref="RefusedException">Trying again would change nothing, or lock the user out.</exception>
    /// <exception cref="HostUnreachableException">It may be there later.</exception>
    internal async Task<SshConnection> Connect(ConnectTarget target, CancellationToken cancel)
    {
        var credentials = await identities.For(target, cancel);
        var known = target.ReadKnownHosts();
        var begin = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var left = target.Timeout - clock.GetElapsedTime(begin);
            (SshClient Client, Session Session)? made;
            try
            {
                made = await gate.Pass(target.Server, () => Try(target, credentials, known, left, attempt == Attempts, cancel), cancel);
            }
            catch (PassphraseWantedException wanted)
            {
                // As long as the user takes; then from the beginning.
                await identities.Ask(wanted.Key, cancel);
                (attempt, begin) = (0, clock.GetTimestamp());
                continue;
            }

            if (made is var (client, session)) return new SshConnection(client, session, target.Label, clock, options, again => Connect(target, again));
            // Dropped before it said a word, as sshd does with too many at once: always safe to try again. At random, so that those
            // who were dropped together do not come back together.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 100 << Math.Min(attempt, 4))), clock, cancel);
        }
    }

    /// <summary>Null: dropped before the server identified itself.</summary>
    private async Task<(SshClient, Session)?> Try(ConnectTarget target, Credentials credentials, KnownHosts known, TimeSpan limit, bool last, CancellationToken cancel)
    {
        if (limit <= TimeSpan.Zero) throw ConnectProblems.Silent(target);
        var login = new Login(target, credentials, limit, clock.GetUtcNow());
        var info = new ConnectionInfo(target.Address, target.Port, target.User, login.Methods)
        {
            Timeout = limit,
            Encoding = new SendingEncoding(),
            RetryAttempts = 1,
            // The library waits without limit, and a thread with it, when its own count is used up. We count ourselves.
            MaxSessions = 10_000,
        };
        Algorithms.Order(info, known.Types(target.Address, target.Port));
        var client = new SshClient(info);
        var identified = false;
        client.ServerIdentificationReceived += (_, _) => identified = true;
        // Whatever is thrown in here comes out of Connect unchanged, before anything secret was sent.
        client.HostKeyReceived += (_, shown) => known.Check(target.Address, target.Port, shown.HostKey);
        var connecting = OwnThread.Run(client.Connect);
        try
        {
            await connecting.WaitAsync(limit, clock, cancel);
            info.Timeout = LibraryPatience;
            return (client, login.Session ?? throw new RefusedException($"{target.Label} lets {target.User} in without asking who it is: play does not work there.", "Let it ask for a key."));
        }
        catch (Exception e)
        {
            // Connecting cannot be broken off: what comes late is thrown away when it comes.
            _ = connecting.ContinueWith(t => (t.Exception, OwnThread.Run(client.Dispose)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cancel.ThrowIfCancellationRequested();
            if (!identified && !last && ConnectProblems.WasDropped(e)) return null;
            throw ConnectProblems.From(e, target, login, identified);
        }
    }
}
