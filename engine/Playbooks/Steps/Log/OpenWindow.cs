using System.Text.RegularExpressions;
using Playbooks.Templating;

namespace Playbooks.Steps.Log;

/// <summary>
/// The window of a `log` step while it is followed: from attempt to attempt it reads what was added, across rotations, and remembers
/// what was found and what was lost.
/// </summary>
internal sealed partial class OpenWindow(LogQuestion question, IReadOnlyList<LogMark> noted, bool fromBeginning)
{
    private readonly List<OpenFile> files = [];
    private readonly HashSet<LogFileId> known = [];
    private readonly List<string> lost = [];
    private IReadOnlyList<LogMark> marks = noted;
    private LogListing last = new([]);
    private bool begun;

    /// <summary>What it is asked; another question needs another window.</summary>
    public LogQuestion Question => question;

    /// <summary>It was ended within a line, and cannot go on.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Called after each line; throws where there is no time left.</summary>
    private Action Limit { get; set; } = () => { };

    public async Task<LogWindow> Look(LogReader reader, StepContext context, CancellationToken cancel)
    {
        var began = context.Time.GetTimestamp();
        Limit = () =>
        {
            cancel.ThrowIfCancellationRequested();
            if (context.Time.GetElapsedTime(began) > context.Timeout) throw new TimeoutException();
        };
        try
        {
            return await Follow(reader, cancel) is { } wrong ? new LogWindow { Wrong = wrong } : Found();
        }
        catch (RegexMatchTimeoutException e)
        {
            IsBroken = true;
            return new LogWindow { Wrong = StepResult.Error($"the regex {e.Pattern} took longer than {Literals.Print(BuiltIns.PatternLimit)} on a line of {question.Path}", "a repetition within a repetition is slow, as in (a+)+") };
        }
        catch (TimeoutException)
        {
            IsBroken = true;
            return new LogWindow { Wrong = StepResult.Error($"it took longer than {Literals.Print(context.Timeout)} to read the window of {question.Path}") };
        }
    }

    private async Task<StepResult?> Follow(LogReader reader, CancellationToken cancel)
    {
        for (var again = 0; ; again++)
        {
            var (listing, wrong) = await reader.List(all: false, cancel);
            if (wrong is not null) return wrong;
            if (listing.Files.FirstOrDefault(f => !f.IsReadable && !f.IsMore) is { } closed) return LogReader.NotReadable(listing, closed.Path);
            last = listing;
            wrong = await Settle(listing, reader, cancel);
            if (wrong is not null) return wrong;
            var (done, failed) = await ReadAll(listing, reader, cancel);
            if (done || failed is not null) return failed;
            if (again == LogReader.MostTorn) return StepResult.Error($"{question.Path} could not be read in one piece: it keeps being renamed or cut");
        }
    }

    /// <summary>Finds out what became of the files that are followed, and which are new.</summary>
    private async Task<StepResult?> Settle(LogListing listing, LogReader reader, CancellationToken cancel)
    {
        if (!begun) Begin(listing);
        begun = true;
        var now = new Dictionary<LogFileId, LogFile>();
        foreach (var file in listing.Files) now.TryAdd(file.Id, file);
        if (files.Exists(f => f.IsFollowed && !now.ContainsKey(f.File.Id)))
        {
            var (all, wrong) = await reader.List(all: true, cancel);
            if (wrong is not null) return wrong;
            foreach (var file in all.Files) now.TryAdd(file.Id, file);
        }
        foreach (var file in files.Where(f => f.IsFollowed).ToList())
        {
            if (!now.TryGetValue(file.File.Id, out var seen)) Gone(file, now.Values);
            else if (seen.Size < file.Next) Anew(file, seen, $"{seen.Path} was cut from {file.Next} to {seen.Size} bytes: what was written before that is gone");
            else if (seen.IsReadable) file.See(seen);
            else return LogReader.NotReadable(listing, seen.Path);
        }
        foreach (var file in listing.Files.Where(f => !f.IsMore && known.Add(f.Id)))
            files.Add(files.Find(f => f.Name == file.Path && f.CanBeCopied && f.Next <= file.Size)?.As(file, question, OnLine) ?? FromStart(file));
        return null;
    }

    /// <summary>The files as they were noted, or, where the window begins at their start, as they are now.</summary>
    private void Begin(LogListing listing)
    {
        if (fromBeginning)
            marks = [.. listing.Files.Select(f => new LogMark(f.Path, f.Id.Device, f.Id.Inode, f.IsMore ? f.Size : 0, f.IsMore ? null : LogReader.Hash([])) { Born = f.Id.Born, Changed = f.Changed, IsRotation = f.IsMore })];
        foreach (var mark in marks.Where(m => !m.IsRotation))
            if (known.Add(IdOf(mark)))
                files.Add(new OpenFile(new LogFile(mark.Path, IdOf(mark), mark.Size, mark.Changed, true, false), mark.Size, mark.Before, question, OnLine));
    }

    private void Gone(OpenFile file, IEnumerable<LogFile> now)
    {
        // Compressing keeps the time of the last change: then nothing was written after what was read.
        var whole = file.Next == file.File.Size && file.Next > file.From ? now.FirstOrDefault(f => f.Changed == file.File.Changed && Compressed().IsMatch(f.Path)) : null;
        if (whole is not null) known.Add(whole.Id);
        file.End(whole is not null ? null : $"the file that was {file.Name} is gone from its directory, and with it what was written to its end");
    }

    private void Anew(OpenFile file, LogFile now, string sentence)
    {
        file.End(sentence);
        files.Add(FromStart(now));
    }

    private OpenFile FromStart(LogFile file) => new(file, 0, LogReader.Hash([]), question, OnLine);

    private void OnLine() => Limit();

    /// <summary>False: some of them are not there any more, and must be looked for anew.</summary>
    private async Task<(bool Done, StepResult? Wrong)> ReadAll(LogListing listing, LogReader reader, CancellationToken cancel)
    {
        while (true)
        {
            if (Rotations(listing) is { } denied) return (false, denied);
            Limit();
            var left = LogReader.Piece;
            var batch = new List<(OpenFile File, LogRange Range)>();
            foreach (var file in files.Where(f => f.Wants))
            {
                if (batch.Count == LogReader.MostFiles || left < LogReader.Piece / LogReader.MostFiles) break;
                batch.Add((file, file.Range(left)));
                left -= batch[^1].Range.Count;
            }
            if (batch.Count == 0) return (true, null);

            var (read, wrong) = await reader.Read([.. batch.Select(b => b.Range)], cancel);
            if (read is null) return (false, wrong);
            var gone = false;
            foreach (var ((file, range), bytes) in batch.Zip(read))
                if (bytes is { } some) Take(file, range, some.Span);
                else gone = true;
            if (gone) return (false, null);
        }
    }

    private void Take(OpenFile file, LogRange range, ReadOnlySpan<byte> bytes)
    {
        if (file.IsUnsure) Lose($"whether {file.File.Path} still is the file that it was cannot be told");
        if (file.Take(range, bytes)) return;
        if (file.CopyOf is not null) files[files.IndexOf(file)] = FromStart(file.File);
        else Anew(file, file.File, $"{file.File.Path} was written anew since: what was written before that is gone");
    }

    /// <summary>
    /// Files with the name of a rotation that were not there before, of a file that surely is no more what it was: where it was rotated
    /// twice, or copied and emptied, they have what is missing.
    /// </summary>
    private StepResult? Rotations(LogListing listing)
    {
        foreach (var file in listing.Files.Where(f => f.IsMore && !known.Contains(f.Id)))
        {
            if (Rotation().Match(file.Path) is not { Success: true } match) continue;
            var name = file.Path[..match.Index];
            var mark = marks.FirstOrDefault(m => m.IsRotation && IdOf(m) == file.Id && m.Size <= file.Size);
            if (mark?.Size == file.Size || files.Exists(f => f.Name == name && f.IsSure)) continue;
            // Older than what its log was when the window opened.
            if (marks.FirstOrDefault(m => m.Path == name) is { } log && string.CompareOrdinal(file.Changed, log.Changed) < 0) continue;
            if (Compressed().IsMatch(file.Path))
            {
                Lose($"{file.Path} is compressed, and was not read");
                continue;
            }
            if (!file.IsReadable) return LogReader.NotReadable(listing, file.Path);
            known.Add(file.Id);
            var original = files.Find(f => f.Name == name && f.CanBeCopied && f.Next <= file.Size);
            files.Add(original?.As(file, question, OnLine) ?? (mark is null ? FromStart(file) : new OpenFile(file, mark.Size, mark.Before, question, OnLine)));
        }
        return null;
    }

    private LogWindow Found()
    {
        foreach (var file in files.Where(f => f.HasCutLine))
            Lose($"{file.File.Path} has a line of more than {LineSplitter.LongestLine >> 20} MB, whose rest was not looked at");
        return new LogWindow
        {
            // What was written first comes first: files that are over, then those that are written to.
            Files = [.. files.Where(f => f.IsFollowed || f.Next > f.From).OrderBy(f => !f.IsOver).ThenBy(f => f.IsOver ? f.File.Changed : "", StringComparer.Ordinal).Select(f => f.Found())],
            Lost = [.. files.Select(f => f.Lost).OfType<string>(), .. lost],
        };
    }

    /// <summary>The files as far as they were read: another window that begins here skips nothing, and sees nothing twice.</summary>
    public IReadOnlyList<LogMark> ReadTo() =>
    [
        .. last.Files.DistinctBy(f => f.Path).Select(f => files.Find(open => open.IsFollowed && open.File.Id == f.Id) is { } read && !f.IsMore
            ? new LogMark(f.Path, f.Id.Device, f.Id.Inode, read.Judged.At, read.Judged.Before) { Born = f.Id.Born, Changed = f.Changed }
            // Its writer has another file by now: it is over.
            : new LogMark(f.Path, f.Id.Device, f.Id.Inode, f.Size) { Born = f.Id.Born, Changed = f.Changed, IsRotation = f.IsMore }),
    ];

    private void Lose(string sentence)
    {
        if (!lost.Contains(sentence)) lost.Add(sentence);
    }

    private static LogFileId IdOf(LogMark mark) => new(mark.Device, mark.Inode, mark.Born);

    /// <summary>What logrotate, newsyslog and the loggers of Java put behind a name: a number or a date, `old`, and how it is compressed.</summary>
    [GeneratedRegex(@"([.-](\d[\dT:._-]*|old|bak|orig)([.-]\d[\d._-]*)?(\.(gz|bz2|xz|zst|lz4|Z|zip))?|\.(gz|bz2|xz|zst|lz4|Z|zip))\z")]
    private static partial Regex Rotation();

    [GeneratedRegex(@"\.(gz|bz2|xz|zst|lz4|Z|zip)\z")]
    private static partial Regex Compressed();
}
