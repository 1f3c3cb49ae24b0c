using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

/// <summary>A real httpd on loopback that offers HTTP/2 over TLS, with a certificate for site.example.</summary>
public sealed class Apache : IAsyncLifetime
{
    /// <summary>Bytes of /big.txt.</summary>
    public const int BigFile = 5_000_000;

    private const string Program = "/usr/sbin/apache2";
    private readonly string folder = Directory.CreateTempSubdirectory("play-apache-").FullName;
    private Process? process;

    public int Port { get; } = Sshd.FreePort();

    /// <summary>The authority of its certificate.</summary>
    public string Ca => Path.Combine(folder, "ca.pem");

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Program), "These tests need a web server with HTTP/2: apt-get install apache2");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        using var authority = Certificate.Authority("The lab's authority");
        using var shown = Certificate.Issued("site.example", authority);
        File.WriteAllText(Ca, authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "cert.pem"), shown.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), shown.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Directory.CreateDirectory(Path.Combine(folder, "www"));
        File.WriteAllText(Path.Combine(folder, "www", "hello.txt"), "hello");
        File.WriteAllText(Path.Combine(folder, "www", "big.txt"), new string('x', BigFile));
        var modules = new[] { "mpm_event", "authz_core", "ssl", "http2", "headers", "alias" };
        var user = Environment.IsPrivilegedProcess ? "User www-data\nGroup www-data" : "";
        File.WriteAllText(Path.Combine(folder, "httpd.conf"), $"""
            ServerRoot {folder}
            DefaultRuntimeDir {folder}
            ServerName site.example
            PidFile {folder}/pid
            ErrorLog {folder}/error.log
            {string.Join('\n', modules.Select(name => $"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"))}
            {user}
            Listen 127.0.0.1:{Port}
            Protocols h2 http/1.1
            DocumentRoot {folder}/www
            SSLEngine on
            SSLCertificateFile {folder}/cert.pem
            SSLCertificateKeyFile {folder}/key.pem
            Redirect /away /hello.txt
            Header always set X-Asked-For "expr=%"HTTP_HOST"
            Header always set Set-Cookie "JSESSIONID=S.tomcat1; Path=/; Secure"
            """.Replace("\"expr=%\"HTTP_HOST\"", "\"expr=%{HTTP_HOST} %{HTTP_COOKIE} %{SERVER_PROTOCOL}\"", StringComparison.Ordinal));
        process = Process.Start(new ProcessStartInfo(Program, ["-f", Path.Combine(folder, "httpd.conf"), "-D", "FOREGROUND"]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        await Eventually.Holds(Listens, $"httpd answers; {folder}/error.log", 20);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private bool Listens()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
