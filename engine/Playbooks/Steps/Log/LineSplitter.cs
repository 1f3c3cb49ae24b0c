using System.Buffers;
using System.Text;

namespace Playbooks.Steps.Log;

/// <summary>Cuts the bytes of a file into lines, piece by piece. It cuts before decoding: a broken character cannot swallow a line's end.</summary>
internal sealed class LineSplitter(Encoding encoding, Action<string> line)
{
    /// <summary>Bytes of a line that are looked at: a file without a line end does not fill the memory.</summary>
    public const int LongestLine = 4 << 20;

    /// <summary>More than one byte for UTF-16 and UTF-32, in which such a byte may also be half of a character.</summary>
    private readonly byte[] end = encoding.GetBytes("\n");
    private readonly ArrayBufferWriter<byte> open = new();

    /// <summary>The bytes of a line end that is not whole yet; only where it has several.</summary>
    private readonly byte[] unit = new byte[encoding.GetByteCount("\n")];
    private int filled;
    private int skipped;
    private bool first = true;

    /// <summary>Bytes of a character or a line end, at least.</summary>
    public int Width => end.Length;

    /// <summary>A line was longer than is looked at.</summary>
    public bool IsCut { get; private set; }

    /// <summary>
    /// What stands before the window: it is decoded and not shown, so that a window which begins within a character has that character
    /// right. The bytes begin where a character does.
    /// </summary>
    public void Before(ReadOnlySpan<byte> bytes)
    {
        first = false;
        Write(bytes);
        skipped = encoding.GetDecoder().GetCharCount(bytes, flush: false);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (end.Length > 1)
        {
            AddWide(bytes);
            return;
        }
        while (bytes.IndexOf(end[0]) is var at and >= 0)
        {
            Write(bytes[..at]);
            Emit();
            bytes = bytes[(at + 1)..];
        }
        Write(bytes);
    }

    /// <summary>Behind the last line end in bytes that stand at that place of their file; 0: there is none.</summary>
    public int LastEnd(ReadOnlySpan<byte> bytes, long place)
    {
        for (var at = bytes.LastIndexOf(end); at >= 0; at = bytes[..(at + end.Length - 1)].LastIndexOf(end))
            if ((place + at) % end.Length == 0) return at + end.Length;
        return 0;
    }

    /// <summary>The last line, which has no end yet; null: there is none. A character that is half written is not there yet.</summary>
    public string? Unfinished
    {
        get
        {
            if (open.WrittenCount == 0) return null;
            var decoder = encoding.GetDecoder();
            var chars = new char[decoder.GetCharCount(open.WrittenSpan, flush: false)];
            decoder.GetChars(open.WrittenSpan, chars, flush: false);
            return Shown(new string(chars)) is { Length: > 0 } text ? text : null;
        }
    }

    /// <summary>Line ends stand at multiples of their length.</summary>
    private void AddWide(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            unit[filled++] = b;
            if (filled < unit.Length) continue;
            filled = 0;
            if (unit.AsSpan().SequenceEqual(end)) Emit();
            else Write(unit);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var room = LongestLine - open.WrittenCount;
        IsCut |= bytes.Length > room;
        open.Write(bytes[..Math.Min(bytes.Length, room)]);
    }

    private void Emit()
    {
        var text = Shown(encoding.GetString(open.WrittenSpan));
        open.ResetWrittenCount();
        (first, skipped) = (false, 0);
        line(text);
    }

    private string Shown(string text)
    {
        text = text[Math.Min(skipped, text.Length)..];
        if (first && text.StartsWith('\ufeff')) text = text[1..];
        return text.EndsWith('\r') ? text[..^1] : text;
    }
}
