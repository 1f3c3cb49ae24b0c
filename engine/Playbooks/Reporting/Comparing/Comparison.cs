using Playbooks.Steps;

namespace Playbooks.Reporting.Comparing;

/// <summary>Two findings of the same step on the same host; null: it did not come about in that run.</summary>
public sealed record Pair(Finding? Before, Finding? Now)
{
    public Finding Any => Now ?? Before!;

    public FindingState Was => Before?.State ?? FindingState.Open;

    public FindingState Is => Now?.State ?? FindingState.Open;

    /// <summary>Now there is nothing to do for it.</summary>
    public bool IsSkipped => Now?.Outcome == Outcome.Skipped;
}

/// <summary>A captured value that is not what it was.</summary>
public sealed record ValueChange(string Name, string Step, string Host, string Before, string Now);

/// <summary>What has changed from one run to another. Each step on each host is in one of the lists, or is as it was.</summary>
public sealed class Comparison
{
    public Comparison(Findings before, Findings now)
    {
        (Before, Now) = (before, now);
        var keys = now.All.Concat(before.All).Select(f => (f.Step, f.Host)).Distinct();
        Pairs = [.. keys.Select(key => new Pair(before.Find(key.Step, key.Host), now.Find(key.Step, key.Host)))];
        Values =
        [
            .. from pair in Pairs
               where pair is { Before: not null, Now: not null }
               from value in pair.Before!.Values
               where pair.Now!.Values.TryGetValue(value.Key, out var other) && other != value.Value
               select new ValueChange(value.Key, pair.Any.Step, pair.Any.Host, value.Value, pair.Now!.Values[value.Key]),
        ];
        Came = [.. now.Hosts.Keys.Except(before.Hosts.Keys).Where(now.IsAbout)];
        Went = [.. before.Hosts.Keys.Except(now.Hosts.Keys).Where(before.IsAbout)];
    }

    public Findings Before { get; }

    public Findings Now { get; }

    /// <summary>All of them, in the order of the later plan.</summary>
    public IReadOnlyList<Pair> Pairs { get; }

    /// <summary>They passed, and fail now.</summary>
    public IEnumerable<Pair> New => Of(FindingState.Passed, FindingState.Failed);

    /// <summary>They fail now; what was before was not found out.</summary>
    public IEnumerable<Pair> Surfaced => Of(FindingState.Open, FindingState.Failed);

    public IEnumerable<Pair> StillFailing => Of(FindingState.Failed, FindingState.Failed);

    public IEnumerable<Pair> Fixed => Of(FindingState.Failed, FindingState.Passed);

    /// <summary>They passed; what is now was not found out.</summary>
    public IEnumerable<Pair> Lost => Of(FindingState.Passed, FindingState.Open).Where(pair => !pair.IsSkipped);

    /// <summary>They failed; what is now was not found out.</summary>
    public IEnumerable<Pair> Sunk => Of(FindingState.Failed, FindingState.Open).Where(pair => !pair.IsSkipped);

    /// <summary>They passed or failed, and are skipped now: that is no worse.</summary>
    public IEnumerable<Pair> Skipped => Pairs.Where(pair => pair.IsSkipped && pair.Was != FindingState.Open);

    /// <summary>They pass now; what was before was not found out.</summary>
    public IEnumerable<Pair> SeenAgain => Of(FindingState.Open, FindingState.Passed);

    /// <summary>They were not found out before, and are not now. To be left out both times is nothing to tell; not to be reached is.</summary>
    public IEnumerable<Pair> StillOpen => Of(FindingState.Open, FindingState.Open);

    /// <summary>Passed both times.</summary>
    public IEnumerable<Pair> StillPassing => Of(FindingState.Passed, FindingState.Passed);

    /// <summary>All of the lists, by their names: each pair is in one of them.</summary>
    public IReadOnlyList<(string Name, IEnumerable<Pair> Pairs)> Lists =>
    [
        ("new", New), ("surfaced", Surfaced), ("lost", Lost), ("sunk", Sunk), ("still_failing", StillFailing), ("still_open", StillOpen), ("fixed", Fixed), ("seen_again", SeenAgain), ("skipped", Skipped), ("still_passing", StillPassing),
    ];

    /// <summary>In the order of the steps.</summary>
    public IReadOnlyList<ValueChange> Values { get; }

    /// <summary>Hosts that the inventory has now, and that something was found of.</summary>
    public IReadOnlyList<string> Came { get; }

    /// <summary>Those that it had.</summary>
    public IReadOnlyList<string> Went { get; }

    /// <summary>Something is worse than before, or is not known any more. From warnings nothing follows.</summary>
    public bool IsWorse => New.Concat(Surfaced).Any(pair => !pair.Now!.IsWarning) || Lost.Any(pair => !pair.Before!.IsWarning) || Sunk.Any(pair => pair is { Before.IsWarning: false, Now: not { IsRescued: true } });

    public bool IsEmpty => Pairs.All(pair => pair.Was == pair.Is) && Values.Count == 0 && Came.Count == 0 && Went.Count == 0;

    /// <summary>What people see of a host.</summary>
    public string Label(string host) => Now.Hosts.GetValueOrDefault(host) ?? Before.Hosts.GetValueOrDefault(host) ?? host;

    private IEnumerable<Pair> Of(FindingState was, FindingState @is) => Pairs.Where(pair => pair.Was == was && pair.Is == @is);
}
