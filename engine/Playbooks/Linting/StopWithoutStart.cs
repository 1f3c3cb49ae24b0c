using Playbooks.Model;

namespace Playbooks.Linting;

/// <summary>Something is stopped, and nobody starts it again.</summary>
internal sealed class StopWithoutStart : LintRule
{
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
        say that they stop something, where no step, undo or included playbook starts the same thing, and none reboots.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        if (file.Playbook is not { } playbook) return [];
        var all = file.Steps.Select(linted => (linted, Told: Told.By(linted.Step, linted.Defaults).ToList())).ToList();
        if (!all.Any(step => step.Told.Exists(told => told.What == Deed.Stop))) return [];
        var started = all.SelectMany(step => step.Told).Concat(Included(playbook, new(ReferenceEqualityComparer.Instance))).Where(told => told.What != Deed.Stop).ToList();
        if (started.Exists(told => told.What == Deed.Reboot)) return [];
        var things = started.Select(told => told.Thing).ToHashSet();
        return from step in all
               where !step.linted.IsUndo && step.linted.Step.Undo.Count == 0 && !(step.linted.Step.Work is ActionCall call && file.Known.Action(call.Action)?.Undo.Count > 0)
               let stops = step.Told.FirstOrDefault(told => told.What == Deed.Stop && !things.Contains(told.Thing))
               where stops is not null
               select Found(step.linted.Step.At, "this stops something, and nothing here starts it again when a later step fails", "give it an `undo` that starts it again", step.linted);
    }

    private static IEnumerable<Told> Included(Playbook playbook, HashSet<Playbook> seen) => All(playbook.Steps.Concat(playbook.Always)).Select(step => step.Work).OfType<Include>()
        .Where(include => seen.Add(include.Playbook))
        .SelectMany(include => All(include.Playbook.Steps.Concat(include.Playbook.Always)).SelectMany(step => Told.By(step, step.Own)).Concat(Included(include.Playbook, seen)));

    private static IEnumerable<Step> All(IEnumerable<Step> steps) => steps.SelectMany(step => All(step.Undo).Concat(step.Work is Block block ? All(block.All) : []).Prepend(step));
}
