using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>A captured name that nothing asks for.</summary>
internal sealed class CaptureUnused : LintRule
{
    public override string Name => "capture-unused";

    public override string Summary => "A captured name that no expression uses.";

    public override string Explanation => """
        A capture is there for a later step: to compare with, to choose hosts by. One that nobody asks for is most often what is left of a
        check that was taken out, or a name that is written otherwise where it is meant: then something is not checked that seems to be.

        Use it, or take it out. A playbook that only looks (every step has `effect: none`) is not judged: what it captures is what
        `play compare` holds one night against the other. Where somebody reads it in a report, allow it by a comment that says who.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        if (file.Playbook is { } playbook)
            return file.Known.Changes(playbook) ? Unused(file.Steps, [], "the playbook") : [];
        var steps = file.Steps.ToLookup(step => step.Action?.Name);
        return file.Actions.SelectMany(action => Unused([.. steps[action.Name]], action.Result.SelectMany(field => field.Value.Names), $"the action `{action.Name}`"));
    }

    private IEnumerable<Finding> Unused(IReadOnlyList<LintedStep> steps, IEnumerable<NameUse> more, string where)
    {
        var used = new HashSet<string>();
        foreach (var use in steps.SelectMany(linted => linted.Names).Concat(more))
        {
            used.Add(use.Name);
            // Which of them `all[x]` means only the run knows.
            if (use.Name == "all" && use.Members.Count == 0) return [];
            if (use.Name == "all") used.Add(use.Members[0]);
        }
        return steps.SelectMany(linted => linted.Step.Capture
            .Where(capture => !used.Contains(capture.Name))
            .Select(capture => Found(capture.At, $"nothing in {where} uses `{capture.Name}`", "use it, or take it out", linted)));
    }
}
