namespace Playbooks.Connections.Verifying;

/// <summary>What a known_hosts file said when it was last looked at.</summary>
internal sealed class KnownHostsFile
{
    private KnownHostsFile((DateTime, long) stamp, int lines, IReadOnlyList<(KnownHostIndex Keys, KnownHostIndex Marked)> parts) => (Stamp, Count, _parts) = (stamp, lines, parts);

    private readonly IReadOnlyList<(KnownHostIndex Keys, KnownHostIndex Marked)> _parts;

    /// <summary>When it was last written, and its length: whoever adds a line changes both.</summary>
    public (DateTime Written, long Length) Stamp { get; }

    /// <summary>How many lines there are.</summary>
    public int Count { get; }

    /// <summary>The keys that hosts of that name have.</summary>
    public IEnumerable<KnownHostLine> Keys(string name) => _parts.SelectMany(part => part.Keys.Of(name));

    /// <summary>The lines with a marker: an authority, a revoked key, or a marker of the future.</summary>
    public IEnumerable<KnownHostLine> Marked(string name) => _parts.SelectMany(part => part.Marked.Of(name));

    /// <exception cref="IOException">It is there and cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static KnownHostsFile Read(string path)
    {
        var stamp = StampOf(path);
        // What is no file, such as /dev/null, may have no end.
        if (stamp.Length < 0) return new KnownHostsFile(stamp, 0, []);
        var texts = File.ReadAllLines(path);
        var lines = texts.Select((text, i) => KnownHostLine.Parse(path, i + 1, text)).OfType<KnownHostLine>().ToList();
        return new KnownHostsFile(stamp, texts.Length, [Part(lines)]);
    }

    /// <summary>With a line that we added ourselves: the others need not be read and found once more.</summary>
    public KnownHostsFile With(KnownHostLine line, (DateTime, long) stamp) => new(stamp, line.Number, [.. _parts, Part([line])]);

    /// <summary>A length below 0: no file is there.</summary>
    public static (DateTime Written, long Length) StampOf(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return (default, -1);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        return file.Exists && (file.Attributes & FileAttributes.Device) == 0 ? (file.LastWriteTimeUtc, file.Length) : (default, -1);
    }

    private static (KnownHostIndex, KnownHostIndex) Part(IReadOnlyList<KnownHostLine> lines) =>
        (new KnownHostIndex(lines.Where(line => line.Marker.Length == 0)), new KnownHostIndex(lines.Where(line => line.Marker.Length > 0)));
}
