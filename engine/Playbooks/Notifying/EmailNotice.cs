using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Playbooks.Model;
using Playbooks.Steps.Servers;

namespace Playbooks.Notifying;

/// <summary>A message that a mail server takes.</summary>
/// <param name="mail">It, with the same Message-Id at each try, so that who got it twice sees it once.</param>
/// <param name="server">Its host and port.</param>
/// <param name="tls">How it is spoken to.</param>
/// <param name="login">Who we are there; null: nobody.</param>
/// <param name="trust">Whose certificates are taken.</param>
internal sealed class EmailNotice(MimeMessage mail, ServerAddress server, MailTls tls, (string User, string Password)? login, Trust trust) : INotice
{
    private int Port => server.Port ?? tls switch { MailTls.Implicit => 465, MailTls.StartTls => 587, _ => 25 };

    public string To => $"{string.Join(", ", mail.To.Mailboxes.Take(3).Select(mailbox => mailbox.Address))}{(mail.To.Count > 3 ? $" and {mail.To.Count - 3} more" : "")} (email)";

    public async Task<Sent> Send(CancellationToken cancel)
    {
        string? distrust = null;
        using var client = new Client { CheckCertificateRevocation = false, Timeout = (int)TimeSpan.FromMinutes(10).TotalMilliseconds };
        client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => (distrust = Distrust(certificate, chain, errors)) is null;
        try
        {
            await client.ConnectAsync(server.Host, Port, tls switch { MailTls.Implicit => SecureSocketOptions.SslOnConnect, MailTls.StartTls => SecureSocketOptions.StartTls, _ => SecureSocketOptions.None }, cancel);
            if (login is var (user, password))
            {
                // They ask this machine's Kerberos and NTLM, which know nothing of the password.
                client.AuthenticationMechanisms.ExceptWith(["GSSAPI", "NTLM"]);
                await client.AuthenticateAsync(user, password, cancel);
            }
            await client.SendAsync(mail, cancel);
            // It has it: what becomes of the good-bye is nobody's business.
            return new Sent.Done(client.Refused.Count > 0 ? string.Join(", ", client.Refused) : null);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            cancel.ThrowIfCancellationRequested();
            return What(e, distrust);
        }
    }

    private Sent What(Exception e, string? distrust) => e switch
    {
        _ when distrust is not null => new Sent.Never($"the certificate of {server.Host} is not trusted: {distrust}", "name its issuer's certificate with `ca`"),
        SslHandshakeException => new Sent.Never($"{server.Shown(Port)} does not speak TLS at once", tls == MailTls.Implicit ? "`tls: starttls` (port 587)?" : null),
        NotSupportedException when tls == MailTls.StartTls && login is null => new Sent.Never($"{server.Shown(Port)}: {e.Message}", "`tls: implicit` (port 465)?"),
        NotSupportedException => new Sent.Never($"{server.Shown(Port)}: {e.Message}"),
        AuthenticationException { InnerException: SmtpCommandException { StatusCode: < SmtpStatusCode.CommandUnrecognized } temporary } => new Sent.Later($"{server.Host} did not take the password: {temporary.Message}"),
        AuthenticationException => new Sent.Never($"{server.Host} did not take `user` and `password`: {e.Message}"),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted, StatusCode: >= SmtpStatusCode.CommandUnrecognized } => new Sent.Never($"{server.Host} takes no mail for {e.Message}"),
        SmtpCommandException { StatusCode: < SmtpStatusCode.CommandUnrecognized } later => new Sent.Later($"{server.Host} said {(int)later.StatusCode} {later.Message}"),
        SmtpCommandException never => new Sent.Never($"{server.Host} said {(int)never.StatusCode} {never.Message}"),
        ProtocolException or CommandException or IOException or SocketException or ServiceNotConnectedException or OperationCanceledException => new Sent.Later($"{server.Shown(Port)}: {e.Message}"),
        _ => new Sent.Never(e.Message),
    };

    /// <summary>The library would make its own chain, with the system's roots; null: it is trusted.</summary>
    private string? Distrust(X509Certificate? shown, X509Chain? sent, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate) return Certificates.Reason(null, null, errors, server.Host, trust.File);
        using var chain = new X509Chain { ChainPolicy = trust.Policy };
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        if (chain.Build(certificate)) errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        else errors |= SslPolicyErrors.RemoteCertificateChainErrors;
        return errors == SslPolicyErrors.None ? null : Certificates.Reason(certificate, chain, errors, server.Host, trust.File);
    }

    /// <summary>Whom the server does not know keeps the others from nothing.</summary>
    private sealed class Client : SmtpClient
    {
        private SmtpStatusCode last;

        public List<string> Refused { get; } = [];

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            last = response.StatusCode;
            Refused.Add($"{mailbox.Address}: {(int)last} {response.Response}");
        }

        protected override void OnNoRecipientsAccepted(MimeMessage message) => throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, last, string.Join(", ", Refused));
    }
}
