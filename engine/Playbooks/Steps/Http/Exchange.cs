using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Playbooks.Problems;

namespace Playbooks.Steps.Http;

/// <summary>One request and its answer, on one connection.</summary>
internal static class Exchange
{
    private const string Closed = "the connection was closed before the answer was there";

    private static readonly string UserAgent = $"play/{typeof(Exchange).Assembly.GetName().Version?.ToString(3)}";

    /// <exception cref="NoAnswerException">There is none that could be read.</exception>
    public static async Task<Answer> Run(Request request, string? cookies, Line line, CancellationToken cancel)
    {
        // .NET's client sends a request again, up to three times and a POST too, if its connection breaks before the first byte of the answer.
        // There is one line only, so nothing is sent twice that was asked for once.
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
            ConnectCallback = (_, _) => ValueTask.FromResult(Take()),
        };
        Stream Take()
        {
            if (taken) throw line.Wire.Broken is { } broken ? Words(broken, request) : new NoAnswerException(Closed);
            taken = true;
            return line.Stream;
        }
        using var client = new HttpMessageInvoker(handler);
        using var message = Message(request, cookies, line.IsHttp2);
        try
        {
            using var response = await client.SendAsync(message, cancel);
            var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .SelectMany(header => header.Value.Select(value => (header.Key.ToLowerInvariant(), value))).ToList();
            var answer = new Answer { Status = (int)response.StatusCode, Version = line.IsHttp2 ? "2" : response.Version.ToString(2), Headers = headers, Body = default, BodyBytes = 0, Tls = line.Tls };
            return await WithBody(answer, await response.Content.ReadAsStreamAsync(cancel), cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            cancel.ThrowIfCancellationRequested();
            throw Words(e, request);
        }
    }

    private static HttpRequestMessage Message(Request request, string? cookies, bool http2)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url)
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (request.Body is { } body) message.Content = new ReadOnlyMemoryContent(body);
        var headers = new Dictionary<string, string>(request.Headers, StringComparer.OrdinalIgnoreCase);
        headers.TryAdd("Host", HostHeader(request.Url));
        headers.TryAdd("User-Agent", UserAgent);
        headers.TryAdd("Accept", "*/*");
        headers.TryAdd("Accept-Encoding", "gzip, deflate, br");
        if (request.BodyType is { } type) headers.TryAdd("Content-Type", type);
        if (cookies is not null) headers["Cookie"] = headers.TryGetValue("Cookie", out var own) ? $"{own}; {cookies}" : cookies;
        foreach (var (name, value) in headers)
            if (!message.Headers.TryAddWithoutValidation(name, value))
                // To .NET it is a header of a body; without one an empty body carries it.
                (message.Content ??= new ReadOnlyMemoryContent(default)).Headers.TryAddWithoutValidation(name, value);
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
        // The second is what BrotliStream throws.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new NoAnswerException($"its body is not the {answer.First("content-encoding")} that it says it is") { IsPart = true };
        }
        catch (Exception e) when (e is HttpIOException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            Dialer.Lost(e);
            throw new NoAnswerException($"it broke off, {(answer.First("content-length") is { } length ? $"{bytes} of {DisplayText.Safe(length)}" : $"only {bytes}")} bytes of its body came") { IsPart = true };
        }
        return answer with { Body = kept.ToArray(), BodyBytes = bytes };
    }

    /// <summary>HTTP tells of a body that breaks off; that what was compressed ends early is not told by .NET.</summary>
    private static Stream Decoded(Stream body, Answer answer)
    {
        var plain = body;
        if (answer.UnknownEncoding is not null) return plain;
        foreach (var encoding in answer.Encodings.Reverse().Take(4))
            plain = encoding switch
            {
                "gzip" or "x-gzip" => new GZipStream(plain, CompressionMode.Decompress),
                "deflate" => new ZLibStream(plain, CompressionMode.Decompress),
                "br" => new BrotliStream(plain, CompressionMode.Decompress),
                _ => plain,
            };
        return plain;
    }

    private static NoAnswerException Words(Exception e, Request request)
    {
        Dialer.Lost(e);
        for (var inner = e; inner is not null; inner = inner.InnerException)
            switch (inner)
            {
                case NoAnswerException own: return own;
                case SocketException broken: return Dialer.Broken(broken, request.Target.Host);
            }
        return (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ResponseEnded => new NoAnswerException(Closed),
            HttpRequestError.InvalidResponse => new NoAnswerException("what came is not HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => new NoAnswerException("the headers of its answer are longer than 64 KB"),
            _ => new NoAnswerException(Dialer.Reason(e)),
        };
    }
}
