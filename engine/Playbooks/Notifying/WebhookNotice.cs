using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Playbooks.Problems;
using Playbooks.Steps.Servers;

namespace Playbooks.Notifying;

/// <summary>A message that a web server takes.</summary>
/// <param name="request">What is sent, made anew for each try.</param>
/// <param name="url">Where to; it may be a secret, so that only its host is shown.</param>
/// <param name="trust">Whose certificates are taken.</param>
/// <param name="time">For dates of servers.</param>
internal sealed class WebhookNotice(Func<HttpRequestMessage> request, Uri url, Trust trust, TimeProvider time) : INotice
{
    private const int MostOfAnswer = 4096, ShownOfAnswer = 120;

    public string To => $"{(url.IsDefaultPort ? url.Host : url.Authority)} (webhook)";

    public async Task<Sent> Send(CancellationToken cancel)
    {
        string? distrust = null;
        using var handler = new SocketsHttpHandler
        {
            // Where one is sent to, the message is not read; and a POST would become a GET.
            AllowAutoRedirect = false,
            UseCookies = false,
            // This is no test of a site: who needs a proxy to reach the world needs it here, too.
            UseProxy = !url.IsLoopback,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = trust.Policy,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (distrust = errors == SslPolicyErrors.None ? null : Certificates.Reason(certificate as X509Certificate2, chain, errors, url.IdnHost, trust.File)) is null,
            },
        };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var asked = request();
            using var answer = await client.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, cancel);
            return answer.IsSuccessStatusCode ? new Sent.Done() : await Refused(answer, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            if (distrust is not null) return new Sent.Never($"its certificate is not trusted: {distrust}", "name its issuer's certificate with `ca`");
            return new Sent.Later((e.InnerException ?? e).Message, (e as HttpRequestException)?.HttpRequestError == HttpRequestError.NameResolutionError ? "is its name right?" : null);
        }
    }

    private async Task<Sent> Refused(HttpResponseMessage answer, CancellationToken cancel)
    {
        var said = (int)answer.StatusCode + (answer.ReasonPhrase is { Length: > 0 } phrase ? $" {phrase}" : "");
        var why = $"it answered {said}{await Body(answer, cancel)}";
        return answer.StatusCode switch
        {
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= (HttpStatusCode)500 => new Sent.Later(why, After: After(answer.Headers.RetryAfter)),
            >= (HttpStatusCode)300 and < (HttpStatusCode)400 => new Sent.Never($"{why}, and sends elsewhere", "write the URL where it is now"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone => new Sent.Never(why, "is the URL still valid, and its secret?"),
            _ => new Sent.Never(why, "does it want another `shape` or `body`?"),
        };
    }

    private TimeSpan? After(RetryConditionHeaderValue? wish) => wish?.Delta ?? (wish?.Date is { } date ? date - time.GetUtcNow() : null);

    /// <summary>What it says of it, in short.</summary>
    private static async Task<string> Body(HttpResponseMessage answer, CancellationToken cancel)
    {
        var buffer = new byte[MostOfAnswer];
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        var text = DisplayText.Safe(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel)).Trim());
        // A page is made for browsers.
        return text.Length > 0 && text[0] != '<' ? $" ({DisplayText.Fit(text, ShownOfAnswer)})" : "";
    }
}
