using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>Something is restarted on several hosts in the same moment.</summary>
internal sealed class RestartAllAtOnce : LintRule
{
    public override string Name => "restart-all-at-once";

    public override string Summary => "A step restarts, stops or reboots on several hosts at the same time.";

    public override string Explanation => """
        A step runs on all its hosts side by side. `service: { name: tomcat, state: restarted }` on both of a pair takes the site down, and
        where the new configuration is wrong, neither comes back.

        Let them go through it one after the other: a block with `batch: 1`, that also looks whether each is back before the next one goes.

        ```yaml
        - name: One after the other
          hosts: was
          batch: 1
          block:
            - name: Restart it
              service: { name: tomcat, state: restarted }
            - name: It answers
              http: "http://{{ host.address }}:8080/"
              within: 60s
        ```

        Told is what is certain without an inventory: `all`, several names, a range, a `*`, and a name that the file itself uses as a group
        (`groups.was`, `was[route=…]`). A step with `run_once` or `at` another place, one in a block in batches, and one whose `when` asks for
        `host` are not.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        if (file.Playbook is null) return [];
        var groups = file.Steps.SelectMany(Names).Concat(file.Playbook.Params.SelectMany(parameter => parameter.Default?.Templates ?? []).Concat(file.Playbook.Vars.SelectMany(variable => variable.Value.Templates)).SelectMany(template => template.Names))
            .Where(use => use is { Name: "groups", PicksOne: false }).SelectMany(use => use.Members.Take(1))
            .Concat(file.Steps.Select(linted => linted.Step.Own.Hosts).OfType<HostPattern>().SelectMany(pattern => pattern.Filtered)).Append("all").ToHashSet();
        return from linted in file.Steps
               let step = linted.Step
               where !linted.IsUndo && (step.Runs is null or { Kind: PlaceKind.Host }) && !linted.InBatches && !step.RunOnce && linted.Defaults.Hosts?.IsSurelyMany(groups) == true && step.When?.Names.Any(use => use.Name == "host") != true
               let told = Told.By(step, linted.Defaults).FirstOrDefault(told => told.What != Deed.Start)
               where told is not null
               select Found(step.At, $"this {told.What switch { Deed.Stop => "stops", Deed.Reboot => "reboots", _ => "restarts" }} all of `{DisplayOf(linted.Defaults.Hosts!)}` at the same time", "put it in a block with `batch: 1`", linted);
    }

    private static string DisplayOf(HostPattern pattern) => pattern.Text.Trim();

    private static IEnumerable<NameUse> Names(LintedStep linted) => (linted.Step.When?.Names ?? []).Concat(linted.Step.Loop?.Expression?.Names ?? []).Concat(linted.Step.Work.Names).Concat(linted.Step.Assert.SelectMany(assertion => assertion.Names));
}
