using System.Security.Cryptography.X509Certificates;
using MimeKit;
using Playbooks.Tests.Steps.Http;
using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>Mail that a real server on loopback takes, or does not.</summary>
public sealed class EmailTests : IDisposable
{
    private const string Login = $$$"""user: {{{MailServer.User}}}, password: "{{ secret.mail }}" """;

    private readonly Night night = new();
    private readonly X509Certificate2 authority = Certificate.Authority("Ours");
    private readonly X509Certificate2 certificate;

    public EmailTests()
    {
        using var own = Certificate.Issued("localhost", authority);
        // As a server loads it: with its key at hand.
        certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        File.WriteAllText(night.PathOf("ca.pem"), authority.ExportCertificatePem());
    }

    public void Dispose()
    {
        night.Dispose();
        authority.Dispose();
        certificate.Dispose();
    }

    private static string Mail(MailServer server, string more = "", string to = "ops@example.com") => $"  - email: {{ to: {to}, from: 'Play <play@example.com>', smtp: 'localhost:{server.Port}', ca: ca.pem{(more.Length > 0 ? ", " + more : "")} }}";

    [Theory, InlineData("starttls"), InlineData("implicit")]
    public async Task It_goes_by_TLS_and_with_a_password_and_brings_the_report(string tls)
    {
        await using var server = new MailServer(certificate, isImplicit: tls == "implicit", wantsLogin: true);
        var run = await night.Run("  - { name: 답이 옳다, command: 'false' }");
        var told = Assert.Single(await night.Tell(Mail(server, $"tls: {tls}, attach: [html, junit], {Login}"), run));
        Assert.Equal("told ops@example.com (email)", told.Text);
        Assert.Equal((MailServer.User, MailServer.Password), Assert.Single(server.Logins));
        var mail = server.Only;
        Assert.Equal("✗ 야간 점검: failed", mail.Subject);
        Assert.Contains("✗ Failed\n  답이 옳다 · localhost: ", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.EndsWith($"On ops1: play show {run.Results.Run}", mail.TextBody!.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal([$"{run.Results.Run}.html", $"{run.Results.Run}.xml"], mail.Attachments.Select(part => part.ContentDisposition!.FileName));
        Assert.Equal("<p>보고서", ((TextPart)mail.Attachments.First()).Text);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.EndsWith("@example.com", mail.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_TLS_is_told_no_password()
    {
        await using var server = new MailServer(wantsLogin: true);
        var told = Assert.Single(await night.Tell(Mail(server, Login), await night.Run(Night.Fails)));
        Assert.StartsWith($"NOT told: ops@example.com (email): localhost:{server.Port}: ", told.Text, StringComparison.Ordinal);
        Assert.Empty(server.Logins);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task Without_TLS_it_goes_only_where_that_is_said()
    {
        await using var server = new MailServer();
        var run = await night.Run(Night.Fails);
        Assert.NotNull(Assert.Single(await night.Tell(Mail(server), run)).Why);
        Assert.Null(Assert.Single(await night.Tell(Mail(server, "tls: none"), run)).Why);
        Assert.NotNull(server.Only);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_ends_it()
    {
        using var stranger = Certificate.Authority("Stranger");
        using var issued = Certificate.Issued("localhost", stranger);
        using var own = X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pkcs12), null);
        await using var server = new MailServer(own, wantsLogin: true);
        var told = Assert.Single(await night.Tell(Mail(server, Login), await night.Run(Night.Fails)));
        Assert.StartsWith("the certificate of localhost is not trusted: ", told.Why, StringComparison.Ordinal);
        Assert.Equal("name its issuer's certificate with `ca`", told.Mend);
        Assert.Empty(server.Logins);
    }

    [Fact]
    public async Task A_certificate_for_another_name_ends_it_too()
    {
        using var issued = Certificate.Issued("mail.example.com", authority);
        using var own = X509CertificateLoader.LoadPkcs12(issued.Export(X509ContentType.Pkcs12), null);
        await using var server = new MailServer(own);
        Assert.Equal("the certificate of localhost is not trusted: it is for mail.example.com, not for localhost", Assert.Single(await night.Tell(Mail(server), await night.Run(Night.Fails))).Why);
    }

    [Fact]
    public async Task A_wrong_password_is_said_once()
    {
        await using var server = new MailServer(certificate, wantsLogin: true);
        var told = Assert.Single(await night.Tell(Mail(server, "user: play, password: wrong"), await night.Run(Night.Fails)));
        Assert.StartsWith("localhost did not take `user` and `password`", told.Why, StringComparison.Ordinal);
        Assert.Single(server.Logins.Select(login => login.Password).Distinct());
    }

    [Fact]
    public async Task A_line_end_in_a_name_is_no_header()
    {
        night.Name = "Night\r\nBcc: evil@example.com\r\n\r\nbody \u202egnol";
        await using var server = new MailServer(certificate);
        await night.Tell(Mail(server, """subject: "{{ run.playbook }} {{ run.message }}" """), await night.Run(Night.Fails));
        await night.Tell(Mail(server), await night.Run(Night.Fails));
        Assert.Equal(2, server.Mails.Count);
        Assert.All(server.Mails, mail =>
        {
            Assert.Null(mail.Headers["Bcc"]);
            Assert.Contains(@"Night\r\nBcc: evil@example.com\r\n\r\nbody \u{202e}gnol", mail.Subject, StringComparison.Ordinal);
            Assert.DoesNotContain("\u202e", mail.TextBody, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Of_many_failures_the_first_are_listed_and_the_others_counted()
    {
        await using var server = new MailServer(certificate);
        await night.Tell(Mail(server), await night.Run(Night.Fails.Replace("command", "hosts: app, command", StringComparison.Ordinal), hosts: 25));
        var lines = server.Only.TextBody!.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(20, lines.Count(line => line.StartsWith("  Good · a", StringComparison.Ordinal)));
        Assert.Contains("  … and 5 more", lines);
    }

    [Fact]
    public async Task One_address_that_is_wrong_keeps_the_others_from_nothing()
    {
        await using var server = new MailServer(certificate);
        var run = await night.Run(Night.Fails);
        var told = Assert.Single(await night.Tell(Mail(server, to: "[ops@example.com, nobody@example.com]"), run));
        Assert.StartsWith("told ops@example.com, nobody@example.com (email), but NOT nobody@example.com: 550 ", told.Text, StringComparison.Ordinal);
        Assert.Single(server.Mails);
        told = Assert.Single(await night.Tell(Mail(server, to: "nobody@example.com"), run));
        Assert.StartsWith("localhost takes no mail for nobody@example.com: 550 ", told.Why, StringComparison.Ordinal);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task Who_is_down_at_first_is_told_when_it_is_up()
    {
        var port = MailServer.FreePort();
        var telling = night.Tell($"  - email: {{ to: ops@example.com, from: play@example.com, smtp: 'localhost:{port}', ca: ca.pem }}", await night.Run(Night.Fails));
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
        await using var server = new MailServer(certificate, port: port);
        Assert.Null(Assert.Single(await telling).Why);
        Assert.NotNull(server.Only);
    }

    [Fact]
    public async Task A_report_that_breaks_keeps_nobody_from_being_told()
    {
        await using var server = new MailServer(certificate);
        Assert.Null(Assert.Single(await night.Tell(Mail(server, """attach: [json, jsonl], text: "Look at {{ run.name }}." """), await night.Run(Night.Fails))).Why);
        Assert.StartsWith("Look at test-", server.Only.TextBody, StringComparison.Ordinal);
        Assert.Contains("The json report could not be made: broken", server.Only.TextBody, StringComparison.Ordinal);
        Assert.Empty(server.Only.Attachments);
    }

    [Theory, InlineData("implicit", false), InlineData("starttls", true)]
    public async Task Who_speaks_TLS_another_way_is_said(string tls, bool isImplicit)
    {
        await using var server = new MailServer(certificate, isImplicit);
        var told = Assert.Single(await night.Tell(Mail(server, $"tls: {tls}, timeout: 3s"), await night.Run(Night.Fails)));
        Assert.StartsWith(tls == "implicit" ? $"localhost:{server.Port} does not speak TLS at once" : "", told.Why, StringComparison.Ordinal);
    }
}
