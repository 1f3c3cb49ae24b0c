using System.Diagnostics;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting.Plans;

/// <summary>The words in which a plan is told to people.</summary>
internal static class PlanWords
{
    private const int FewHosts = 6, MostListed = 3;

    /// <summary>What a step does to the world, in capitals where that is anything.</summary>
    public static string Effect(Entry entry) => entry switch
    {
        { IsSkipped: true } => "skipped",
        { IsProbe: true } => "probe",
        { Step.IsGroup: true } => entry.Kind!,
        { Step.Compares: true } => "compares",
        { Step.Effect: Model.Effect.None } => "looks",
        { Step.Effect: Model.Effect.Repeatable } => "CHANGES",
        _ => "ONCE",
    };

    public static bool Changes(Entry entry) => !entry.Step.IsGroup && !entry.IsSkipped && entry.Step.Effect != Model.Effect.None;

    /// <summary>Whom a step is about; empty where that is said by what it stands in.</summary>
    public static string Hosts(Entry entry) => entry.Step.Hosts switch
    {
        PlannedHosts.Known { Hosts: [] } => "no host",
        PlannedHosts.Known { Hosts: [_, _, ..] hosts } when entry.Step.Step.RunOnce => $"the first that takes part of {Labels(hosts)}",
        PlannedHosts.Known known => Labels(known.Hosts),
        PlannedHosts.After after => $"{after.Pattern.Text}: {(after.AtWidest.Count == 1 ? "at most" : "among")} {Labels(after.AtWidest)} {After(Givers(entry, after))}",
        PlannedHosts.None when entry is { PutsBack: { } target } => $"where {target} has begun",
        PlannedHosts.None when entry.Step.Step.Work is KindWork && (entry.IsOfRun || entry.IsProbe) => Label(Host.Control),
        _ => "",
    };

    public const string EachBatch = "each batch begins";

    /// <summary>After what the hosts are known.</summary>
    public static IReadOnlyList<string> Givers(Entry entry, PlannedHosts.After after) => [.. entry.Around.Missing(after.Pattern.Template.Names), .. after.Pattern.Among([Batches.Group]).Take(entry.Around.IsInBatch ? 1 : 0).Select(_ => EachBatch)];

    public static string After(IEnumerable<string> givers) => $"(known after: {string.Join(", ", givers)})";

    public static string Label(Host host) => host == Host.Control ? "this machine" : host.Label;

    /// <summary>All of a few hosts by their labels; of many the first and how many there are.</summary>
    public static string Labels(IReadOnlyList<Host> hosts) => hosts.Count <= FewHosts
        ? string.Join(", ", hosts.Select(Label))
        : $"{hosts.Count} hosts ({string.Join(", ", hosts.Take(MostListed).Select(Label))} … {Label(hosts[^1])})";

    /// <summary>For which hosts and items a value is.</summary>
    public static string Cases(IReadOnlyList<Case> cases)
    {
        var byHost = cases.GroupBy(c => c.Host).Select(g => (Host: g.Key, Items: g.Where(c => c.Index is not null).Select(c => Item(c.Item)).ToList())).ToList();
        if (byHost.Count > 1 && byHost.All(h => h.Items.SequenceEqual(byHost[0].Items))) return Labels([.. byHost.Select(h => h.Host!)]) + Items(byHost[0].Items);
        var some = byHost.Take(FewHosts).Select(h => h.Host is { } host ? Label(host) + Items(h.Items) : string.Join(", ", h.Items.Take(FewHosts)) + (h.Items.Count > FewHosts ? $" and {h.Items.Count - FewHosts} more" : ""));
        return string.Join(", ", some) + (byHost.Count > FewHosts ? $" and {byHost.Count - FewHosts} more" : "");
    }

    private static string Items(List<string> items) => items.Count == 0 ? "" : $" [{string.Join(", ", items.Take(FewHosts))}{(items.Count > FewHosts ? $" and {items.Count - FewHosts} more" : "")}]";

    /// <summary>An item of a loop; of a host its name says enough.</summary>
    public static string Item(object? item) => item switch
    {
        IMembers map when map.Names.Contains("groups") && map.TryGet("name", out var name) && name is string host => host,
        string text => text,
        _ => Data.Show(item, 60),
    };

    /// <summary>A value as one would write it: a text as it is, unless its ends would not be seen.</summary>
    public static string Value(object? value) => value switch
    {
        string text => text.Trim().Length == 0 || text.Trim() != text && !text.Contains('\n', StringComparison.Ordinal) ? Data.ToJson(text) : text,
        IMembers or IReadOnlyList<object?> or null => Data.ToJson(value),
        _ => Data.ToText(value),
    };

    public static string Value(Foreseen value) => value switch
    {
        Foreseen.Known known => Value(known.Value),
        Foreseen.After after => $"{Value(after.Written)} {After(after.Givers)}",
        Foreseen.Wrong wrong => $"{Value(wrong.Written)} (cannot be filled in: {wrong.Why})",
        _ => throw new UnreachableException(),
    };
}
