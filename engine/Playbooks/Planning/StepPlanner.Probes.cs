using Playbooks.Model;
using Playbooks.Steps;

namespace Playbooks.Planning;

/// <remarks>Here what runs beside the steps.</remarks>
internal sealed partial class StepPlanner
{
    /// <summary>Each sees what is known before the steps; they, and what comes after them, see what it found.</summary>
    public IReadOnlyList<PlannedStep> Probes(IReadOnlyList<Step> probes, StepKey key, StepDefaults outer, ref Names names)
    {
        var planned = new List<PlannedStep>();
        var found = names.Probes;
        if (isAlways && probes is [var first, ..]) problems.Add(first.At, "probes do not go inside an `always`", "put them on what it stands beside");
        foreach (var (place, probe) in probes.Index())
        {
            TakeId(probe);
            var seen = names;
            // How long a step may take says nothing of a sample.
            var one = One(probe, new StepKey($"{key.Path}/{place}"), outer with { Timeout = null, OnFailure = null }, ref seen, []);
            if (probe.Work is KindWork work && one.Effect != Effect.None)
                problems.Add(probe.At, $"a probe only looks, but this `{work.Kind.Name}` may change something", work.Kind.IsUsersCommand ? "where it only looks, say `effect: none`" : null);
            check.Check((probe.Budget?.Templates ?? []).SelectMany(t => t.Names), names with { Hosts = null });
            if (probe.Id is { } name) found = found.SetItem(name, one);
            planned.Add(one);
        }
        names = names with { Probes = found };
        return planned;
    }
}
