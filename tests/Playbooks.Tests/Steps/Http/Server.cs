using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Playbooks.Tests.Steps.Http;

/// <summary>A web server on a loopback port that writes exactly the bytes a test tells it to, so that it can also be wrong.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Func<Asked, Stream, CancellationToken, Task> answer;
    private readonly Func<X509Certificate2>? certificate;
    private readonly string? onConnect;
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool resets, speaksHttp2;
    private readonly Task accepting;
    private readonly ConcurrentBag<Task> clients = [];

    private Server(Func<Asked, Stream, CancellationToken, Task> answer, Func<X509Certificate2>? certificate, string? onConnect = null, int port = 0)
    {
        listener = new(IPAddress.Loopback, port);
        (this.answer, this.certificate, this.onConnect) = (answer, certificate, onConnect);
        listener.Start();
        accepting = Accept();
    }

    /// <summary>A request as it came.</summary>
    public sealed record Asked(string Line, IReadOnlyList<string> Headers, string Body)
    {
        public string Path => Line.Split(' ')[1];

        /// <summary>The values of a header, each line's.</summary>
        public IEnumerable<string> All(string name) => Headers.Where(header => header.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(header => header[(name.Length + 1)..].Trim());
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    /// <summary>All requests so far, in order.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = [];

    /// <summary>The names that TLS clients asked for.</summary>
    public ConcurrentQueue<string> Names { get; } = [];

    /// <summary>Ends when the first connection is there.</summary>
    public Task Connected => connected.Task;

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Answers as told; with `onConnect` it says only that to whatever comes, and closes.</summary>
    public static Server Raw(Func<Asked, Stream, CancellationToken, Task> answer, string? onConnect = null) => new(answer, null, onConnect);

    /// <summary>Answers every request with a text, in ISO-8859-1 so that each character is a byte, and closes.</summary>
    public static Server Text(Func<Asked, string> answer, X509Certificate2? certificate = null, int port = 0) =>
        new(async (asked, stream, cancel) => await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(asked)), cancel), certificate is null ? null : () => certificate, port: port);

    /// <summary>The same with TLS, showing whatever certificate it has at the time.</summary>
    public static Server Tls(Func<Asked, string> answer, Func<X509Certificate2> certificate) =>
        new(async (asked, stream, cancel) => await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(asked)), cancel), certificate);

    /// <summary>With TLS and HTTP/2 agreed on: when a request has come it writes these frames, and closes.</summary>
    public static Server Http2(Func<X509Certificate2> certificate, params byte[][] frames) => new(async (_, stream, cancel) =>
    {
        var frame = new byte[9];
        await stream.ReadExactlyAsync(new byte["SM\r\n\r\n".Length], cancel);
        do
        {
            await stream.ReadExactlyAsync(frame, cancel);
            await stream.ReadExactlyAsync(new byte[frame[0] << 16 | frame[1] << 8 | frame[2]], cancel);
        }
        while (frame[3] != 1);
        await stream.WriteAsync(frames.SelectMany(bytes => bytes).ToArray(), cancel);
        await ((SslStream)stream).ShutdownAsync();
        await stream.CopyToAsync(Stream.Null, cancel);
    }, certificate)
    { speaksHttp2 = true };

    /// <summary>Reads a request and resets the connection.</summary>
    public static Server Reset() => new((_, _, _) => Task.CompletedTask, null) { resets = true };

    /// <summary>A whole answer with these headers.</summary>
    public static string Ok(string body = "", params string[] headers) => Status("200 OK", body, headers);

    public static string Status(string status, string body = "", params string[] headers) =>
        $"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}";

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Connections++;
                connected.TrySetResult();
                clients.Add(Serve(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (onConnect is not null)
            {
                // Something must have come before: who closes with bytes unread resets the connection.
                await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: stop.Token);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(onConnect), stop.Token);
                return;
            }
            if (certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(Options(certificate), stop.Token);
                stream = tls;
            }
            await using var __ = stream;
            if (await Read(stream) is not { } asked) return;
            Requests.Enqueue(asked);
            if (resets)
            {
                client.LingerState = new LingerOption(true, 0);
                client.Client.Dispose();
                return;
            }
            await answer(asked, stream, stop.Token);
        }
        // What a client does to its connection is the client's business.
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private SslServerAuthenticationOptions Options(Func<X509Certificate2> shown) => new()
    {
        ApplicationProtocols = speaksHttp2 ? [SslApplicationProtocol.Http2] : null,
        ServerCertificateSelectionCallback = (_, name) =>
        {
            Names.Enqueue(name ?? "");
            return shown();
        },
    };

    private async Task<Asked?> Read(Stream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 4 || !bytes[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, stop.Token) == 0) return null;
            bytes.Add(one[0]);
        }
        var lines = Encoding.Latin1.GetString([.. bytes]).TrimEnd().Split("\r\n");
        var asked = new Asked(lines[0], lines[1..], "");
        var body = new byte[int.Parse(asked.All("content-length").FirstOrDefault() ?? "0", System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stop.Token);
        return asked with { Body = Encoding.UTF8.GetString(body) };
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Dispose();
        await Task.WhenAll(clients);
        stop.Dispose();
    }
}
