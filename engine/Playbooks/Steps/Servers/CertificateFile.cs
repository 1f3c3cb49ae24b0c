using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Servers;

/// <summary>The PEM file whose first certificate a server should show: on the host that the step is about, else on this machine.</summary>
internal sealed record CertificateFile(string Path, Host Machine)
{
    /// <summary>A chain has some 10 KB.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>Says `file` and the file, or in one line why not.</summary>
    private const string Script = """
        above=${1%/*}
        while [ -n "$above" ] && [ ! -d "$above" ]; do above=${above%/*}; done
        if [ -f "$1" ]; then
            if [ -r "$1" ]; then echo file; exec cat "$1"; fi
            echo "denied $1"
        elif [ ! -x "${above:-/}" ]; then echo "denied ${above:-/}"
        elif [ -e "$1" ]; then echo other
        else echo absent
        fi
        """;

    public string Shown => Machine.Local && Machine == Host.Control ? Path : $"{Path} on {Machine.Label}";

    /// <exception cref="ExpressionException">It cannot be filled in, or is no path there.</exception>
    public static CertificateFile Of(Setting<string> file, StepContext context)
    {
        var path = file.Get(context.Scope);
        if (path.Contains('\0', StringComparison.Ordinal)) throw new ExpressionException(file.At, "a path cannot hold a NUL character");
        if (context.Host is not { } host) return new CertificateFile(System.IO.Path.GetFullPath(LocalFile.PathOf(path, file.At)), Host.Control);
        return path.StartsWith('/') ? new CertificateFile(path, host) : throw new ExpressionException(file.At, $"`file` is a path of {host.Label} here and must be absolute, but is {Data.Show(path, 200)}");
    }

    /// <summary>The certificate, or why it could not be had.</summary>
    public async Task<(byte[]? Certificate, StepResult? Wrong)> Read(StepContext context, CancellationToken cancel)
    {
        var look = await Look.Run(context with { Machine = Machine }, Script, [Path], MostBytes, cancel);
        if (look.Wrong is { } wrong) return (null, wrong with { Messages = [.. wrong.Messages.Select(message => $"{Shown} could not be read: {message}")] });
        var answer = Encoding.Latin1.GetString(look.Stdout.Span);
        var end = answer.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0) return (null, StepResult.Error($"{Shown} could not be read: {Look.Cut(look.Stderr, 200)}"));
        return answer[..end].Split(' ', 2) switch
        {
            ["file"] when First(answer[(end + 1)..]) is { } found => (found, null),
            ["file"] => (null, StepResult.Error($"there is no certificate in {Shown}: no -----BEGIN CERTIFICATE----- that can be read")),
            ["denied", var where] => (null, StepResult.Error($"{Shown} may not be read: {Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(where))} is closed to {context.Sudo ?? "that user"}", Look.SudoMend(context))),
            ["other"] => (null, StepResult.Error($"{Shown} is no file")),
            _ => (null, StepResult.Error($"there is no file {Shown}")),
        };
    }

    private static byte[]? First(string pem)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(pem);
            return all.Count > 0 ? all[0].RawData : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
