using System.Buffers.Binary;
using System.IO.Compression;
using Playbooks.Connections;

namespace Playbooks.Steps.Http;

/// <summary>
/// Undoes one gzip or deflate of a body (RFC 9110, section 8.4.1). .NET takes a packed body that ends early for a whole one; here its last
/// bytes are compared with what came out: a gzip ends with the length (RFC 1952), a zlib stream with a checksum (RFC 1950).
/// </summary>
internal sealed class Unpacking : AsyncStream
{
    private const uint AdlerBase = 65521;

    private readonly Last packed;
    private readonly Stream plain;
    private readonly bool isZlib;
    private uint length, a = 1, b;

    private Unpacking(Stream inner, bool isZlib)
    {
        this.isZlib = isZlib;
        packed = new Last(inner);
        plain = isZlib ? new ZLibStream(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress);
    }

    /// <summary>The stream as it was before it was packed; itself where nothing is to be undone.</summary>
    public static Stream Of(Stream inner, string encoding) => encoding switch
    {
        "gzip" or "x-gzip" => new Unpacking(inner, isZlib: false),
        "deflate" => new Unpacking(inner, isZlib: true),
        "br" => new Brotli(inner),
        _ => inner,
    };

    /// <exception cref="InvalidDataException">It is not what it says, or not all of it.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await plain.ReadAsync(buffer, cancellationToken);
        if (count > 0) Add(buffer.Span[..count]);
        else if (packed.Any && !IsWhole()) throw new InvalidDataException();
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) plain.Dispose();
        base.Dispose(disposing);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        length += (uint)bytes.Length;
        if (!isZlib) return;
        foreach (var value in bytes)
        {
            a = (a + value) % AdlerBase;
            b = (b + a) % AdlerBase;
        }
    }

    private bool IsWhole() => isZlib
        ? BinaryPrimitives.ReadUInt32BigEndian(packed.Bytes) == (b << 16 | a)
        : BinaryPrimitives.ReadUInt32LittleEndian(packed.Bytes) == length;

    /// <summary>Remembers the last four bytes that went through.</summary>
    private sealed class Last(Stream inner) : AsyncStream
    {
        private readonly byte[] last = new byte[4];

        public bool Any { get; private set; }

        public ReadOnlySpan<byte> Bytes => last;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            var come = buffer.Span[Math.Max(0, count - 4)..count];
            last.AsSpan(come.Length).CopyTo(last);
            come.CopyTo(last.AsSpan(4 - come.Length));
            Any |= count > 0;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
