using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Reporting.Origins;

/// <summary>What has changed between what a run was made of and what it would be made of now. How hosts are reached does not count.</summary>
public sealed class Changes
{
    private const int MostShown = 20;

    private readonly (KeptPlan Before, KeptPlan Now) plans;
    private readonly (KeptInventory Before, KeptInventory Now) inventories;

    public Changes(RunOrigin before, RunOrigin now)
    {
        plans = (new KeptPlan(before.Plan), new KeptPlan(now.Plan));
        inventories = (new KeptInventory(before.Inventory), new KeptInventory(now.Inventory));
        List<Change> all =
        [
            .. Files(before.Files, now.Files),
            .. Inventories(i => i.Groups),
            .. Inventories(i => i.Hosts),
            .. Values("param", plan => plan.Params),
            .. Values("var", plan => plan.Vars),
        ];
        // What a step does follows from all that, but for what it asks of the environment by itself.
        All = all.Count > 0 ? all : [.. Steps()];
    }

    public IReadOnlyList<Change> All { get; }

    /// <summary>
    /// The first thing that is not as it was in what may have run: all steps before that one, with what is inside them, what it stands in, and the params, vars and hosts that they use. Null: nothing, so that the run may go on with what is there now.
    /// </summary>
    /// <param name="first">The first step that has not passed, in the order of the run; null: they all have.</param>
    public Change? Before(StepKey? first)
    {
        KeptStep[] before = [.. plans.Before.Steps.Where(IsBefore)], now = [.. plans.Now.Steps.Where(IsBefore)];
        for (var i = 0; i < Math.Max(before.Length, now.Length); i++)
        {
            var (old, one) = (before.ElementAtOrDefault(i), now.ElementAtOrDefault(i));
            if (old is null || one is null || old.Key != one.Key)
                // The shorter list tells which of the two is one too many.
                return now.Length < before.Length && old is not null ? new Change($"{old.Title} is not there any more", []) : new Change($"{(one ?? old!).Title} is new", []);
            var isAround = first is not null && RunOrder.IsAround(one.Key, first.Path);
            if (old.Text(isAround) != one.Text(isAround)) return Change.Of($"{old.Title} has changed", old.Text(isAround), one.Text(isAround));
        }
        var uses = new Uses(plans, inventories, now);
        return now.Select(uses.Changed).FirstOrDefault(change => change is not null);

        bool IsBefore(KeptStep step) => first is null || RunOrder.IsBefore(step.Key, first.Path);
    }

    /// <summary>All of them, for people.</summary>
    public IEnumerable<ReportLine> Lines(int width)
    {
        foreach (var change in All.Take(MostShown))
            foreach (var line in Lines(change, width)) yield return line;
        if (All.Count > MostShown)
            foreach (var line in Layout.Lines($"… {All.Count - MostShown} more have changed", width, 0, 1, Tone.Quiet)) yield return line;
    }

    /// <summary>One of them, for people.</summary>
    public static IEnumerable<ReportLine> Lines(Change change, int width) =>
        Layout.Lines(change.What, width, 0, 1, Tone.Title).Concat(change.Diff.SelectMany(line => Layout.Lines(line, width, 2, 1, DiffText.ToneOf(line))));

    private static IEnumerable<Change> Files(IReadOnlyList<OriginFile> before, IReadOnlyList<OriginFile> now)
    {
        foreach (var file in before)
            if (now.FirstOrDefault(other => other.Path == file.Path) is not { } other) yield return new Change($"{file.Path} is not used any more", []);
            else if (other.Hash != file.Hash) yield return other.Text == file.Text ? new Change($"a secret in {file.Path} has changed", []) : Change.Of($"{file.Path} has changed", file.Text, other.Text);
        foreach (var file in now)
            if (before.All(other => other.Path != file.Path)) yield return new Change($"{file.Path} is new", []);
    }

    private IEnumerable<Change> Inventories(Func<KeptInventory, OrderedDictionary<string, List<string>>> lines)
    {
        var (before, now) = (lines(inventories.Before), lines(inventories.Now));
        foreach (var (name, old) in before)
            if (!now.TryGetValue(name, out var one)) yield return new Change($"the {name} is not there any more", []);
            else if (!old.SequenceEqual(one)) yield return Change.Of($"the {name} has changed", KeptInventory.Text(old), KeptInventory.Text(one));
        foreach (var name in now.Keys.Where(name => !before.ContainsKey(name))) yield return new Change($"the {name} is new", []);
    }

    private IEnumerable<Change> Values(string what, Func<KeptPlan, DataMap> values)
    {
        var (before, now) = (values(plans.Before), values(plans.Now));
        foreach (var name in before.Names.Union(now.Names))
            if (Uses.Changed(what, name, before, now) is { } change) yield return change;
    }

    private IEnumerable<Change> Steps()
    {
        var now = plans.Now.Steps.ToDictionary(step => step.Key);
        foreach (var step in plans.Before.Steps)
            if (!now.Remove(step.Key, out var other)) yield return new Change($"{step.Title} is not there any more", []);
            else if (step.Text(false) != other.Text(false)) yield return Change.Of($"{step.Title} has changed", step.Text(false), other.Text(false));
        foreach (var step in now.Values) yield return new Change($"{step.Title} is new", []);
    }
}
