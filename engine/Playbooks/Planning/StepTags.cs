using Playbooks.Model;

namespace Playbooks.Planning;

/// <summary>Which steps `-t` leaves in: those with a tag, those inside something that has one, and what is around them. `rescue`, `always` and undos go with what they belong to.</summary>
internal static class StepTags
{
    /// <summary>All tags of these steps and of those inside them.</summary>
    public static HashSet<string> Of(IEnumerable<Step> steps) => [.. steps.SelectMany(step => step.Tags.Concat(Of(Inside(step))))];

    /// <summary>The step has one of the tags itself: then all inside it runs.</summary>
    public static bool IsChosen(Step step, IReadOnlyCollection<string> tags) => step.Tags.Any(tags.Contains);

    /// <summary>Something inside it is chosen.</summary>
    public static bool HoldsChosen(Step step, IReadOnlyCollection<string> tags) => Of(Inside(step)).Overlaps(tags);

    private static IReadOnlyList<Step> Inside(Step step) => step.Work switch
    {
        Block block => block.Steps,
        Include include => include.Playbook.Steps,
        _ => [],
    };
}
