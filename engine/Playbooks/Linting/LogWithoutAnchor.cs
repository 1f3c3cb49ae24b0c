using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Steps.Log;

namespace Playbooks.Linting;

/// <summary>A look at a log for what a step did, that also finds what was there before it.</summary>
internal sealed class LogWithoutAnchor : LintRule
{
    public override string Name => "log-without-anchor";

    public override string Summary => "A `log` that looks for a line after a change, and would also take a line from before it.";

    public override string Explanation => """
        Without `since` a `log` looks at all that was written since the run began, and with `since: beginning` at last week's lines too. After
        a step that changes something it then passes by a line that an earlier step, or an earlier start, has left: the most usual way for
        a check to be green for the wrong reason.

        Give the step that changes something an `id`, and say `since: ID`: then only what was written since just before it counts. A `log`
        that only says what it `lacks` is not judged: that may well be meant for the whole run.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        var last = new Dictionary<(string?, bool), LintedStep>();
        foreach (var linted in file.Steps.Where(step => !step.IsProbe))
        {
            // An undo is no part of the order: it runs when it is needed.
            var order = (linted.Action?.Name, linted.IsUndo);
            if (linted.Step.Work is LogWork { Since: "play" or "beginning" } log && (log.Contains is not null || log.Matches is not null) && !linted.IsUndo && last.TryGetValue(order, out var before))
                yield return Found(linted.Step.At, $"this also takes a line from before {(file.Secrets.Contains(before.Step) ? $"the step in line {before.Step.At.Line}" : $"`{before.Step.Title}`")}, which changes something: {(log.Since == "play" ? "its window begins with the run" : "its window begins with the file")}",
                    before.Step.Id is { } id ? $"say `since: {id}`" : "give that step an `id`, and say `since: ID` here", linted);
            if (linted.Step.Work is (KindWork { Kind.RunsAt: PlaceKind.Host } or ActionCall or PutBack) && file.Known.Changes(linted.Step, linted.Defaults)) last[order] = linted;
        }
    }
}
