using System.Net.Sockets;
using System.Text;

namespace Playbooks.Connections;

/// <summary>Runs commands on this machine, as a host of an inventory: with the same script, limits and ends as over SSH.</summary>
public sealed class LocalConnection : IConnection
{
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
        try
        {
            await socket.ConnectAsync(host, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Task<string?> End(ProcessIdentity process) => new Ending(_machine, process.Sudo).End(process);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string?> Ask(string text, TimeSpan limit)
    {
        var script = new HostScript(new RemoteCommand { Script = text });
        var (stdout, stderr) = (new OutputCapture(4 << 20, script.Mark), new OutputCapture(0, script.Mark));
        await using var process = new LocalProcess(script);
        await Task.WhenAny(process.Closed, Task.Delay(limit, _clock, CancellationToken.None));
        process.Take(stdout, stderr);
        return process.HasExited && stdout.Started ? Encoding.UTF8.GetString(stdout.Kept.Span) : null;
    }
}
