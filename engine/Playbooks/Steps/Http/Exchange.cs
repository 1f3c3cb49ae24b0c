using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Playbooks.Problems;
using Playbooks.Steps.Servers;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>One request and its answer, on one connection.</summary>
internal static class Exchange
{
    private const string Closed = "the connection was closed before the answer was there";

    /// <summary>By their numbers (RFC 9113, section 7).</summary>
    private static readonly string[] Http2Errors =
    [
        "no error", "protocol error", "internal error", "flow control error", "settings timeout", "stream closed", "frame size error",
        "refused stream", "cancel", "compression error", "connect error", "enhance your calm", "inadequate security", "it wants HTTP/1.1",
    ];

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
            if (answer.Status < 100) throw new NoAnswerException("what came is not HTTP");
            CheckLength(answer);
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
        return url.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{url.Port}");
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
            throw new NoAnswerException($"its body is not the {answer.First("content-encoding")} that it says it is") { IsPart = true };
        }
        catch (Exception e) when (e is HttpIOException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            Reach.Lost(e);
            if (e is HttpProtocolException http2) throw new NoAnswerException($"in its body {Words(http2)}") { IsPart = true };
            if (e is HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse }) throw new NoAnswerException($"its chunks are broken after {bytes} bytes of its body") { IsPart = true };
            throw new NoAnswerException($"it broke off, {(answer.First("content-length") is { } length ? $"{bytes} of {DisplayText.Safe(length)}" : $"only {bytes}")} bytes of its body came") { IsPart = true };
        }
        return answer with { Body = kept.ToArray(), BodyBytes = bytes };
    }

    private static Stream Decoded(Stream body, Answer answer) =>
        answer.UnknownEncoding is not null ? body : answer.Encodings.Reverse().Take(4).Aggregate(body, Unpacking.Of);

    /// <summary>.NET reads on to the end of the connection where it cannot read the length: how much should come is then not known (RFC 9112, section 6.3).</summary>
    private static void CheckLength(Answer answer)
    {
        if (answer.First("transfer-encoding") is not null) return;
        var said = answer.All("content-length").SelectMany(line => line.Split(',')).Select(length => length.Trim()).Distinct().ToList();
        if (said.Count > 1 || said.Count == 1 && !long.TryParse(said[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new NoAnswerException($"its Content-Length is no length: {Data.Show(string.Join(", ", said), 60)}") { IsPart = true };
    }

    private static NoAnswerException Words(Exception e, Request request)
    {
        Reach.Lost(e);
        for (var inner = e; inner is not null; inner = inner.InnerException)
            switch (inner)
            {
                case NoAnswerException own: return own;
                case HttpProtocolException http2: return new NoAnswerException(Words(http2));
                case SocketException broken: return Reach.Broken(broken, request.Target.Host);
            }
        return (e as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.ResponseEnded => new NoAnswerException(Closed),
            HttpRequestError.InvalidResponse => new NoAnswerException("what came is not HTTP"),
            HttpRequestError.ConfigurationLimitExceeded => new NoAnswerException("the headers of its answer are longer than 64 KB"),
            _ => new NoAnswerException(Reach.Reason(e)),
        };
    }

    private static string Words(HttpProtocolException e) =>
        $"HTTP/2 broke off ({(e.ErrorCode >= 0 && e.ErrorCode < Http2Errors.Length ? Http2Errors[e.ErrorCode] : $"error {e.ErrorCode}")})";
}
