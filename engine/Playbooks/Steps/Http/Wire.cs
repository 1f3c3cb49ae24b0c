using Playbooks.Connections;

namespace Playbooks.Steps.Http;

/// <summary>The bare connection under a request; it remembers how it broke.</summary>
internal sealed class Wire(Stream inner) : AsyncStream
{
    /// <summary>.NET's client forgets why a connection broke as soon as it tries again.</summary>
    public Exception? Broken { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            Broken ??= e;
            throw;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            Broken ??= e;
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
