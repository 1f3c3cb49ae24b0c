using System.Buffers.Binary;
using System.Text;

namespace Playbooks.Connections;

/// <summary>Reads what SSH packs: numbers, and texts with their length before them (RFC 4251, section 5).</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <exception cref="InvalidDataException">There is less than that.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length) throw new InvalidDataException("It ends too early.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong LongNumber() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> Bytes() => Take((int)Math.Min(Number(), int.MaxValue));

    public string Text() => Encoding.UTF8.GetString(Bytes());
}
