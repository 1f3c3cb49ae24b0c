using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Playbooks.Tests.Notifying;

/// <summary>A mail server on a loopback port, which keeps what it is given.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    public const string User = "play", Password = "p@ss/word 1";

    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    /// <param name="certificate">Null: it speaks no TLS.</param>
    /// <param name="isImplicit">With TLS from the first byte on; else by STARTTLS.</param>
    /// <param name="wantsLogin">Who has not logged in sends nothing.</param>
    /// <param name="port">Null: one that is free.</param>
    public MailServer(X509Certificate2? certificate = null, bool isImplicit = false, bool wantsLogin = false, int? port = null)
    {
        Port = port ?? FreePort();
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port)).IsSecure(isImplicit).AuthenticationRequired(wantsLogin).AllowUnsecureAuthentication(certificate is null);
            if (certificate is not null) endpoint.Certificate(certificate);
        }).Build();
        var services = new ServiceProvider();
        services.Add(new Store(Mails));
        services.Add((IUserAuthenticator)new DelegatingUserAuthenticator((user, password) =>
        {
            Logins.Enqueue((user, password));
            return user == User && password == Password;
        }));
        services.Add((IMailboxFilter)new DelegatingMailboxFilter((to, _) => to.User != "nobody"));
        serving = new SmtpServer.SmtpServer(options, services).StartAsync(stop.Token);
    }

    public int Port { get; }

    public ConcurrentQueue<MimeMessage> Mails { get; } = [];

    /// <summary>All that were tried.</summary>
    public ConcurrentQueue<(string User, string Password)> Logins { get; } = [];

    public MimeMessage Only => Xunit.Assert.Single(Mails);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await serving;
        }
        catch (OperationCanceledException)
        {
        }
        stop.Dispose();
    }

    private sealed class Store(ConcurrentQueue<MimeMessage> mails) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancel)
        {
            mails.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(buffer.ToArray()), cancel));
            return SmtpResponse.Ok;
        }
    }
}
