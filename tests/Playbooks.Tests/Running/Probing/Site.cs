using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Playbooks.Tests.Running.Probing;

/// <summary>A web server on loopback that does what it is told from one moment on: answers, says 503, is slow, hangs, or is not there.</summary>
internal sealed class Site : IDisposable
{
    private const string Page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private const string Unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private readonly CancellationTokenSource end = new();
    private TcpListener listener;
    private volatile TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Mood mood;

    public Site()
    {
        listener = Listen(0);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}/";

    public enum Mood
    {
        Answers,
        Unavailable,
        Slow,
        Hangs,
        Refuses,
    }

    /// <summary>Of an answer that is slow.</summary>
    public static TimeSpan Slowness { get; } = TimeSpan.FromMilliseconds(150);

    public void Be(Mood now)
    {
        if (mood == Mood.Refuses && now != Mood.Refuses) listener = Listen(Port);
        mood = now;
        if (now == Mood.Refuses)
        {
            // Who waits to be let in would be reset, which is no refusal.
            SpinWait.SpinUntil(() => !listener.Pending());
            listener.Stop();
        }
        // Who hangs is let go without an answer.
        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>Those who wait go on waiting.</summary>
    public void RefuseNewOnes() => listener.Stop();

    /// <summary>Those who wait go on waiting.</summary>
    public void AnswerNewOnes() => mood = Mood.Answers;

    private TcpListener Listen(int port)
    {
        var made = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = false };
        made.Start(1000);
        _ = Task.Run(async () =>
        {
            try
            {
                while (true) _ = Answer(await made.AcceptTcpClientAsync(end.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // It is not there any more.
            }
        });
        return made;
    }

    private async Task Answer(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[4096];
            if (await stream.ReadAsync(buffer, end.Token) == 0) return;
            var letGo = changed.Task;
            switch (mood)
            {
                case Mood.Hangs: await letGo.WaitAsync(end.Token); return;
                case Mood.Slow: await Task.Delay(Slowness, TimeProvider.System, end.Token); break;
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes(mood == Mood.Unavailable ? Unavailable : Page), end.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Who asked has gone.
        }
    }

    public void Dispose()
    {
        end.Cancel();
        listener.Stop();
        end.Dispose();
    }
}
