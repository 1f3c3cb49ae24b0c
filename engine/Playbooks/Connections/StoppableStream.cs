namespace Playbooks.Connections;

/// <summary>Writes on in pieces, until it is told to stop.</summary>
internal sealed class StoppableStream(Stream to, Func<bool> stopped) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (; buffer.Length > 0; buffer = buffer[Math.Min(HostScript.OnePacket, buffer.Length)..])
        {
            if (stopped()) throw new OperationCanceledException("Nothing more of the input is sent.");
            to.Write(buffer[..Math.Min(HostScript.OnePacket, buffer.Length)]);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
