using System.Globalization;
using System.Security.Cryptography;

namespace Playbooks.Steps.Log;

/// <summary>Asks the machine which log files there are, and for some of their bytes.</summary>
internal sealed class LogReader(StepContext context, FilledPath path)
{
    /// <summary>Bytes before a place that are remembered, to know the file again.</summary>
    public const int Kept = 256;

    /// <summary>Bytes that one look brings.</summary>
    public const int Piece = 4 << 20;

    /// <summary>Files that one look reads, and of which a mark remembers bytes: those that changed last.</summary>
    public const int MostFiles = 100;

    /// <summary>Names, and what stands beside bytes.</summary>
    private const int Beside = 8 << 20;

    /// <summary>How often a directory that changes while it is looked at is looked at again.</summary>
    public const int MostTorn = 3;

    public FilledPath Path => path;

    /// <summary>Notes the files as they are now.</summary>
    /// <exception cref="LogWork.NotReadableException">They cannot be looked at.</exception>
    public async Task<IReadOnlyList<LogMark>> Note(CancellationToken cancel)
    {
        for (var torn = 0; ; torn++)
        {
            var (listing, wrong) = await List(all: false, cancel);
            if (wrong is not null) throw new LogWork.NotReadableException(string.Join(' ', wrong.Messages));
            var ranges = listing.Files.Where(f => f.IsReadable && f.Size > 0 && !f.IsMore).OrderByDescending(f => f.Changed, StringComparer.Ordinal).Take(MostFiles)
                .Select(f => Before(f.Path, f.Id, f.Size, f.Size)).ToList();
            var (read, failed) = await Read(ranges, cancel);
            if (failed is not null) throw new LogWork.NotReadableException(string.Join(' ', failed.Messages));
            if (read is null && torn < MostTorn) continue;
            var known = ranges.Zip(read ?? []).Where(r => r.Second is not null).ToDictionary(r => r.First.Path, r => Hash(r.Second!.Value.Span));
            return [.. listing.Files.DistinctBy(f => f.Path).Select(f => new LogMark(f.Path, f.Id.Device, f.Id.Inode, f.Size, known.GetValueOrDefault(f.Path) ?? (f.Size == 0 ? Hash([]) : null))
            {
                Born = f.Id.Born,
                Changed = f.Changed,
                IsRotation = f.IsMore,
            })];
        }
    }

    /// <summary>The files of the path, and those with more behind their names; or all of the directory.</summary>
    public async Task<(LogListing Listing, StepResult? Wrong)> List(bool all, CancellationToken cancel)
    {
        for (var torn = 0; ; torn++)
        {
            var look = await Look.Run(context, LogScript.Text, ["list", path.Directory, path.Name, path.Pattern, all ? "all" : ""], Beside, cancel);
            if (look.Wrong is not null) return (new LogListing([]), look.Wrong);
            var listing = LogListing.Read(look.Stdout);
            if (listing.Denied is { } denied) return (listing, NotReadable(listing, denied));
            if (listing.Other is { } other && path.Pattern.Length == 0 && !all) return (listing, StepResult.Error($"{other} is not a file"));
            if (!listing.Torn) return (listing, null);
            if (torn == MostTorn) return (listing, StepResult.Error($"the files of {path.Shown} cannot be listed: {(look.Stderr.Length > 0 ? Look.Cut(look.Stderr.ReplaceLineEndings(" "), 200) : "they come and go all the time")}"));
        }
    }

    public static StepResult NotReadable(LogListing listing, string path) => StepResult.Error(
        listing.IsRoot ? $"{path} cannot be read, even by root" : $"needs sudo: {path} cannot be read by {listing.User}", listing.IsRoot ? null : "say `sudo: true` on this step");

    /// <summary>The bytes of each range, null for one whose file no longer has that name; null where a file was cut meanwhile.</summary>
    public async Task<(IReadOnlyList<ReadOnlyMemory<byte>?>? Read, StepResult? Wrong)> Read(IReadOnlyList<LogRange> ranges, CancellationToken cancel)
    {
        if (ranges.Count == 0) return ([], null);
        IEnumerable<string> words = ranges.SelectMany(r => new[] { r.Path, $"{r.Id}", r.Block.ToString(CultureInfo.InvariantCulture), r.Count.ToString(CultureInfo.InvariantCulture) });
        var look = await Look.Run(context, LogScript.Text, [.. words.Prepend("read")], ranges.Sum(r => r.Count) + Beside, cancel);
        return look.Wrong is not null ? (null, look.Wrong) : (LogRange.Read(ranges, look.Stdout), null);
    }

    /// <summary>From the bytes that are remembered before a place on, to that end, or as many as fit.</summary>
    public static LogRange Before(string path, LogFileId id, long place, long end, int most = Piece)
    {
        var block = (place - Math.Min(place, Kept)) / LogScript.Block;
        return new LogRange(path, id, block, (int)Math.Min(end - block * LogScript.Block, most));
    }

    /// <summary>A hash of the last bytes of these, as many as are remembered.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes[^Math.Min(bytes.Length, Kept)..])[..8]);
}
