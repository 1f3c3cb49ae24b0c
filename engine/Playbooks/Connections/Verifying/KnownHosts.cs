using System.Collections.Concurrent;

namespace Playbooks.Connections.Verifying;

/// <summary>The known_hosts files of a run: each is read once, and again only where it has changed.</summary>
internal sealed class KnownHosts
{
    private readonly ConcurrentDictionary<string, KnownHostsFile> _files = new(StringComparer.Ordinal);

    /// <summary>How known_hosts names a host: `[host]:port` but for port 22.</summary>
    public static string NameOf(string host, int port) => port == 22 ? host.ToLowerInvariant() : $"[{host.ToLowerInvariant()}]:{port}";

    public IReadOnlyList<KnownHostLine> Keys(IEnumerable<string> files, string name) => [.. files.SelectMany(file => Read(file).Keys(name))];

    public IReadOnlyList<KnownHostLine> Marked(IEnumerable<string> files, string marker, string name) =>
        [.. files.SelectMany(file => Read(file).Marked(name)).Where(line => line.Marker == marker)];

    /// <summary>A file that is not there is empty; one that cannot be read is a refusal, not an empty one.</summary>
    /// <exception cref="RefusedException">It cannot be read.</exception>
    public KnownHostsFile Read(string path)
    {
        try
        {
            return _files.TryGetValue(path, out var known) && known.Stamp == KnownHostsFile.StampOf(path) ? known : _files[path] = KnownHostsFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"The keys of known hosts cannot be read: {e.Message}", null, e);
        }
    }

    /// <summary>Adds a line to a file, behind all others. The caller holds the file's lock.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Add(string path, string text)
    {
        var before = Read(path);
        AppendedFile.Add(path, text);
        if (KnownHostLine.Parse(path, before.Count + 1, text) is { } line) _files[path] = before.With(line, KnownHostsFile.StampOf(path));
    }
}
