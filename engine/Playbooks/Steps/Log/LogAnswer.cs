using System.Globalization;
using System.Text;

namespace Playbooks.Steps.Log;

/// <summary>Tells a file from all others of its machine, whatever it is called.</summary>
/// <param name="Born">A Unix time in seconds: an inode is given again, but not at once with the same birth. 0: the machine does not know.</param>
internal readonly record struct LogFileId(ulong Device, ulong Inode, long Born)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Device}:{Inode}");
}

/// <summary>A file as its machine lists it.</summary>
/// <param name="Changed">When its bytes last changed, as a text that sorts by time.</param>
/// <param name="IsMore">It is none of the path itself: it has more behind its name, or all files were asked for.</param>
internal sealed record LogFile(string Path, LogFileId Id, long Size, string Changed, bool IsReadable, bool IsMore);

/// <summary>The files that <see cref="LogScript"/> lists.</summary>
internal sealed record LogListing(IReadOnlyList<LogFile> Files)
{
    public bool IsRoot { get; private init; }

    public string User { get; private init; } = "";

    /// <summary>A directory that may not be looked into.</summary>
    public string? Denied { get; private init; }

    /// <summary>Something that has the name and is no file.</summary>
    public string? Other { get; private init; }

    /// <summary>Files came or went while they were listed: nothing of this can be trusted.</summary>
    public bool Torn { get; private init; }

    public static LogListing Read(ReadOnlyMemory<byte> bytes)
    {
        var files = new List<LogFile>();
        var names = new List<(string Path, bool IsReadable)>();
        var listing = new LogListing(files) { Torn = true };
        var (more, lines) = (false, false);
        foreach (var record in Encoding.UTF8.GetString(bytes.Span).Split('\0')[..^1])
        {
            var words = record.Split(' ', 2);
            if (lines)
            {
                var stats = record.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                if (stats.Length != names.Count) return listing;
                foreach (var (name, stat) in names.Zip(stats))
                {
                    if (FileOf(name.Path, name.IsReadable, more, stat.Split(' ', 5)) is not { } file) return listing;
                    files.Add(file);
                }
                names.Clear();
                (more, lines) = (true, false);
                continue;
            }
            switch (words)
            {
                case ["user", _]:
                    words = record.Split(' ', 3);
                    listing = listing with { IsRoot = words[1] == "0", User = words[^1] };
                    break;
                case ["denied", var directory]: return listing with { Denied = directory, Torn = false };
                case ["absent", _] or ["done"]: return listing with { Torn = false };
                case ["other", var path]:
                    if (!more) listing = listing with { Other = path };
                    break;
                case ["file" or "unreadable", var path]: names.Add((path, words[0] == "file")); break;
                case ["stat"]: lines = true; break;
                default: return listing;
            }
        }
        return listing;
    }

    private static LogFile? FileOf(string path, bool isReadable, bool isMore, string[] stat) =>
        stat.Length == 5
        && ulong.TryParse(stat[0], NumberStyles.None, CultureInfo.InvariantCulture, out var device)
        && ulong.TryParse(stat[1], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
        && long.TryParse(stat[2], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? new LogFile(path, new LogFileId(device, inode, long.TryParse(stat[3], NumberStyles.None, CultureInfo.InvariantCulture, out var born) ? born : 0), size, stat[4], isReadable, isMore)
            : null;
}

/// <summary>Bytes that are wanted of a file; they begin at the start of a block.</summary>
internal sealed record LogRange(string Path, LogFileId Id, long Block, int Count)
{
    public long Start => Block * LogScript.Block;

    /// <summary>What was read of each range, null where its file no longer has that name; null where the answer is torn.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>?>? Read(IReadOnlyList<LogRange> ranges, ReadOnlyMemory<byte> bytes) => Pieces.Read(ranges.Select(range => range.Count), bytes);
}
