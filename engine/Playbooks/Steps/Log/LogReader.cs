using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Templating;

namespace Playbooks.Steps.Log;

/// <summary>Reads what came into log files since their marks: some at a time, and across rotations.</summary>
internal sealed class LogReader(StepContext context, FilledPath path)
{
    /// <summary>Bytes before a file's end that a mark remembers.</summary>
    private const int Kept = 256;

    /// <summary>Bytes that one look brings.</summary>
    private const int Piece = 4 << 20;

    /// <summary>Bytes of a window that one attempt reads.</summary>
    public const long Most = 64L << 20;

    /// <summary>Names and sizes beside the bytes.</summary>
    private const int Beside = 8 << 20;

    private const int MostTorn = 3;

    private readonly List<OpenFile> files = [];
    private readonly List<string> lost = [];
    private bool postponed;

    public async Task<IReadOnlyList<LogMark>> Note(CancellationToken cancel)
    {
        var (answer, wrong) = await Ask("note", "", Beside, cancel);
        if (wrong is not null) throw new LogWork.NotReadableException(string.Join(' ', wrong.Messages));
        return [.. answer.Files.Select(f => new LogMark(f.Path, f.Device, f.Inode, f.Size, f.Unread || f.Bytes.Length < Math.Min(f.Size, Kept) ? null : Hash(f.Bytes.Span)))];
    }

    public async Task<LogWindow> Read(LogQuestion question, Encoding encoding, CancellationToken cancel)
    {
        var began = context.Time.GetTimestamp();
        var marks = context.Marks.DistinctBy(m => (m.Device, m.Inode)).ToDictionary(m => (m.Device, m.Inode));
        long bytes = 0;
        var round = 0;
        do
        {
            if (context.Time.GetElapsedTime(began) > context.Timeout) return new LogWindow { Wrong = StepResult.Error($"it took longer than {Literals.Print(context.Timeout)} to read the window of {path.Shown}") };
            var (answer, wrong) = await Ask("read", Marks(marks), Piece, cancel);
            if (wrong is not null) return new LogWindow { Wrong = wrong };
            if (answer.Other is { } other && path.Pattern.Length == 0) return new LogWindow { Wrong = StepResult.Error($"{other} is not a file") };
            postponed = false;
            try
            {
                foreach (var file in answer.Files) bytes += Take(file, marks, question, encoding);
            }
            catch (RegexMatchTimeoutException e)
            {
                return new LogWindow { Wrong = StepResult.Error($"the regex {e.Pattern} took longer than {Literals.Print(BuiltIns.PatternLimit)} on a line of {path.Shown}", "a repetition within a repetition is slow, as in (a+)+") };
            }
            foreach (var gone in files.Where(f => !f.Done && answer.Files.All(a => a.Id != f.Id)))
                Lose(gone, $"{gone.Path} went away while it was read");
            if (round++ > 0) continue;
            foreach (var mark in context.Marks.Where(m => answer.Files.All(f => f.Id != (m.Device, m.Inode))))
                lost.Add($"the file that was {mark.Path} is gone from its directory, and with it what was written to its end");
        }
        while ((postponed || files.Exists(f => !f.Done)) && bytes < Most);

        foreach (var file in files.Where(f => f.Done)) file.Lines.Finish();
        return new LogWindow
        {
            Files = [.. files.OrderBy(f => !f.Moved).Select(f => new WindowFile(f.Path, f.From, f.Next, f.Findings))],
            Lost = lost,
            Cut = postponed || files.Exists(f => !f.Done),
            Bytes = bytes,
        };
    }

    /// <summary>Takes the bytes of one answer for one file, and says how many of them belong to the window.</summary>
    private int Take(LogFile file, Dictionary<(ulong, ulong), LogMark> marks, LogQuestion question, Encoding encoding)
    {
        var open = files.Find(f => f.Id == file.Id);
        if (open is null)
        {
            files.Add(open = new OpenFile(file, question, encoding));
            if (marks.GetValueOrDefault(file.Id) is { } mark)
            {
                if (file.Size < mark.Size)
                {
                    lost.Add($"{file.Path} was cut from {mark.Size} to {file.Size} bytes: what was written before that is gone");
                }
                else if (!StillThere(file, mark, out var known, out var tooLittle))
                {
                    // Not asked in full yet: the next look begins with it.
                    if (tooLittle)
                    {
                        postponed = files.Remove(open);
                        return 0;
                    }
                    lost.Add($"{file.Path} was written anew since: what was written before that is gone");
                    open.Begin(0);
                    return 0;
                }
                else
                {
                    open.Begin(mark.Size);
                    return open.Add(file.Bytes.Span[known..]);
                }
            }
            open.Begin(0);
            return open.Add(file.Bytes.Span);
        }
        if (file.Size < open.Next)
        {
            Lose(open, $"{file.Path} was cut while it was read");
            return 0;
        }
        return open.Add(file.Bytes.Span);
    }

    /// <summary>Whether what was before the mark still is.</summary>
    private static bool StillThere(LogFile file, LogMark mark, out int known, out bool tooLittle)
    {
        known = (int)(mark.Size - file.From);
        tooLittle = file.Bytes.Length < known;
        return !tooLittle && (mark.Before is null || Hash(file.Bytes.Span[..known]) == mark.Before);
    }

    private void Lose(OpenFile file, string sentence)
    {
        lost.Add(sentence);
        file.End = file.Next;
    }

    /// <summary>Where each file that is known is to be read from, and the size below which it is not the same any more.</summary>
    private string Marks(Dictionary<(ulong, ulong), LogMark> marks)
    {
        var text = new StringBuilder();
        foreach (var file in files)
            text.Append(CultureInfo.InvariantCulture, $"{file.Id.Item1}:{file.Id.Item2}:{file.Next}:{file.Next} ");
        foreach (var mark in marks.Values.Where(m => files.TrueForAll(f => f.Id != (m.Device, m.Inode))))
            text.Append(CultureInfo.InvariantCulture, $"{mark.Device}:{mark.Inode}:{mark.Size - (mark.Before is null ? 0 : Math.Min(mark.Size, Kept))}:{mark.Size} ");
        return text.ToString();
    }

    private async Task<(LogAnswer Answer, StepResult? Wrong)> Ask(string mode, string marks, int bytes, CancellationToken cancel)
    {
        for (var torn = 0; ; torn++)
        {
            var look = await Look.Run(context, LogScript.Text, [mode, path.Directory, path.Name, path.Pattern, marks, $"{bytes}", $"{Kept}"], bytes + Beside, cancel);
            if (look.Wrong is not null) return (new LogAnswer([]), look.Wrong);
            var answer = LogAnswer.Read(look.Stdout);
            if (answer.Denied is { } denied)
                return (answer, StepResult.Error(answer.IsRoot ? $"{denied} cannot be read, even by root" : $"needs sudo: {denied} cannot be read by {answer.User}", answer.IsRoot ? null : "say `sudo: true` on this step"));
            if (!answer.Torn) return (answer, null);
            if (torn == MostTorn) return (answer, StepResult.Error($"{path.Shown} could not be read in one piece: {(look.Stderr.Length > 0 ? Look.Cut(look.Stderr.ReplaceLineEndings(" "), 200) : "it keeps being cut")}"));
        }
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes)[..8]);

    /// <summary>A file of the window while it is read.</summary>
    private sealed class OpenFile
    {
        public OpenFile(LogFile file, LogQuestion question, Encoding encoding)
        {
            (Path, Id, End, Moved) = (file.Path, file.Id, file.Size, file.Moved);
            Findings = new LogFindings(question);
            Lines = new LineSplitter(encoding, Findings.Add);
        }

        public string Path { get; }

        public (ulong, ulong) Id { get; }

        public bool Moved { get; }

        public LogFindings Findings { get; }

        public LineSplitter Lines { get; }

        public long From { get; private set; }

        public long Next { get; private set; }

        /// <summary>Its size when it was first seen in this attempt: what comes later is the next one's.</summary>
        public long End { get; set; }

        public bool Done => Next >= End;

        public void Begin(long at) => From = Next = at;

        public int Add(ReadOnlySpan<byte> bytes)
        {
            Lines.Add(bytes);
            Next += bytes.Length;
            return bytes.Length;
        }
    }
}
