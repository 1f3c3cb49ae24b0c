using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>How the hosts of a block go through it some at a time, and when that ends.</summary>
public sealed record Batches(Setting<IReadOnlyList<BatchSize>> Sizes, HostPattern Pattern, Position At)
{
    /// <summary>What the hosts of a batch are called inside: a group of that name.</summary>
    public const string Group = "batch";

    /// <summary>Null: as they stand in the inventory.</summary>
    public Setting<BatchOrder>? Order { get; init; }

    /// <summary>Between two batches.</summary>
    public Setting<TimeSpan>? Pause { get; init; }

    /// <summary>With more failed hosts than this no further batch starts; null: 0.</summary>
    public Setting<int>? MaxFailed { get; init; }

    public IEnumerable<Template> Templates => Sizes.Templates.Concat(Order?.Templates ?? []).Concat(Pause?.Templates ?? []).Concat(MaxFailed?.Templates ?? []);

    /// <summary>The hosts in their batches: a percentage is of all of them, rounded down and at least one; the last size repeats.</summary>
    public static IReadOnlyList<IReadOnlyList<T>> Split<T>(IReadOnlyList<T> hosts, IReadOnlyList<BatchSize> sizes)
    {
        var batches = new List<IReadOnlyList<T>>();
        for (var at = 0; at < hosts.Count; at += batches[^1].Count)
            batches.Add([.. hosts.Skip(at).Take(sizes[Math.Min(batches.Count, sizes.Count - 1)].Of(hosts.Count))]);
        return batches;
    }
}

/// <summary>How many hosts, or how many in a hundred.</summary>
public readonly record struct BatchSize(int Number, bool IsPercent)
{
    public int Of(int all) => IsPercent ? Math.Max(1, (int)((long)all * Number / 100)) : Number;

    public override string ToString() => IsPercent ? $"{Number}%" : $"{Number}";
}

/// <summary>In which order hosts go.</summary>
/// <param name="By">One of the words.</param>
/// <param name="Names">With <see cref="BatchOrderBy.Names"/>: all of them.</param>
public sealed record BatchOrder(BatchOrderBy By, IReadOnlyList<string> Names)
{
    /// <summary>The hosts in that order; a shuffle is another one each time.</summary>
    /// <exception cref="ExpressionException">It names a host twice, one that does not take part, or not all.</exception>
    public IReadOnlyList<Host> Of(IReadOnlyList<Host> hosts, Position at)
    {
        switch (By)
        {
            case BatchOrderBy.Inventory: return hosts;
            case BatchOrderBy.Reverse: return [.. hosts.Reverse()];
            case BatchOrderBy.Shuffle:
                var shuffled = hosts.ToArray();
                System.Security.Cryptography.RandomNumberGenerator.Shuffle<Host>(shuffled);
                return shuffled;
            default:
                var byName = hosts.ToDictionary(host => host.Name);
                if (Names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { Key: var twice }) throw new ExpressionException(at, $"this order names `{twice}` twice");
                if (Names.FirstOrDefault(name => !byName.ContainsKey(name)) is { } unknown)
                    throw new ExpressionException(at, $"this order names `{unknown}`, which is no host of this block", Suggest.DidYouMean(unknown, byName.Keys) ?? Its(hosts));
                if (hosts.Count > Names.Count) throw new ExpressionException(at, $"this order does not name {string.Join(", ", hosts.Select(h => h.Name).Except(Names).Take(5))}{(hosts.Count - Names.Count > 5 ? ", …" : "")}", "name each host of the block once");
                return [.. Names.Select(name => byName[name])];
        }
    }

    private static string Its(IReadOnlyList<Host> hosts) => $"it has {string.Join(", ", hosts.Take(20).Select(h => h.Name))}{(hosts.Count > 20 ? ", …" : "")}";
}

/// <summary>See <see cref="BatchOrder"/>.</summary>
public enum BatchOrderBy
{
    Inventory,
    Reverse,
    Shuffle,
    Names,
}
