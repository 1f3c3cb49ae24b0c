using System.Diagnostics;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Playbooks.Tests.Steps.Http;
using Xunit;

namespace Playbooks.Tests.Steps.Servers;

public sealed class TlsTests(Sshd sshd) : IAsyncLifetime
{
    private static readonly TimeSpan Yesterday = TimeSpan.FromDays(-1);

    private readonly KindHarness harness = new() { Connections = sshd.Pool() };
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tls");
    private readonly X509Certificate2 root = Certificate.Authority("Root");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        root.Dispose();
        folder.Delete(recursive: true);
        return harness.DisposeAsync();
    }

    [Fact]
    public async Task Everything_of_a_trusted_certificate_is_a_field()
    {
        using var middle = Certificate.Authority("Middle", root);
        using var own = Certificate.Make("www.example.com,localhost,127.0.0.1", middle, Yesterday, TimeSpan.FromDays(30.5));
        await using var server = new TlsServer(own, [middle]);
        var fields = await Passes($"{{ address: 'localhost:{server.Port}', ca: {Pem("ca.pem", root)} }}");
        Assert.Equal(["subject", "issuer", "not_before", "not_after", "days_left", "names", "serial", "sha256", "chain", "trusted", "same_as_file"], fields.Names);
        Assert.Equal("CN=www.example.com", fields["subject"]);
        Assert.Equal("CN=Middle", fields["issuer"]);
        Assert.Equal(["www.example.com", "localhost", "127.0.0.1"], (IEnumerable<object?>)fields["names"]!);
        Assert.Equal(new DateTimeOffset(own.NotAfter).ToUniversalTime(), fields["not_after"]);
        Assert.Equal(30L, fields["days_left"]);
        Assert.Equal(own.SerialNumber, fields["serial"]);
        Assert.Equal(own.GetCertHashString(HashAlgorithmName.SHA256), ((string)fields["sha256"]!).ToUpperInvariant());
        Assert.Equal(true, fields["trusted"]);
        var chain = Assert.IsType<IReadOnlyList<object?>>(fields["chain"], exactMatch: false).Cast<DataMap>().ToList();
        Assert.Equal(["CN=www.example.com", "CN=Middle"], chain.Select(link => link["subject"]));
        Assert.Equal(["CN=Middle", "CN=Root"], chain.Select(link => link["issuer"]));
        await Eventually.Holds(() => server.Name == "localhost", "it was asked by its name");
        Assert.Equal("there is no `file` to compare the certificate with", Assert.Throws<MissingValueException>(() => fields.TryGet("same_as_file", out _)).Message);
    }

    [Theory]
    [InlineData("localhost", null, 90, 89L, "it is self-signed")]
    [InlineData("www.example.com", null, 90, 89L, "it is for www.example.com, not for localhost; it is self-signed")]
    [InlineData("www.example.com", "www.example.com", 90, 89L, "it is self-signed")]
    [InlineData("localhost", null, -2, -3L, "it expired on ")]
    public async Task What_is_not_trusted_is_looked_at_all_the_same_and_says_why(string host, string? name, int days, long left, string why)
    {
        using var own = Certificate.Make(host, null, TimeSpan.FromDays(-10), TimeSpan.FromDays(days) - TimeSpan.FromHours(1));
        await using var server = new TlsServer(own);
        var result = await harness.Run("tls", $"{{ address: 'localhost:{server.Port}'{(name is null ? "" : $", server_name: {name}")} }}");
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal((false, left, $"CN={host}"), (result.Fields["trusted"], result.Fields["days_left"], result.Fields["subject"]));
        Assert.Contains(why, Assert.Single(result.Notes), StringComparison.Ordinal);
        Assert.StartsWith("its certificate is not trusted: ", result.Notes[0], StringComparison.Ordinal);
        await Eventually.Holds(() => server.Name == (name ?? "localhost"), "it was asked by that name");
    }

    [Fact]
    public async Task A_chain_whose_middle_is_not_sent_is_not_trusted()
    {
        using var middle = Certificate.Authority("Middle", root);
        using var own = Certificate.Issued("localhost", middle);
        await using var server = new TlsServer(own);
        var result = await harness.Run("tls", $"{{ address: 'localhost:{server.Port}', ca: {Pem("ca.pem", root)} }}");
        Assert.Equal(["its certificate is not trusted: the certificate of its issuer \"CN=Middle\" is neither sent nor in " + Path.Combine(folder.FullName, "ca.pem")], result.Notes);
        Assert.Single((IEnumerable<object?>)result.Fields["chain"]!);
    }

    [Fact]
    public async Task An_address_is_not_asked_for_by_name()
    {
        using var own = Certificate.Make("127.0.0.1", root, Yesterday, TimeSpan.FromHours(20));
        await using var server = new TlsServer(own);
        var fields = await Passes($"{{ address: '127.0.0.1:{server.Port}', ca: {Pem("ca.pem", root)} }}");
        Assert.Equal((true, 0L), (fields["trusted"], fields["days_left"]));
        await Eventually.Holds(() => server.Name is not null, "it was asked");
        Assert.Equal("", server.Name);
    }

    [Fact]
    public async Task A_host_asks_for_us()
    {
        using var own = Certificate.Issued("localhost", root);
        await using var server = new TlsServer(own, null, SslProtocols.Tls12);
        harness.Machine = sshd.Host();
        Assert.Equal(true, (await Passes($"{{ address: 'localhost:{server.Port}', ca: {Pem("ca.pem", root)} }}"))["trusted"]);
    }

    [Fact]
    public async Task The_first_certificate_of_a_file_of_the_host_is_compared()
    {
        using var old = Certificate.Issued("localhost", root);
        using var renewed = Certificate.Issued("localhost", root);
        harness.About = sshd.Host();
        var file = Pem("live.pem", renewed, root);
        await using (var behind = new TlsServer(old))
        {
            var result = await harness.Run("tls", $"{{ address: 'localhost:{behind.Port}', file: {file} }}");
            Assert.Equal((Outcome.Passed, false), (result.Outcome, result.Fields["same_as_file"]));
            Assert.StartsWith($"{file} on web1 holds another certificate: one of 20", result.Notes[^1], StringComparison.Ordinal);
            Assert.Contains($"serial {renewed.SerialNumber}; the server shows one of ", result.Notes[^1], StringComparison.Ordinal);
        }
        await using var server = new TlsServer(renewed);
        Assert.Equal(true, (await Passes($"{{ address: 'localhost:{server.Port}', file: {file} }}"))["same_as_file"]);
    }

    [Fact]
    public async Task Without_hosts_the_file_is_one_of_this_machine()
    {
        using var own = Certificate.Issued("localhost", root);
        await using var server = new TlsServer(own);
        Assert.Equal(true, (await Passes($"{{ address: 'localhost:{server.Port}', file: {Pem("live.pem", own)} }}"))["same_as_file"]);
    }

    [Theory]
    [InlineData("none.pem", "there is no file DIR/none.pem on web1")]
    [InlineData("none/none.pem", "there is no file DIR/none/none.pem on web1")]
    [InlineData(".", "DIR/. on web1 is no file")]
    [InlineData("empty.pem", "there is no certificate in DIR/empty.pem on web1: no -----BEGIN CERTIFICATE----- that can be read")]
    [InlineData("broken.pem", "there is no certificate in DIR/broken.pem on web1: no -----BEGIN CERTIFICATE----- that can be read")]
    public async Task A_file_that_cannot_be_compared_is_an_error(string name, string message)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "empty.pem"), "");
        File.WriteAllText(Path.Combine(folder.FullName, "broken.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        await IsError(Path.Combine(folder.FullName, name), message);
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_says_what_helps()
    {
        if (!OperatingSystem.IsLinux()) return;
        var closed = Directory.CreateDirectory(Path.Combine(folder.FullName, "live")).FullName;
        using var own = Certificate.Issued("localhost", root);
        Pem("live/own.pem", own);
        using var stranger = new Stranger(harness, closed);
        await using var server = new TlsServer(own);
        var result = await harness.Run("tls", $"{{ address: 'localhost:{server.Port}', file: {closed}/own.pem }}");
        Assert.Equal((Outcome.Error, $"{closed}/own.pem may not be read: {closed} is closed to {harness.Sudo ?? "that user"}"), (result.Outcome, Assert.Single(result.Messages)));
        if (harness.Sudo is null) Assert.Equal("say `sudo: true` on this step", result.Mend);
        Assert.Equal("CN=localhost", result.Fields["subject"]);
    }

    [Fact]
    public async Task A_path_of_a_host_is_absolute()
    {
        harness.About = sshd.Host();
        var wrong = await Assert.ThrowsAsync<ExpressionException>(() => harness.Run("tls", "{ address: localhost, file: live.pem }"));
        Assert.Equal("`file` is a path of web1 here and must be absolute, but is \"live.pem\"", wrong.Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "what came is not TLS")]
    [InlineData("220 mail.example ESMTP\r\n", "what came is not TLS")]
    [InlineData("", "TLS could not be agreed on (the connection ended in the middle)")]
    public async Task A_server_that_does_not_speak_TLS_has_failed(string says, string reason)
    {
        await using var server = Server.Raw((_, _, _) => Task.CompletedTask, onConnect: says);
        var result = await harness.Run("tls", $"localhost:{server.Port}");
        Assert.Equal((Outcome.Failed, $"no answer from localhost:{server.Port}: {reason}"), (result.Outcome, Assert.Single(result.Messages)));
    }

    [Fact]
    public async Task A_silent_server_is_given_up_when_the_time_is_over()
    {
        await using var server = Server.Raw((_, _, _) => Task.CompletedTask);
        harness.Timeout = TimeSpan.FromMilliseconds(700);
        var result = await harness.Run("tls", $"localhost:{server.Port}");
        Assert.Equal((Outcome.Failed, $"no answer from localhost:{server.Port} within 700ms"), (result.Outcome, Assert.Single(result.Messages)));
    }

    [Theory]
    [InlineData("-tls1_2", null)]
    [InlineData("-tls1_2 -Verify 1", "TLS could not be agreed on (")]
    [InlineData("-tls1_3 -Verify 1", null)]
    public async Task The_certificate_of_an_openssl_is_seen(string flags, string? reason)
    {
        using var own = Certificate.Issued("localhost", root);
        var chain = Pem("own.pem", own);
        var key = Path.Combine(folder.FullName, "own.key");
        File.WriteAllText(key, own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using var server = Process.Start(new ProcessStartInfo("openssl", ["s_server", "-accept", "127.0.0.1:0", "-cert", chain, "-key", key, "-quiet", "-naccept", "1", .. flags.Split(' ')]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            var port = 0;
            await Eventually.Holds(() => (port = Listening(server.Id)) > 0, "openssl listens");
            var result = await harness.Run("tls", $"{{ address: 'localhost:{port}', ca: {Pem("ca.pem", root)} }}");
            if (reason is null) Assert.Equal((Outcome.Passed, true), (result.Outcome, result.Fields["trusted"]));
            else Assert.StartsWith($"no answer from localhost:{port}: {reason}", Assert.Single(result.Messages), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory]
    [InlineData("{ address: '::1' }", "this must be a host, or host:port; an IPv6 address stands in brackets, but is text \"::1\"")]
    [InlineData("{ address: 'https://x/' }", "this must be a host, or host:port; an IPv6 address stands in brackets, but is text \"https://x/\"")]
    [InlineData("{ address: x, server_name: 'x:443' }", "this must be the name of a host, such as www.example.com, but is text \"x:443\"")]
    [InlineData("{ address: x, ca: none.pem }", "there is no file none.pem")]
    [InlineData("{ server_name: x }", "`tls` needs `address` → A host, or host:port; an IPv6 address stands in brackets. Port 443 unless said.")]
    public void A_mistake_is_found_before_the_run(string yaml, string problem) => Assert.Equal([problem], KindHarness.Problems("tls", yaml));

    private static int Listening(int pid)
    {
        using var ss = Process.Start(new ProcessStartInfo("ss", ["-Hltnp"]) { RedirectStandardOutput = true })!;
        var line = ss.StandardOutput.ReadToEnd().Split('\n').FirstOrDefault(l => l.Contains($"pid={pid},", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private string Pem(string name, params X509Certificate2[] certificates)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, string.Join('\n', certificates.Select(c => c.ExportCertificatePem())));
        return path;
    }

    private async Task<DataMap> Passes(string yaml)
    {
        var result = await harness.Run("tls", yaml);
        Assert.True(result.Outcome == Outcome.Passed, string.Join('\n', result.Messages));
        return result.Fields;
    }

    private async Task IsError(string file, string message)
    {
        using var own = Certificate.Issued("localhost", root);
        await using var server = new TlsServer(own);
        harness.About = sshd.Host();
        var result = await harness.Run("tls", $"{{ address: 'localhost:{server.Port}', file: {file} }}");
        Assert.Equal((Outcome.Error, message.Replace("DIR", folder.FullName, StringComparison.Ordinal)), (result.Outcome, Assert.Single(result.Messages)));
    }
}
