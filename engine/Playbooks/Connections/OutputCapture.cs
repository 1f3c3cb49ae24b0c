using System.Buffers;
using System.Text;

namespace Playbooks.Connections;

/// <summary>One output stream of a command: drops what came before the mark, keeps the first bytes, counts all, and tells them to who watches.</summary>
internal sealed class OutputCapture(int keep, string mark, OutputLines? watched = null, bool error = false)
{
    /// <summary>A login that prints more than this before the mark is cut at the front.</summary>
    private const int NoiseKept = 64 * 1024;

    private readonly byte[] _mark = Encoding.ASCII.GetBytes(mark);
    private readonly ArrayBufferWriter<byte> _kept = new();
    private byte[] _before = [];

    /// <summary>Takes out what is sudo's own.</summary>
    public SudoDialog? Dialog { get; set; }

    /// <summary>The mark came: the shell that becomes the command was running.</summary>
    public bool Started { get; private set; }

    /// <summary>What stands on the mark's line after it: the process id, on standard output.</summary>
    public string Announced { get; private set; } = "";

    /// <summary>Bytes that came before the mark, as from a login's rc file.</summary>
    public long Noise { get; private set; }

    public long Total { get; private set; }

    public ReadOnlyMemory<byte> Kept => _kept.WrittenMemory;

    /// <summary>What came while there was no mark yet.</summary>
    public ReadOnlyMemory<byte> BeforeMark => _before;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (Dialog is { } dialog)
        {
            // What comes may be taken on a thread of its own, and what waits is asked for beside it.
            lock (dialog)
                if (Started || FindMark(ref bytes)) Take(dialog.Own(bytes));
        }
        else if (Started || FindMark(ref bytes)) Take(bytes);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        Total += bytes.Length;
        watched?.Add(error, bytes);
        var room = Math.Min(keep - _kept.WrittenCount, bytes.Length);
        if (room > 0) _kept.Write(bytes[..room]);
    }

    private bool FindMark(ref ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _before, .. bytes];
        var at = all.AsSpan().IndexOf(_mark);
        var end = at < 0 ? -1 : all.AsSpan(at).IndexOf((byte)'\n');
        if (end < 0)
        {
            var cut = Math.Max(0, all.Length - NoiseKept);
            Noise += cut;
            _before = all[cut..];
            return false;
        }

        Started = true;
        Noise += at;
        Announced = Encoding.ASCII.GetString(all, at + _mark.Length, end - _mark.Length).Trim();
        _before = [];
        bytes = all.AsSpan(at + end + 1);
        return true;
    }
}
