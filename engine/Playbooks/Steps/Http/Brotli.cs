using System.Buffers;
using System.IO.Compression;
using Playbooks.Connections;

namespace Playbooks.Steps.Http;

/// <summary>Unpacks a brotli body (RFC 7932). Unlike .NET's stream it does not take one that ends early for a whole one.</summary>
internal sealed class Brotli(Stream packed) : AsyncStream
{
    private readonly byte[] input = new byte[16 * 1024];
    private BrotliDecoder decoder;
    private int end;
    private bool began, done;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (began && !done)
            {
                var status = decoder.Decompress(input.AsSpan(0, end), buffer.Span, out var taken, out var written);
                if (status == OperationStatus.InvalidData) throw new InvalidDataException();
                input.AsSpan(taken, end - taken).CopyTo(input);
                end -= taken;
                done = status == OperationStatus.Done;
                if (written > 0) return written;
            }
            // What comes behind its end is read too: else it would not be known to have come.
            if (done) end = 0;
            var count = await packed.ReadAsync(input.AsMemory(end), cancellationToken);
            if (count == 0) return done || !began ? 0 : throw new InvalidDataException();
            began = true;
            end += count;
        }
    }

    protected override void Dispose(bool disposing)
    {
        decoder.Dispose();
        if (disposing) packed.Dispose();
        base.Dispose(disposing);
    }
}
