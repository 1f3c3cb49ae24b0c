using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Tests.Journal;

/// <summary>Whether two values are the same to the last bit and type; what is worked out later is worked out.</summary>
internal static class Same
{
    public static bool Are(object? one, object? other)
    {
        if (one is Later later) one = later.Value;
        if (other is Later otherLater) other = otherLater.Value;
        switch (one, other)
        {
            case (null, null): return true;
            case (null, _) or (_, null): return false;
            case (double a, double b): return BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || double.IsNaN(a) && double.IsNaN(b);
            case (DateTimeOffset a, DateTimeOffset b): return a.EqualsExact(b);
            case (string, string) or (DataMap, null): return one.Equals(other);
            case (DataMap a, DataMap b): return a.Names.SequenceEqual(b.Names) && a.Values.Zip(b.Values).All(pair => Are(pair.First, pair.Second));
            case (IReadOnlyDictionary<string, object?> a, IReadOnlyDictionary<string, object?> b): return a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var value) && Are(entry.Value, value));
            case (System.Collections.IList a, System.Collections.IList b): return a.Count == b.Count && a.Cast<object?>().Zip(b.Cast<object?>()).All(pair => Are(pair.First, pair.Second));
            case (SourceText a, SourceText b): return a.Name == b.Name && a.HasLines == b.HasLines;
            case (Explanation a, Explanation b): return a.Expression == b.Expression && Are(a.Evaluated, b.Evaluated);
        }
        if (one.GetType() != other.GetType()) return false;
        if (one.GetType().IsValueType) return one.Equals(other);
        return one.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0 && p.SetMethod is not null).All(p => Are(p.GetValue(one), p.GetValue(other)));
    }
}
