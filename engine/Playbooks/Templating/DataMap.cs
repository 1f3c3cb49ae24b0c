using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Playbooks.Templating;

/// <summary>A map of values that keeps its order and never changes.</summary>
public sealed class DataMap : IMembers, IReadOnlyDictionary<string, object?>
{
    private readonly OrderedDictionary<string, object?> entries;

    public static readonly DataMap Empty = new([]);

    /// <summary>Takes a copy of the entries; of two with the same name the later one stays.</summary>
    public DataMap(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        this.entries = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in entries) this.entries[name] = value;
    }

    public int Count => entries.Count;
    public IEnumerable<string> Names => entries.Keys;
    public IEnumerable<string> Keys => entries.Keys;
    public IEnumerable<object?> Values => entries.Values;
    public object? this[string key] => entries[key];

    public bool ContainsKey(string key) => entries.ContainsKey(key);
    /// <exception cref="MissingValueException">The value is <see cref="Absent"/>.</exception>
    public bool TryGet(string name, out object? value)
    {
        var found = entries.TryGetValue(name, out value);
        if (value is Later later) value = later.Value;
        return value is Absent absent ? throw new MissingValueException(absent.Message, absent.Mend) : found;
    }

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value) => entries.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => entries.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
