using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Playbooks.Tests.Steps.Servers;

/// <summary>A server on a loopback port that shows its certificates and says nothing.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private readonly SslServerAuthenticationOptions options;

    public TlsServer(X509Certificate2 certificate, X509Certificate2Collection? above = null, SslProtocols protocols = SslProtocols.None)
    {
        var shown = SslStreamCertificateContext.Create(certificate, above, offline: true);
        options = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = protocols,
            ServerCertificateSelectionCallback = null,
            ServerCertificateContext = shown,
        };
        listener.Start();
        serving = Serve();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The name that was asked for last.</summary>
    public string? Name { get; private set; }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                await using var tls = new SslStream(client.GetStream());
                try
                {
                    await tls.AuthenticateAsServerAsync(options, stop.Token);
                    Name = tls.TargetHostName;
                    _ = await tls.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop.Token);
                }
                catch (Exception e) when (e is IOException or AuthenticationException)
                {
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        listener.Dispose();
        stop.Dispose();
    }
}
