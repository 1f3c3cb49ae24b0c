using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Playbooks.Steps.Http;

/// <summary>One request and its answer, on one connection.</summary>
internal static class Exchange
{
    private static readonly string UserAgent = $"play/{typeof(Exchange).Assembly.GetName().Version?.ToString(3)}";

    /// <exception cref="NoAnswerException">There is none that could be read.</exception>
    public static async Task<Answer> Run(Request request, string? cookies, Line line, CancellationToken cancel)
    {
        // Without a pool and with one line there is no second try that nobody asked for: a POST is sent once.
        var taken = false;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ConnectCallback = (_, _) => taken ? throw new NoAnswerException("the connection was closed before the answer") : ValueTask.FromResult(Take()),
        };
        Stream Take()
        {
            taken = true;
            return line.Stream;
        }
        using var client = new HttpMessageInvoker(handler);
        using var message = Message(request, cookies);
        try
        {
            using var response = await client.SendAsync(message, cancel);
            var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .SelectMany(header => header.Value.Select(value => (header.Key.ToLowerInvariant(), value))).ToList();
            var answer = new Answer { Status = (int)response.StatusCode, Headers = headers, Body = default, BodyBytes = 0, Tls = line.Tls };
            return await WithBody(answer, await response.Content.ReadAsStreamAsync(cancel), cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            cancel.ThrowIfCancellationRequested();
            throw Words(e, request.Url);
        }
    }

    private static HttpRequestMessage Message(Request request, string? cookies)
    {
        // The line is made, so to the client it is plain HTTP also where TLS is spoken on it.
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new UriBuilder(request.Url) { Scheme = Uri.UriSchemeHttp, Port = request.Url.Port }.Uri)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.TryAddWithoutValidation("content-type", request.BodyType);
        }
        message.Headers.Host = HostHeader(request.Url);
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        message.Headers.TryAddWithoutValidation("Accept", "*/*");
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br");
        foreach (var (name, value) in request.Headers)
        {
            message.Headers.Remove(name);
            message.Content?.Headers.Remove(name);
            if (message.Headers.TryAddWithoutValidation(name, value)) continue;
            message.Content ??= new ReadOnlyMemoryContent(default);
            message.Content.Headers.Remove(name);
            message.Content.Headers.TryAddWithoutValidation(name, value);
        }
        if (cookies is not null) message.Headers.TryAddWithoutValidation("Cookie", cookies);
        return message;
    }

    private static string HostHeader(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host}:{url.Port}");
    }

    /// <summary>Reads the body to its end, whatever its length: what was not read is not known to have come.</summary>
    private static async Task<Answer> WithBody(Answer answer, Stream body, CancellationToken cancel)
    {
        var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        long bytes = 0;
        try
        {
            await using var plain = Decoded(body, answer);
            while (await plain.ReadAsync(buffer, cancel) is > 0 and var count)
            {
                kept.Write(buffer, 0, (int)Math.Min(count, Answer.MaxBody - kept.Length));
                bytes += count;
            }
        }
        catch (InvalidDataException)
        {
            throw new NoAnswerException($"its body is not the {answer.First("content-encoding")} that it says it is");
        }
        catch (Exception e) when (e is HttpIOException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new NoAnswerException($"the answer broke off: {(answer.First("content-length") is { } length ? $"{bytes} of {Playbooks.Problems.DisplayText.Safe(length)}" : $"only {bytes}")} bytes of its body came");
        }
        return answer with { Body = kept.ToArray(), BodyBytes = bytes };
    }

    private static Stream Decoded(Stream body, Answer answer)
    {
        var plain = body;
        foreach (var encoding in answer.All("content-encoding").SelectMany(line => line.Split(',')).Select(name => name.Trim().ToLowerInvariant()).Reverse().Take(4))
            plain = encoding switch
            {
                "gzip" or "x-gzip" => new GZipStream(plain, CompressionMode.Decompress),
                "deflate" => new ZLibStream(plain, CompressionMode.Decompress),
                "br" => new BrotliStream(plain, CompressionMode.Decompress),
                _ => plain,
            };
        return plain;
    }

    private static NoAnswerException Words(Exception e, Uri url)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
            switch (inner)
            {
                case NoAnswerException own: return own;
                case SocketException broken: return Dialer.Broken(broken, url);
            }
        return (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ResponseEnded => new NoAnswerException("the connection was closed before the answer was there"),
            HttpRequestError.InvalidResponse => new NoAnswerException("what came is not HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => new NoAnswerException("the headers of its answer are longer than 64 KB"),
            _ => new NoAnswerException(Dialer.Reason(e)),
        };
    }
}
