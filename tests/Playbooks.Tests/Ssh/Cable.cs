using System.Net;
using System.Net.Sockets;

namespace Playbooks.Tests.Ssh;

/// <summary>The cable between us and an sshd: it can be cut without a word, for a time or for good, and can be slow.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int to;
    private readonly Task carrying;

    public Cable(int to)
    {
        this.to = to;
        // Little is on its way, so that what is cut or slow is felt at once.
        listener.Server.ReceiveBufferSize = 16 * 1024;
        listener.Start();
        carrying = Carry();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What is sent stays on its way.</summary>
    public bool IsCut { get; set; }

    /// <summary>Bytes each way; null: as many as come.</summary>
    public int? PerSecond { get; set; }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await carrying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private async Task Carry()
    {
        var all = new List<Task>();
        while (!end.IsCancellationRequested)
        {
            var near = await listener.AcceptSocketAsync(end.Token);
            all.Add(Connection(near));
        }
    }

    private async Task Connection(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            try
            {
                await Mended();
                await far.ConnectAsync(IPAddress.Loopback, to, end.Token);
                await Task.WhenAny(Pump(near, far), Pump(far, near));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
            }
        }
    }

    private async Task Pump(Socket from, Socket into)
    {
        var buffer = new byte[8 * 1024];
        while (await from.ReceiveAsync(buffer, end.Token) is > 0 and var count)
        {
            await Mended();
            if (PerSecond is { } speed) await Task.Delay(TimeSpan.FromSeconds((double)count / speed), TimeProvider.System, end.Token);
            await into.SendAsync(buffer.AsMemory(0, count), end.Token);
        }
    }

    private async Task Mended()
    {
        while (IsCut) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, end.Token);
    }
}
