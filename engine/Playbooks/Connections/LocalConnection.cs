using System.Net.Sockets;
using System.Text;

namespace Playbooks.Connections;

/// <summary>Runs commands on this machine, as a host of an inventory: with the same script, limits and ends as over SSH.</summary>
public sealed class LocalConnection : IConnection
{
    private const int LongestAnswer = 16 << 20;

    private readonly TimeProvider _clock;
    private readonly Machine _machine;

    public LocalConnection(TimeProvider clock, ConnectionOptions? options = null)
    {
        _clock = clock;
        _machine = new Machine("localhost", clock, (options ?? new ConnectionOptions()).OutputLimit, new TaskCompletionSource().Task, Ask);
    }

    public async Task<CommandResult> Run(RemoteCommand command, CancellationToken cancel)
    {
        var script = new HostScript(command);
        if (cancel.IsCancellationRequested) return new CommandResult { End = CommandEnd.Cancelled, NotStarted = true, Notes = ["It was not started."] };
        await using var process = new LocalProcess(script);
        return await new CommandRun(process, command, script, _machine, _clock.GetTimestamp()).ToEnd(cancel);
    }

    public async Task<Stream> Open(string host, int port, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // The system alone would try for two minutes.
        using var limit = new CancellationTokenSource(Silence.Longest, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await socket.ConnectAsync(host, port, either.Token);
            Silence.Notice(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is OperationCanceledException && !cancel.IsCancellationRequested) throw new SocketException((int)SocketError.TimedOut);
            throw;
        }
    }

    public Task<string?> End(ProcessIdentity process) => new Ending(_machine, process.Sudo, process.Password).End(process);

    public Task<string?> Ask(string script, TimeSpan limit) => _machine.Ask(script, limit);

    public Task<string> Fate(ProcessIdentity process) => new Ending(_machine, process.Sudo).Fate(process);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string?> Ask(RemoteCommand command, TimeSpan limit)
    {
        var script = new HostScript(command);
        var (stdout, stderr) = (new OutputCapture(LongestAnswer, script.Mark), new OutputCapture(0, script.Mark));
        await using var process = new LocalProcess(script);
        var begin = _clock.GetTimestamp();
        while (!process.Closed.IsCompleted && _clock.GetElapsedTime(begin) < limit)
        {
            process.Take(stdout, stderr);
            await Task.WhenAny(process.Closed, Task.Delay(TimeSpan.FromMilliseconds(5), _clock, CancellationToken.None));
        }

        // Half an answer is none: what is not in a list of processes would be taken for ended.
        var whole = process.Closed.IsCompleted;
        process.Take(stdout, stderr);
        return whole && stdout.Started && stdout.Total <= LongestAnswer ? Encoding.UTF8.GetString(stdout.Kept.Span) : null;
    }
}
