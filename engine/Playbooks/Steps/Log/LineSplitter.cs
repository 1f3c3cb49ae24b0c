using System.Buffers;
using System.Text;

namespace Playbooks.Steps.Log;

/// <summary>Cuts the bytes of a file into lines, piece by piece. It cuts before decoding: a broken character cannot swallow a line's end.</summary>
internal sealed class LineSplitter(Encoding encoding, Action<string> line)
{
    /// <summary>More than one byte for UTF-16 and UTF-32, in which such a byte may also be half of a character.</summary>
    private readonly byte[] end = encoding.GetBytes("\n");
    private readonly ArrayBufferWriter<byte> open = new();
    private bool first = true;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // Where the end has several bytes, a half of it may be in what is open already.
            var at = end.Length == 1 ? bytes.IndexOf(end[0]) : EndWithin(bytes);
            if (at < 0)
            {
                open.Write(bytes);
                return;
            }
            open.Write(bytes[..(at + 1)]);
            Emit(open.WrittenSpan[..^end.Length]);
            open.ResetWrittenCount();
            bytes = bytes[(at + 1)..];
        }
    }

    /// <summary>A last line without an end counts too.</summary>
    public void Finish()
    {
        if (open.WrittenCount > 0) Emit(open.WrittenSpan);
        open.ResetWrittenCount();
    }

    /// <summary>The place of the last byte of the first line end; line ends stand at multiples of their length.</summary>
    private int EndWithin(ReadOnlySpan<byte> bytes)
    {
        var unit = new byte[end.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var place = (open.WrittenCount + i) % end.Length;
            if (i < place) open.WrittenSpan[^(place - i)..].CopyTo(unit);
            unit[place] = bytes[i];
            if (place == end.Length - 1 && unit.AsSpan().SequenceEqual(end)) return i;
        }
        return -1;
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        var text = encoding.GetString(bytes);
        if (first && text.StartsWith('\ufeff')) text = text[1..];
        first = false;
        line(text.EndsWith('\r') ? text[..^1] : text);
    }
}
