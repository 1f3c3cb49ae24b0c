namespace Playbooks.Connections;

/// <summary>The keys that known_hosts files vouch for, and the verdict on one that a host shows.</summary>
internal sealed class KnownHosts(IReadOnlyList<KnownHostLine> lines, string file)
{
    /// <summary>The file that a new key would be added to.</summary>
    public string File => file;

    /// <summary>Files that are not there are empty; one that cannot be read is a refusal, not an empty one.</summary>
    public static KnownHosts Read(IReadOnlyList<string> files) => new(
        [.. files.Where(System.IO.File.Exists).SelectMany(f => System.IO.File.ReadLines(f)
            .Select((text, i) => KnownHostLine.Parse(f, i + 1, text))).OfType<KnownHostLine>()],
        files[0]);

    /// <summary>How known_hosts names a host: `[host]:port` but for port 22.</summary>
    public static string NameOf(string host, int port) => port == 22 ? host.ToLowerInvariant() : $"[{host.ToLowerInvariant()}]:{port}";

    /// <summary>The types of the keys known for a host: to be asked for first, so that the host shows a known one.</summary>
    public IReadOnlyList<string> Types(string host, int port)
    {
        var types = Keys(NameOf(host, port)).Select(l => l.Type).Distinct().ToList();
        return types.Count > 0 ? types : [.. Keys(host.ToLowerInvariant()).Select(l => l.Type).Distinct()];
    }

    /// <summary>Returns where the key is the host's known one.</summary>
    /// <exception cref="RefusedException">It is not.</exception>
    public void Check(string host, int port, byte[] key)
    {
        var name = NameOf(host, port);
        var revoked = lines.FirstOrDefault(l => l.Marker == "@revoked" && l.Key.AsSpan().SequenceEqual(key) && (l.Names(name) || l.Names(host.ToLowerInvariant())));
        if (revoked is not null) throw HostKeyProblems.Revoked(name, key, revoked);
        var known = Keys(name).ToList();
        if (known.Any(l => l.Key.AsSpan().SequenceEqual(key))) return;
        if (known.Find(l => l.Type == KnownHostLine.TypeOf(key)) is { } old) throw HostKeyProblems.Changed(name, key, old);
        if (known.Count > 0) throw HostKeyProblems.OtherType(name, key, known[0]);
        // As ssh does: a key known for the host without a port holds for its other ports, a different one says nothing about them.
        if (port != 22 && Keys(host.ToLowerInvariant()).Any(l => l.Key.AsSpan().SequenceEqual(key))) return;
        throw HostKeyProblems.Unknown(name, key, file, lines.FirstOrDefault(l => l.Marker == "@cert-authority" && l.Names(name)));
    }

    /// <summary>A line with a marker vouches for no key itself: an authority's, a revoked one, or a marker of the future.</summary>
    private IEnumerable<KnownHostLine> Keys(string name) => lines.Where(l => l.Marker.Length == 0 && l.Names(name));
}
