using Playbooks.Model;

namespace Playbooks.Linting;

/// <summary>Something is stopped, and nobody starts it again.</summary>
internal sealed class StopWithoutStart : LintRule
{
    /// <summary>Each stop is held against that many patterns of hosts; with more, nothing is certain.</summary>
    private const int MostPatterns = 20;

    public override string Name => "stop-without-start";

    public override string Summary => "A step stops something, has no `undo`, and nothing starts it again.";

    public override string Explanation => """
        When a later step fails, or somebody presses Ctrl-C, the run ends where it is. What was stopped stays stopped, at night, with nobody
        there: what was to be a test has become the outage.

        Give the step an `undo` that starts it again: it runs on the hosts where the step had started, whatever goes wrong after it; and
        `put_back: ID` runs it when its time has come.

        ```yaml
        - id: leave
          name: Stop the owner
          hosts: was
          service: { name: tomcat, state: stopped }
          undo: { service: { name: tomcat, state: started } }
        ```

        Told is what is certain: `service` with `state: stopped` (not with `enabled: false`, which means it), commands and actions whose words
        say that they stop something, where no step or undo starts the same thing, none later in the file starts anything on those hosts, no
        included playbook starts anything, and none reboots.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        if (file.Playbook is not { } playbook) return [];
        var all = file.Steps.Select(linted => (linted, Told: Told.By(linted.Step, linted.Defaults).ToList())).ToList();
        if (!all.Any(step => step.Told.Exists(told => told.What == Deed.Stop))) return [];
        var started = all.SelectMany(step => step.Told).Where(told => told.What != Deed.Stop).ToList();
        if (started.Exists(told => told.What == Deed.Reboot) || Included(playbook, new(ReferenceEqualityComparer.Instance)).Any(told => told.What != Deed.Stop)) return [];
        var things = started.Select(told => told.Thing).ToHashSet();
        var later = new Dictionary<string, HostPattern?>();
        var found = new List<Finding>();
        foreach (var (linted, told) in Enumerable.Reverse(all))
        {
            var hosts = linted.Step.Runs switch { null or { Kind: PlaceKind.Host } => linted.Defaults.Hosts, { Pattern: var pattern } => pattern };
            if (told.Exists(one => one.What != Deed.Stop)) later.TryAdd(hosts?.Text ?? "", hosts);
            if (linted.IsUndo || linted.Step.Undo.Count > 0 || linted.Step.Work is ActionCall call && file.Known.Action(call.Action)?.Undo.Count > 0) continue;
            if (!told.Exists(one => one.What == Deed.Stop && !things.Contains(one.Thing))) continue;
            // What is started later may be it, by another name.
            if (later.Count > MostPatterns || later.Values.Any(other => hosts is null || other is null || hosts.MayMeet(other))) continue;
            found.Add(Found(linted.Step.At, "this stops something, and nothing here starts it again when a later step fails", "give it an `undo` that starts it again", linted));
        }
        return found;
    }

    private static IEnumerable<Told> Included(Playbook playbook, HashSet<Playbook> seen) => All(playbook.Steps.Concat(playbook.Always)).Select(step => step.Work).OfType<Include>()
        .Where(include => seen.Add(include.Playbook))
        .SelectMany(include => All(include.Playbook.Steps.Concat(include.Playbook.Always)).SelectMany(step => Told.By(step, step.Own)).Concat(Included(include.Playbook, seen)));

    private static IEnumerable<Step> All(IEnumerable<Step> steps) => steps.SelectMany(step => All(step.Undo).Concat(step.Work is Block block ? All(block.All) : []).Prepend(step));
}
