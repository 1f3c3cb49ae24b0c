namespace Playbooks.Templating;

/// <summary>The names an expression can see; a scope never changes, adding a name gives another one.</summary>
public sealed class Scope
{
    private readonly Scope? under;
    private readonly Dictionary<string, Entry> entries;
    private (IReadOnlySet<string> Names, Func<string, object?> Value)? shared;

    private static readonly IReadOnlySet<string> EmptyNames = new HashSet<string>();

    public static readonly Scope Empty = new(null, []);

    private Scope(Scope? under, Dictionary<string, Entry> entries) => (this.under, this.entries) = (under, entries);

    /// <summary>This scope and one more name, which hides an older one of the same name.</summary>
    public Scope With(string name, object? value) => new(this, new(StringComparer.Ordinal) { [name] = new Entry(value) });

    /// <summary>This scope and a name whose value is worked out when it is first asked for; that may throw <see cref="MissingValueException"/>.</summary>
    public Scope With(string name, Func<object?> lazy) => new(this, new(StringComparer.Ordinal) { [name] = new Entry(lazy) });

    /// <summary>This scope and several names more.</summary>
    public Scope With(IEnumerable<KeyValuePair<string, object?>> values)
    {
        var more = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var (name, value) in values) more[name] = new Entry(value);
        return new(this, more);
    }

    /// <summary>This scope and many names that share one way to their values: a layer costs nothing for the names nobody asks for.</summary>
    public Scope With(IReadOnlySet<string> names, Func<string, object?> lazy) => new(this, []) { shared = (names, lazy) };

    /// <summary>This scope laid over another: where both have a name, this one's counts.</summary>
    public Scope Over(Scope other)
    {
        var all = new Dictionary<string, Entry>(StringComparer.Ordinal);
        for (var layer = this; layer is not null; layer = layer.under)
        {
            foreach (var (name, entry) in layer.entries) all.TryAdd(name, entry);
            foreach (var name in layer.shared?.Names ?? EmptyNames) all.TryAdd(name, layer.Find(name)!);
        }
        return new(other, all);
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>The value of that name. Throws <see cref="MissingValueException"/> where it is absent for a reason.</summary>
    public bool TryGet(string name, out object? value)
    {
        var entry = Find(name);
        value = entry?.Value;
        return entry is not null;
    }

    /// <summary>Every name once, those added last first.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var layer = this; layer is not null; layer = layer.under)
                foreach (var name in layer.entries.Keys.Concat(layer.shared?.Names ?? EmptyNames))
                    if (seen.Add(name)) yield return name;
        }
    }

    private Entry? Find(string name)
    {
        for (var layer = this; layer is not null; layer = layer.under)
            if (layer.entries.TryGetValue(name, out var entry)) return entry;
            else if (layer.shared is { } shared && shared.Names.Contains(name)) return new Entry(() => shared.Value(name));
        return null;
    }

    /// <summary>A value, or the way to it; kept once found, so that one expression never sees two values of one name.</summary>
    private sealed class Entry
    {
        private Func<object?>? lazy;
        private object? value;

        public Entry(object? value) => this.value = value;
        public Entry(Func<object?> lazy) => this.lazy = lazy;

        public object? Value
        {
            get
            {
                // Two threads may both work it out; the value is written before the way to it is dropped.
                if (Volatile.Read(ref lazy) is { } way)
                {
                    value = way();
                    Volatile.Write(ref lazy, null);
                }
                return value;
            }
        }
    }
}
