using System.Text;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>What a server answered, read to its end.</summary>
internal sealed record Answer
{
    /// <summary>How much of a body is kept; the rest is read and counted.</summary>
    public const int MaxBody = 1_000_000;

    public required int Status { get; init; }

    /// <summary>Of HTTP: 1.0, 1.1 or 2.</summary>
    public required string Version { get; init; }

    /// <summary>Lower-case names in the order they came; one entry for each line, one character for each byte.</summary>
    public required IReadOnlyList<(string Name, string Value)> Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>All of it, decompressed.</summary>
    public required long BodyBytes { get; init; }

    public DataMap? Tls { get; init; }

    /// <summary>An encoding of the body that is not undone.</summary>
    public string? UnknownEncoding => Encodings.FirstOrDefault(name => name is not ("gzip" or "x-gzip" or "deflate" or "br" or "identity"))
        ?? Listed("transfer-encoding").FirstOrDefault(name => name is not ("chunked" or "identity"));

    /// <summary>How the body was packed, first to last.</summary>
    public IEnumerable<string> Encodings => Listed("content-encoding");

    public bool IsCut => BodyBytes > Body.Length;

    public IEnumerable<string> All(string name) => Headers.Where(header => header.Name == name).Select(header => header.Value);

    public string? First(string name) => All(name).FirstOrDefault();

    private IEnumerable<string> Listed(string name) => All(name).SelectMany(line => line.Split(',')).Select(word => word.Trim().ToLowerInvariant()).Where(word => word.Length > 0);

    /// <summary>Headers are bytes: UTF-8 where they are that, else ISO-8859-1, as Tomcat writes them.</summary>
    public static string TextOf(string header)
    {
        if (Ascii.IsValid(header)) return header;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Encoding.Latin1.GetBytes(header));
        }
        catch (DecoderFallbackException)
        {
            return header;
        }
    }
}
