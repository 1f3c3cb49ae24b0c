using Playbooks.Model;

namespace Playbooks.Linting;

/// <summary>An undo that wants what its own step captures, which is there only where that passed.</summary>
internal sealed class UndoReadsCapture : LintRule
{
    public override string Name => "undo-reads-capture";

    public override string Summary => "An undo that reads what the step it puts back captures: where that step fails there is none.";

    public override string Explanation => """
        A step that fails after it has changed something is put back, too. It has captured nothing then: the undo cannot be worked out, the
        host stays changed, and the run ends with 6.

        Give the step an `id`, and read its result: `steps.write.changed`, `steps.write.backup`. That is there also where an assertion
        of the step failed. Where the step ended in an error there is no result either: then only an undo that asks for nothing can run.

        In a loop each item has captures of its own; there this rule is silent.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        foreach (var undo in file.Steps.Where(linted => linted.Undoes is { Loop: null, Capture.Count: > 0 }).GroupBy(linted => linted.Undoes!, (IEqualityComparer<Step>)ReferenceEqualityComparer.Instance))
        {
            var (undone, itsOwn) = (undo.Key, undo.SelectMany(linted => linted.Step.Capture).Select(capture => capture.Name).ToHashSet());
            foreach (var linted in undo)
                foreach (var capture in undone.Capture.Where(capture => !itsOwn.Contains(capture.Name)))
                {
                    var uses = linted.Names.Where(use => use.Name == capture.Name || use.Name == "all" && use.Members is [var member, ..] && member == capture.Name).ToList();
                    // Who asks first whether it is there knows what to do where it is not.
                    if (uses.Count == 0 || uses.Any(use => use.Guarded)) continue;
                    yield return Found(uses[0].At, $"`{capture.Name}` is not there where the step that is put back has failed", $"steps.{undone.Id ?? "ID"}.… has its result then, too: here `{capture.Value.Text}`{(undone.Id is null ? "; give the step an `id`" : "")}", linted);
                }
        }
    }
}
