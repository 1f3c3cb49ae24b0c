using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

public sealed class HttpTlsTests
{
    [Theory]
    [InlineData("SelfSigned", "127.0.0.1", "it is self-signed")]
    [InlineData("Issued", "127.0.0.1", "the certificate of its issuer \"CN=Nobody's authority\" is neither sent nor known to this machine")]
    [InlineData("SelfSigned", "other.example", "it is for other.example, not for 127.0.0.1; it is self-signed")]
    public async Task A_certificate_that_is_not_trusted_is_told_in_plain_words(string kind, string host, string reason)
    {
        await using var server = Server.Text(_ => Server.Ok(), Make(kind, host));
        var result = await new HttpRun().Run(server.Url);
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([$"{server.Url}/: its certificate is not trusted: {reason}"], result.Messages);
        Assert.Contains("verify_tls: false", result.Mend, StringComparison.Ordinal);
        Assert.Equal(["url", "duration"], result.Fields.Names);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_expired_certificate_is_told_with_its_dates()
    {
        await using var server = Server.Text(_ => Server.Ok(), Certificate.Expired("127.0.0.1"));
        var result = await new HttpRun().Run(server.Url);
        Assert.Contains(" it expired on ", Assert.Single(result.Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SelfSigned", "127.0.0.1")]
    [InlineData("Issued", "127.0.0.1")]
    [InlineData("SelfSigned", "other.example")]
    [InlineData("Expired", "127.0.0.1")]
    public async Task Any_certificate_will_do_where_the_step_says_so(string kind, string host)
    {
        await using var server = Server.Text(_ => Server.Ok("in"), Make(kind, host));
        var fields = await new HttpRun().Get($"{{ url: {server.Url}, verify_tls: false }}");
        Assert.Equal("in", fields["body"]);
    }

    [Fact]
    public async Task What_the_connection_was_secured_with_is_a_field()
    {
        using var certificate = Certificate.SelfSigned("127.0.0.1");
        await using var server = Server.Text(_ => Server.Ok(), certificate);
        var fields = await new HttpRun().Get($"{{ url: {server.Url}, verify_tls: false }}");
        var tls = Assert.IsType<DataMap>(fields["tls"]);
        Assert.Equal(["protocol", "cipher", "subject", "issuer", "not_before", "not_after", "days_left"], tls.Names);
        Assert.Equal("TLS 1.3", tls["protocol"]);
        Assert.StartsWith("TLS_", Assert.IsType<string>(tls["cipher"]), StringComparison.Ordinal);
        Assert.Equal("CN=127.0.0.1", tls["subject"]);
        Assert.Equal("CN=127.0.0.1", tls["issuer"]);
        Assert.Equal(DateTimeOffset.Parse(certificate.GetExpirationDateString(), CultureInfo.InvariantCulture), tls["not_after"]);
        Assert.Equal(89L, tls["days_left"]);
    }

    [Fact]
    public async Task Plain_http_has_no_tls_and_says_so_to_who_asks()
    {
        await using var server = Server.Text(_ => Server.Ok());
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal($"the connection to {server.Url}/ was plain http", Assert.Throws<MissingValueException>(() => fields.TryGet("tls", out _)).Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "what came is not TLS")]
    [InlineData("", "TLS could not be agreed on (the connection ended in the middle)")]
    [InlineData("\x15\x03\x03\x00", "TLS could not be agreed on (the connection ended in the middle)")]
    public async Task A_server_that_does_not_agree_on_TLS_is_a_failure(string says, string reason)
    {
        await using var server = Server.Raw((_, _, _) => Task.CompletedTask, onConnect: says);
        var url = server.Url.Replace("http:", "https:", StringComparison.Ordinal);
        var result = await new HttpRun().Run(url);
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([$"no answer from {url}/: {reason}"], result.Messages);
    }

    [Fact]
    public async Task What_the_server_says_against_TLS_is_told()
    {
        await using var server = Server.Raw((_, _, _) => Task.CompletedTask, onConnect: "\x15\x03\x03\x00\x02\x02\x28");
        var result = await new HttpRun().Run(server.Url.Replace("http:", "https:", StringComparison.Ordinal));
        Assert.Matches(@"/: TLS could not be agreed on \([\w/]+ alert handshake failure\)\z", Assert.Single(result.Messages));
    }

    [Fact]
    public async Task A_new_certificate_is_seen_at_once()
    {
        var shown = Certificate.SelfSigned("first.example");
        await using var server = Server.Tls(_ => Server.Ok(), () => shown);
        var run = new HttpRun();
        var step = $"{{ url: 'https://localhost:{server.Port}/', client: c, verify_tls: false }}";
        Assert.Equal("CN=first.example", ((DataMap)(await run.Get(step))["tls"]!)["subject"]);
        shown = Certificate.SelfSigned("second.example");
        Assert.Equal("CN=second.example", ((DataMap)(await run.Get(step))["tls"]!)["subject"]);
    }

    [Fact]
    public async Task The_name_asked_for_is_the_URLs_also_with_another_Host_header()
    {
        await using var server = Server.Text(_ => Server.Ok(), Certificate.SelfSigned("localhost"));
        var url = $"https://localhost:{server.Port}/";
        await new HttpRun().Get($"{{ url: '{url}', verify_tls: false, headers: {{ Host: site.example }} }}");
        Assert.Equal(["localhost"], server.Names);
        Assert.Equal(["site.example"], server.Requests.Single().All("host"));
    }

    [Fact]
    public async Task A_redirect_from_https_to_http_is_not_followed()
    {
        await using var plain = Server.Text(_ => Server.Ok());
        await using var secure = Server.Text(_ => Server.Status("302 Found", "", $"Location: {plain.Url}/x"), Certificate.SelfSigned("127.0.0.1"));
        var result = await new HttpRun().Run($"{{ url: {secure.Url}, verify_tls: false }}");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([$"{secure.Url}/: it redirects from https to \"{plain.Url}/x\": that is not followed"], result.Messages);
        Assert.Equal(302L, result.Fields["status"]);
        Assert.Equal(0, plain.Connections);
    }

    [Fact]
    public async Task A_file_of_ones_own_takes_the_place_of_the_systems_authorities()
    {
        using var root = Certificate.Authority("Root");
        using var middle = Certificate.Authority("Middle", root);
        using var stranger = Certificate.Authority("Stranger");
        using var shown = Certificate.Issued("localhost", middle);
        using var folder = new Pem();
        await using var server = Server.Text(_ => Server.Ok("in"), shown);
        Task<StepResult> With(string ca, string host = "localhost") => new HttpRun().Run($"{{ url: 'https://{host}:{server.Port}/', ca: {ca} }}");
        string Distrusted(StepResult result, string host = "localhost")
        {
            Assert.Equal(Outcome.Failed, result.Outcome);
            var said = $"https://{host}:{server.Port}/: its certificate is not trusted: ";
            Assert.StartsWith(said, Assert.Single(result.Messages), StringComparison.Ordinal);
            return result.Messages[0][said.Length..];
        }

        Assert.Equal("in", (await With(folder.File("both.pem", stranger, middle, root))).Fields["body"]);
        // A certificate by itself is its own authority.
        Assert.Equal("in", (await With(folder.File("self.pem", root, middle, shown))).Fields["body"]);
        var onlyRoot = folder.File("root.pem", root);
        Assert.Equal($"the certificate of its issuer \"CN=Middle\" is neither sent nor in {onlyRoot}", Distrusted(await With(onlyRoot)));
        var wrongName = folder.File("more.pem", root, middle);
        Assert.Equal("it is for localhost, not for 127.0.0.1", Distrusted(await With(wrongName, "127.0.0.1"), "127.0.0.1"));
        var wrong = folder.File("wrong.pem", stranger);
        Assert.Contains($"neither sent nor in {wrong}", Distrusted(await With(wrong)), StringComparison.Ordinal);
        Assert.Contains("wrong.pem", (await With(wrong)).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_signed_certificate_can_be_named_and_an_expired_one_stays_expired()
    {
        using var folder = new Pem();
        using var shown = Certificate.SelfSigned("localhost");
        await using var server = Server.Text(_ => Server.Ok("in"), shown);
        Assert.Equal("in", (await new HttpRun().Get($"{{ url: 'https://localhost:{server.Port}/', ca: {folder.File("self.pem", shown)} }}"))["body"]);
        using var old = Certificate.Expired("localhost");
        await using var late = Server.Text(_ => Server.Ok("in"), old);
        var result = await new HttpRun().Run($"{{ url: 'https://localhost:{late.Port}/', ca: {folder.File("old.pem", old)} }}");
        Assert.Matches(@"^https://localhost:\d+/: its certificate is not trusted: it expired on \S+, (a day|\d+ days) ago$", Assert.Single(result.Messages));
        Assert.Equal("the server needs a new certificate", result.Mend);
    }

    [Fact]
    public async Task A_file_that_comes_from_a_template_and_is_none_is_an_error_at_its_place()
    {
        using var folder = new Pem();
        File.WriteAllText(folder.Path("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        foreach (var (file, reason) in new[] { (folder.Path("none.pem"), "there is no file"), (folder.Path("broken.pem"), "a certificate in the file"), (folder.Path(""), "is a folder, not a file") })
        {
            var run = new HttpRun { Scope = Scope.Empty.With("file", file) };
            var error = await Assert.ThrowsAsync<ExpressionException>(() => run.Run("{ url: 'https://127.0.0.1:1/', ca: '{{ file }}' }"));
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A folder with certificates in files.</summary>
    private sealed class Pem : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("play-pem-").FullName;

        public string Path(string name) => System.IO.Path.Combine(folder, name);

        public string File(string name, params X509Certificate2[] certificates)
        {
            System.IO.File.WriteAllText(Path(name), string.Join('\n', certificates.Select(c => c.ExportCertificatePem())));
            return Path(name);
        }

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }

    private static X509Certificate2 Make(string kind, string host) => kind switch
    {
        "Issued" => Certificate.Issued(host),
        "Expired" => Certificate.Expired(host),
        _ => Certificate.SelfSigned(host),
    };
}
