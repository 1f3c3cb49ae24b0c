using Playbooks.Problems;
using Playbooks.Steps.Log;

namespace Playbooks.Planning;

/// <summary>Plans when the windows of `log` steps open, so that the runner notes their files just then and never reads what is not asked for.</summary>
internal sealed class LogWindows(ProblemList problems)
{
    private readonly Dictionary<StepKey, List<PlannedMark>> marks = [];

    public IReadOnlyDictionary<StepKey, IReadOnlyList<PlannedMark>> Marks => marks.ToDictionary(m => m.Key, m => (IReadOnlyList<PlannedMark>)m.Value);

    /// <summary>Notes that a window for this `log` step opens just before the step it names, or with the run.</summary>
    public void Plan(PlannedStep planned, LogWork log, Names here, IReadOnlyList<PlannedStep> calls)
    {
        if (log.Since is "beginning" or "last_run") return;
        var pathNames = log.Path.Templates.SelectMany(t => t.Names).ToList();
        foreach (var use in pathNames.Where(n => here.LoopNames.Contains(n.Name)))
            problems.Add(use.At, "a log's path may not depend on the loop: its window opens before", "write one `log` step for each, or say `since: beginning`");

        var hosts = planned.Hosts is PlannedHosts.Inherited ? here.Hosts ?? [] : planned.Hosts.Widest;
        if (log.Since == "play")
        {
            foreach (var use in pathNames.Where(n => here.Captured.Contains(n.Name)))
                problems.Add(use.At, $"`{use.Name}` is known only after its step, but this log's window opens when the run begins", "say `since: ID` of a step after it");
            Add(StepKey.Run, new PlannedMark(planned, log, hosts, calls));
            return;
        }
        if (!here.Ids.TryGetValue(log.Since, out var anchor))
        {
            problems.Add(log.SinceAt, $"no step before this one has the id `{log.Since}`", Suggest.DidYouMean(log.Since, here.Ids.Keys.Concat(["play", "beginning", "last_run"])) ?? "`since` is play, beginning, last_run, or the id of an earlier step");
            return;
        }
        foreach (var use in pathNames.Where(n => here.Captured.Contains(n.Name) && anchor.Gives.Contains(n.Name)))
            problems.Add(use.At, $"`{use.Name}` is known only after the step `{log.Since}`, but this log's window opens before it");
        Add(anchor.Key, new PlannedMark(planned, log, hosts, []));
    }

    private void Add(StepKey key, PlannedMark mark)
    {
        if (!marks.TryGetValue(key, out var list)) marks[key] = list = [];
        list.Add(mark);
    }
}
