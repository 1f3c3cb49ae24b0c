namespace Playbooks.Templating;

public static partial class Data
{
    /// <summary>Compares values by what they hold: a list with a list item by item, a map with a map whatever the order of its names.</summary>
    internal static readonly IEqualityComparer<object?> ByValue = new ValueComparer();

    /// <summary>Whether both are the same value, deep. 1 equals 1.0; values of different types are different.</summary>
    public static bool AreEqual(object? left, object? right)
    {
        if (ReferenceEquals(left, right)) return true;
        switch (left, right)
        {
            case (long or double, long or double): return CompareNumbers(left, right) == 0;
            case (IMembers a, IMembers b): return AreEqualMaps(a, b);
            case (IMembers, _) or (_, IMembers): return false;
            case (IReadOnlyList<object?> a, IReadOnlyList<object?> b):
                if (a.Count != b.Count) return false;
                for (var i = 0; i < a.Count; i++)
                    if (!AreEqual(a[i], b[i])) return false;
                return true;
            default: return Equals(left, right);
        }
    }

    /// <summary>Compares numbers exactly: a long beyond 2^53 does not become equal to its neighbours by way of double.</summary>
    internal static int CompareNumbers(object left, object right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (long a, double b) => Compare(a, b),
        (double a, long b) => -Compare(b, a),
        _ => throw new ArgumentException("not two numbers"),
    };

    private static int Compare(long whole, double real)
    {
        if (real >= 9223372036854775808.0) return -1;
        if (real < -9223372036854775808.0) return 1;
        var floor = Math.Floor(real);
        var order = whole.CompareTo((long)floor);
        return order != 0 ? order : real > floor ? -1 : 0;
    }

    private static bool AreEqualMaps(IMembers left, IMembers right)
    {
        var names = left.Names.ToHashSet(StringComparer.Ordinal);
        if (!names.SetEquals(right.Names)) return false;
        foreach (var name in names)
            if (!left.TryGet(name, out var a) || !right.TryGet(name, out var b) || !AreEqual(a, b)) return false;
        return true;
    }

    private sealed class ValueComparer : IEqualityComparer<object?>
    {
        bool IEqualityComparer<object?>.Equals(object? x, object? y) => AreEqual(x, y);

        public int GetHashCode(object? value)
        {
            switch (value)
            {
                case null: return 0;
                case long whole: return ((double)whole).GetHashCode();
                case IMembers map: return map.Names.Aggregate(7, (hash, name) => hash ^ name.GetHashCode(StringComparison.Ordinal));
                case IReadOnlyList<object?> list:
                    var hash = new HashCode();
                    foreach (var item in list) hash.Add(GetHashCode(item));
                    return hash.ToHashCode();
                default: return value.GetHashCode();
            }
        }
    }
}
