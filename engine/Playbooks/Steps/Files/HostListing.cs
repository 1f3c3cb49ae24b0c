using System.Globalization;
using System.Text;

namespace Playbooks.Steps.Files;

/// <summary>What <see cref="ListScript"/> found on a machine.</summary>
/// <param name="Files">In the order they were asked for.</param>
internal sealed record HostListing(IReadOnlyList<HostFile> Files)
{
    private const int MostBytes = 64 << 20;

    /// <summary>What begins as the names do that our scripts write under.</summary>
    public IReadOnlyList<string> Left { get; private init; } = [];

    /// <summary>Of those, what writes of the same file or folder left: what was in place already when a run was interrupted is found right by the next one.</summary>
    /// <param name="context">Where; who only compares leaves them.</param>
    /// <param name="name">How their names begin.</param>
    /// <param name="cancel">The run's.</param>
    public async Task<IReadOnlyList<string>> Clean(StepContext context, string name, CancellationToken cancel)
    {
        var left = Left.Where(path => path[(path.LastIndexOf('/') + 1)..].StartsWith(name + ".", StringComparison.Ordinal)).ToList();
        return left.Count == 0 || context.Compares ? [] : (await HostWrite.Run(context, PlaceScript.Clean, left, null, cancel)).Notes;
    }

    /// <summary>A file's place: NAME in DEST where that is a folder. Listed are the folder that it is in, then the file itself.</summary>
    public static Task<(HostListing? Listing, StepResult? Wrong)> Place(StepContext context, string dest, string name, CancellationToken cancel) =>
        Ask(context, ["place", dest, name], default, files => files.Count == 2, cancel);

    /// <summary>The folder, then what stands at these names in it: each of them, or none where there is no such folder.</summary>
    public static Task<(HostListing? Listing, StepResult? Wrong)> Below(StepContext context, string folder, IEnumerable<string> names, CancellationToken cancel)
    {
        var paths = names.Select(name => "./" + name).ToList();
        return Ask(context, ["below", folder], NameList(paths), files => files[0].Type == HostFileType.Folder ? files.Skip(1).Select(file => file.Path).SequenceEqual(paths) : files.Count == 1, cancel);
    }

    /// <summary>The folder, then all that is in it: paths begin with `./`, the first is `.`.</summary>
    public static Task<(HostListing? Listing, StepResult? Wrong)> Tree(StepContext context, string folder, CancellationToken cancel) =>
        Ask(context, ["tree", folder], default, files => files[0].Type == HostFileType.Folder == files.Count > 1, cancel);

    /// <summary>For `xargs -0`.</summary>
    public static byte[] NameList(IEnumerable<string> names) => Encoding.UTF8.GetBytes(string.Concat(names.Select(name => name + "\0")));

    private static async Task<(HostListing? Listing, StepResult? Wrong)> Ask(StepContext context, IEnumerable<string> words, ReadOnlyMemory<byte> names, Predicate<IReadOnlyList<HostFile>> isWhole, CancellationToken cancel)
    {
        // Files may come and go between two lines of one answer.
        for (var attempt = 1; ; attempt++)
        {
            var look = await Look.Run(context, ListScript.Text, [ListScript.Show, .. words], names, MostBytes, cancel);
            if (look.Wrong is { } wrong) return (null, wrong);
            if (Read(look.Stdout, out var hasSum) is { } listing && isWhole(listing.Files)) return (listing, null);
            if (!hasSum) return (null, StepResult.Error("the host has no program for checksums", "install one of sha256sum, shasum, sha256 or openssl there"));
            if (attempt == 3) return (null, StepResult.Error($"the files could not be listed{(look.Stderr.Length > 0 ? $": {look.Stderr.Split('\n')[0]}" : ": they changed while they were looked at")}"));
        }
    }

    /// <summary>Null where it is not whole; else it lists something.</summary>
    internal static HostListing? Read(ReadOnlyMemory<byte> bytes, out bool hasSum)
    {
        hasSum = true;
        var records = new Queue<string>(Encoding.UTF8.GetString(bytes.Span).Split('\0'));
        var (files, left) = (new List<HostFile>(), new List<string>());
        while (records.TryDequeue(out var record))
        {
            if (record == "done") return files.Count > 0 ? new HostListing(files) { Left = left } : null;
            if (record == "nosum") hasSum = false;
            else if (record.StartsWith("left ", StringComparison.Ordinal)) left.Add(record[5..]);
            else if (!ReadList(record, records, files)) return null;
        }
        return null;
    }

    private static bool ReadList(string first, Queue<string> records, List<HostFile> files)
    {
        var listed = new List<HostFile>();
        for (var record = first; record != "stat";)
        {
            if (record.Length < 3 || TypeOf(record[0]) is not { } type) return false;
            listed.Add(new HostFile(record[2..], type, record[1] == 'l'));
            if (!records.TryDequeue(out record!)) return false;
        }
        if (!records.TryDequeue(out var statLines) || !records.TryDequeue(out var sumLines) || !records.TryDequeue(out var end) || end != "end") return false;
        var (stats, sums) = (Lines(statLines), Lines(sumLines));
        if (stats.Length != listed.Count(f => f.Exists) || sums.Length != listed.Count(f => f.Type == HostFileType.File)) return false;

        var stat = 0;
        for (var i = 0; i < listed.Count; i++)
        {
            if (!listed[i].Exists) continue;
            if (!TryStat(listed[i], stats[stat++].Split(':'), out var known)) return false;
            listed[i] = known;
        }
        // Those that a tool would write in another way come last.
        foreach (var (place, i) in Enumerable.Range(0, listed.Count).Where(i => listed[i].Type == HostFileType.File).OrderBy(i => listed[i].Path.AsSpan().ContainsAny('\\', '\n', '\r')).Index())
            listed[i] = listed[i] with { Sha256 = sums[place] };
        files.AddRange(listed);
        return true;
    }

    private static string[] Lines(string record) => record.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static bool TryStat(HostFile file, string[] stat, out HostFile known)
    {
        known = file;
        if (stat.Length != 7 || !int.TryParse(stat[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mode)) return false;
        if (!long.TryParse(stat[1], out var size) || size < 0 || !long.TryParse(stat[2], out var uid) || !long.TryParse(stat[3], out var gid)) return false;
        known = file with { Mode = mode & 0xfff, Size = size, Uid = uid, Gid = gid, Device = stat[4], Owner = stat[5], Group = stat[6] };
        return true;
    }

    private static HostFileType? TypeOf(char letter) => letter switch
    {
        '-' => HostFileType.None,
        'f' => HostFileType.File,
        'u' => HostFileType.ClosedFile,
        'd' => HostFileType.Folder,
        'c' => HostFileType.ClosedFolder,
        'o' => HostFileType.Special,
        'b' => HostFileType.BrokenLink,
        _ => null,
    };
}
