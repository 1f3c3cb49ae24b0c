using System.Security.Cryptography;

namespace Playbooks.Steps.Log;

/// <summary>A file of a window while it is followed: who it is, how far it was read, and what was found there.</summary>
internal sealed class OpenFile
{
    private readonly LogFindings findings;
    private readonly LineSplitter lines;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string? before;

    /// <summary>Where the last line ends that has an end, and the hash of the bytes before that.</summary>
    private (long At, string? Before) whole;

    /// <param name="file">As it was listed, or noted.</param>
    /// <param name="at">Where the window begins in it.</param>
    /// <param name="before">The hash of the bytes before that; null: it is not known.</param>
    /// <param name="question">What is asked of its lines.</param>
    /// <param name="limit">Called after each line; throws where there is no time left.</param>
    public OpenFile(LogFile file, long at, string? before, LogQuestion question, Action limit)
    {
        (File, Name, From, Next, this.before, whole) = (file, file.Path, at, at, before, (at, before));
        findings = new LogFindings(question);
        lines = new LineSplitter(question.Encoding, line =>
        {
            findings.Add(line);
            limit();
        });
        Wants = file.Size > at;
    }

    /// <summary>As it was seen last.</summary>
    public LogFile File { get; private set; }

    /// <summary>What it was called when it was first seen.</summary>
    public string Name { get; }

    public long From { get; }

    /// <summary>It was read to here.</summary>
    public long Next { get; private set; }

    /// <summary>There may be more to read, or it must be seen whether it still is what it was.</summary>
    public bool Wants { get; private set; }

    public bool IsFollowed { get; private set; } = true;

    /// <summary>Its writer does not write to it any more, or will not for long.</summary>
    public bool IsOver => !IsFollowed || File.Path != Name || File.IsMore;

    /// <summary>It is what it was when the window opened, or when it was last read.</summary>
    public bool IsSure => !IsOver && Next > 0;

    /// <summary>What was written to it and cannot be had any more; null: nothing.</summary>
    public string? Lost { get; private set; }

    /// <summary>The file that it may be a copy of; it begins then where that one's reading ended, and else at its start.</summary>
    public OpenFile? CopyOf { get; init; }

    /// <summary>It can be known again in a copy.</summary>
    public bool CanBeCopied => Lost is not null && Next > 0 && before is not null;

    public bool IsUnsure => before is null && Next > 0;

    public bool HasCutLine => lines.IsCut;

    /// <summary>
    /// Where another window goes on, and the hash of the bytes before that (null: it is not known). A last line that has no end yet is the next window's, with
    /// what will stand behind it, unless something was found in it already.
    /// </summary>
    public (long At, string? Before) Judged => lines.Unfinished is { } line && !findings.Finds(line) ? whole : (Next, before);

    /// <summary>As it is listed now.</summary>
    public void See(LogFile now)
    {
        Wants |= now.Size > Next || now.Changed != File.Changed && now.Size > 0;
        File = now;
    }

    /// <summary>It is not followed any more.</summary>
    public void End(string? lost) => (IsFollowed, Wants, Lost) = (false, false, lost);

    public LogRange Range(int most) => LogReader.Before(File.Path, File.Id, Next, File.Size, most);

    /// <summary>A copy of it was found.</summary>
    public OpenFile As(LogFile copy, LogQuestion question, Action limit) => new(copy, Next, before, question, limit) { CopyOf = this };

    /// <summary>False: what was before the place it was read to is there no more, so these bytes are not what follows.</summary>
    public bool Take(LogRange range, ReadOnlySpan<byte> bytes)
    {
        var known = (int)(Next - range.Start);
        if (before is not null && LogReader.Hash(bytes[..known]) != before) return false;
        if (Next == From && From > 0)
        {
            lines.Before(Character(bytes[..known]));
            whole = (From, LogReader.Hash(bytes[..known]));
        }
        if (lines.LastEnd(bytes, range.Start) is var end && end > known) whole = (range.Start + end, LogReader.Hash(bytes[..end]));
        lines.Add(bytes[known..]);
        hash.AppendData(bytes[known..]);
        before = LogReader.Hash(bytes);
        Next = range.Start + bytes.Length;
        Wants = Next < File.Size;
        if (CopyOf is { } original)
            original.Lost = $"{original.Name} was {(File.Path == original.Name ? "replaced by a copy" : $"copied to {File.Path} and emptied")}: what was written in between may be gone";
        return true;
    }

    public WindowFile Found() => new(File.Path, From, Next, Convert.ToHexStringLower(hash.GetCurrentHash()), findings.With(lines.Unfinished));

    /// <summary>The last of these bytes, from where a character surely begins: below `0` no encoding has a second byte of a character.</summary>
    private ReadOnlySpan<byte> Character(ReadOnlySpan<byte> bytes) => lines.Width > 1
        ? bytes[^(int)(Next % lines.Width)..]
        : bytes[(bytes.LastIndexOfAnyInRange((byte)0, (byte)('0' - 1)) + 1)..];
}
