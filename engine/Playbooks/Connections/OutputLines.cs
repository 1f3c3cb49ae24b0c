using System.Text;

namespace Playbooks.Connections;

/// <summary>
/// Turns what a command prints, as it comes, into lines for those who watch. However much it prints: memory stays small, few lines a
/// second are told, and the others are counted.
/// </summary>
/// <param name="encoding">How the output is decoded.</param>
/// <param name="clock">What the lines of a second are counted by.</param>
/// <param name="all">Every line, as far as there are not too many; else only the last one, a few times a second.</param>
/// <param name="tell">Takes a line; false: it has no room for it now.</param>
/// <param name="masker">Hides what nobody may see.</param>
internal sealed class OutputLines(Encoding encoding, TimeProvider clock, bool all, Func<PrintedLine, bool> tell, Masker? masker = null)
{
    /// <summary>A line that has no end yet, such as a question, is told after this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>After a flood the next lines are told when there is room for some of them in a row.</summary>
    private readonly (double Most, double PerSecond, double Again) limits = all ? (2000, 500, 250) : (1, 10, 1);

    private const int Piece = 16 * 1024;

    private readonly OneStream stdout = new(encoding, false, masker), stderr = new(encoding, true, masker);
    private char[]? characters;
    private double allowed = all ? 2000 : 0;
    private bool exhausted;
    private long counted = clock.GetTimestamp();

    public void Add(bool error, ReadOnlySpan<byte> bytes)
    {
        characters ??= new char[encoding.GetMaxCharCount(Piece)];
        Count();
        var stream = error ? stderr : stdout;
        stream.LastCame = clock.GetTimestamp();
        for (; bytes.Length > 0; bytes = bytes[Math.Min(Piece, bytes.Length)..])
        {
            var length = stream.Decoder.GetChars(bytes[..Math.Min(Piece, bytes.Length)], characters, flush: false);
            stream.Take(characters.AsSpan(0, length), all ? Tell : null);
        }
    }

    /// <summary>To be called now and then while the command runs: tells what waited.</summary>
    public void Pulse()
    {
        if (characters is null) return;
        Count();
        foreach (var stream in (OneStream[])[stdout, stderr])
            if (stream.HasNews && (!all || stream.LeftOut > 0 || clock.GetElapsedTime(stream.LastCame) >= Patience)) stream.TellNewest(Tell);
    }

    /// <summary>The command has ended: what had no end is told too.</summary>
    public void End()
    {
        if (!all || characters is null) return;
        foreach (var stream in (OneStream[])[stdout, stderr])
        {
            // The last word, and how much was left out, are said whatever came before.
            (allowed, exhausted) = (Math.Max(allowed, 1), false);
            if (stream.HasNews) stream.TellNewest(Tell, isLast: true);
        }
    }

    private void Count()
    {
        var seconds = clock.GetElapsedTime(counted).TotalSeconds;
        counted = clock.GetTimestamp();
        allowed = Math.Min(limits.Most, allowed + seconds * limits.PerSecond);
    }

    private bool Tell(PrintedLine line)
    {
        if (exhausted && allowed < limits.Again) return false;
        exhausted = allowed < 1 || !tell(masker is null ? line : line with { Text = masker.Mask(line.Text) });
        if (!exhausted) allowed--;
        return !exhausted;
    }

    /// <summary>One of the two streams: the line that is being written, and the last whole one that was not told.</summary>
    private sealed class OneStream(Encoding encoding, bool error, Masker? masker)
    {
        private const int Longest = 1000;

        private readonly StringBuilder line = new();
        private PrintedLine? waiting;
        private int told;
        private bool wasTold, returned;

        public Decoder Decoder { get; } = encoding.GetDecoder();

        public long LastCame { get; set; }

        public long LeftOut { get; private set; }

        public bool HasNews => waiting is not null || line.Length > told;

        /// <param name="text">What came.</param>
        /// <param name="tell">Null: only the newest line is of interest, and it is asked for later.</param>
        public void Take(ReadOnlySpan<char> text, Func<PrintedLine, bool>? tell)
        {
            while (text.IndexOf('\n') is >= 0 and var end)
            {
                Grow(text[..end]);
                text = text[(end + 1)..];
                if (!EndLine(tell) && text.LastIndexOf('\n') is > 0 and var last)
                {
                    // A flood: what is not shown is not looked at either, but for its last line.
                    var flood = text[..last];
                    var before = flood.LastIndexOf('\n');
                    LeftOut += flood.Count('\n');
                    Grow(flood[(before + 1)..]);
                    text = text[last..];
                }
            }
            Grow(text);
        }

        /// <summary>The newest of what was not told: the line being written where it has something, else the last whole one.</summary>
        public void TellNewest(Func<PrintedLine, bool> tell, bool isLast = false)
        {
            if (line.Length > told)
            {
                var text = line.ToString(told, line.Length - told);
                // What may be the beginning of a secret is told when it has turned out to be none.
                var open = isLast || masker is null ? text.Length : masker.OpenAt(text);
                if (open == 0) return;
                var leftOut = LeftOut + (waiting is null ? 0 : 1);
                if (!tell(new PrintedLine(isLast && masker is not null ? masker.Mask(text, isCut: true) : text[..open], error, wasTold, leftOut))) return;
                (told, wasTold) = (told + open, true);
            }
            else if (waiting is null || !tell(waiting with { LeftOut = LeftOut })) return;
            (waiting, LeftOut) = (null, 0);
        }

        private bool EndLine(Func<PrintedLine, bool>? tell)
        {
            // A line that was told as it stood needs no second telling.
            var isNews = !wasTold || line.Length > told;
            var ended = new PrintedLine(line.ToString(told, line.Length - told), error, wasTold, LeftOut + (waiting is null ? 0 : 1));
            line.Clear();
            (told, wasTold, returned) = (0, false, false);
            if (!isNews) return true;
            if (tell is not null && tell(ended))
            {
                (waiting, LeftOut) = (null, 0);
                return true;
            }
            if (waiting is not null) LeftOut++;
            waiting = ended;
            return false;
        }

        /// <summary>What comes after a carriage return is written over the line, as progress bars do.</summary>
        private void Grow(ReadOnlySpan<char> text)
        {
            if (text.Length == 0) return;
            var written = text.TrimEnd('\r');
            var from = written.LastIndexOf('\r') + 1;
            if (from > 0 || returned && written.Length > 0) (_, told, wasTold, returned) = (line.Clear(), 0, false, false);
            returned |= written.Length < text.Length;

            var room = Longest - line.Length;
            written = written[from..];
            line.Append(written[..Math.Min(room, written.Length)]);
            if (written.Length > room) line[^1] = '…';
        }
    }
}
