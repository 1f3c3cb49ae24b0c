using Playbooks.Problems;

namespace Playbooks.Model;

/// <summary>Takes a map apart key by key, and reports the keys that nobody took.</summary>
public sealed class MapReader(MapNode map, ProblemList problems)
{
    private readonly HashSet<string> known = [];

    public Position At => map.At;

    public MapNode Map => map;

    public ProblemList Problems => problems;

    public Node? Take(string key)
    {
        known.Add(key);
        return map[key];
    }

    /// <summary>The key is there, and nobody took it.</summary>
    public bool IsLeft(string key) => map[key] is not null && !known.Contains(key);

    public Setting<T>? Setting<T>(string key, SettingType<T> type) => Take(key) is { } node ? Model.Setting<T>.Parse(node, type, problems) : null;

    /// <summary>A text that is taken as it is written: names, descriptions, ids.</summary>
    public string? Text(string key)
    {
        if (Take(key) is not { } node) return null;
        if (node is ScalarNode { Value: not null } scalar) return scalar.Text.Value;
        problems.Add(node.At, $"`{key}` must be a text, but is {node.Kind}");
        return null;
    }

    public bool? Flag(string key)
    {
        if (Take(key) is not { } node) return null;
        if (node is ScalarNode { Value: bool flag }) return flag;
        problems.Add(node.At, $"`{key}` must be true or false, but is {node.Kind}", node is ScalarNode s ? SettingTypes.Boolean.Mend(s.Value) : null);
        return null;
    }

    /// <summary>A list of nodes, or a single node as a list of one.</summary>
    public IReadOnlyList<Node> Items(string key) => Take(key) switch
    {
        null => [],
        ListNode list => list.Items,
        var single => [single],
    };

    /// <summary>A map under that key; a problem where it is something else.</summary>
    public MapNode? Section(string key)
    {
        var node = Take(key);
        if (node is null or ScalarNode { Value: null } or MapNode) return node as MapNode;
        problems.Add(node.At, $"`{key}` must be a map, but is {node.Kind}");
        return null;
    }

    /// <summary>Reports what was not taken.</summary>
    /// <param name="what">What has no such key.</param>
    /// <param name="alsoKnown">Keys that nobody asked for, and that are none the less.</param>
    /// <param name="foreign">What to write for a word of another language; null: it is none of those.</param>
    /// <param name="common">The keys to name where nothing is near and there are many.</param>
    public void Done(string what, IEnumerable<string>? alsoKnown = null, Func<string, string?>? foreign = null, string? common = null)
    {
        foreach (var entry in map.Entries.Where(e => !known.Contains(e.Name)))
            problems.Add(entry.Key.At, $"{what} has no key `{entry.Name}`",
                foreign?.Invoke(entry.Name) ?? Suggest.DidYouMean(entry.Name, known.Concat(alsoKnown ?? [])) ?? $"it may have {common ?? string.Join(", ", known.Union(alsoKnown ?? []).Order(StringComparer.Ordinal))}");
    }
}
