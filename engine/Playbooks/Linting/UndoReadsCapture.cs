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
        of the step failed.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        var captured = file.Steps.SelectMany(linted => linted.Step.Capture.Select(capture => capture.Name)).CountBy(name => name).ToDictionary();
        foreach (var linted in file.Steps)
            // Of a loop each item has captures of its own, and its step one result.
            if (linted.Undoes is { Loop: null } undone)
                foreach (var use in linted.Names.DistinctBy(use => use.Name))
                    if (captured.GetValueOrDefault(use.Name) == 1 && undone.Capture.FirstOrDefault(capture => capture.Name == use.Name) is { } capture)
                        yield return Found(use.At, $"`{use.Name}` is not there where the step that is put back has failed", $"steps.{undone.Id ?? "ID"}.… has its result then, too: here `{capture.Value.Text}`{(undone.Id is null ? "; give the step an `id`" : "")}", linted);
    }
}
