namespace Playbooks.Steps;

/// <summary>Reads the bytes of several files out of one answer: `bytes`, as many as were asked for, `end`; or `gone`; and in the end `done`, each with a NUL behind it.</summary>
internal static class Pieces
{
    /// <summary>What came of each piece, null where its file was not there; null where the answer is torn.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>?>? Read(IEnumerable<int> counts, ReadOnlyMemory<byte> bytes)
    {
        var read = new List<ReadOnlyMemory<byte>?>();
        foreach (var count in counts)
        {
            if (bytes.Span.StartsWith("gone\0"u8))
            {
                read.Add(null);
                bytes = bytes[5..];
                continue;
            }
            if (!bytes.Span.StartsWith("bytes\0"u8) || bytes.Length < 6 + count || !bytes.Span[(6 + count)..].StartsWith("end\0"u8)) return null;
            read.Add(bytes.Slice(6, count));
            bytes = bytes[(6 + count + 4)..];
        }
        return bytes.Span.SequenceEqual("done\0"u8) ? read : null;
    }
}
