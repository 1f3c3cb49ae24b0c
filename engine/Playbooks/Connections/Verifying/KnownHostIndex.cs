using System.Collections.Concurrent;

namespace Playbooks.Connections.Verifying;

/// <summary>Finds the lines that speak of a host: at once where they name it as it is; a pattern is compared, and a hash computed, once for each name.</summary>
internal sealed class KnownHostIndex
{
    private readonly Dictionary<string, List<KnownHostLine>> _named = new(StringComparer.Ordinal);
    private readonly List<KnownHostLine> _others = [];
    private readonly ConcurrentDictionary<string, IReadOnlyList<KnownHostLine>> _found = new(StringComparer.Ordinal);

    public KnownHostIndex(IEnumerable<KnownHostLine> lines)
    {
        foreach (var line in lines)
            if (line.PlainNames is not { } names) _others.Add(line);
            else
                foreach (var name in names.Distinct())
                    if (_named.TryGetValue(name, out var same)) same.Add(line);
                    else _named.Add(name, [line]);
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<KnownHostLine> Of(string name) => _found.GetOrAdd(name, n =>
        [.. _named.GetValueOrDefault(n, []).Concat(_others.Where(line => line.Names(n))).OrderBy(line => line.Number)]);
}
