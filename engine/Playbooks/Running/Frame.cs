using System.Globalization;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>A room of names: the playbook's own, that of one call of an action on one host, or that of one undo.</summary>
/// <param name="Id">Empty for the playbook; else an address.</param>
/// <param name="Names">What is seen by its own name from the start: params and vars.</param>
/// <param name="Gives">All names that steps of this room may capture, so that one without a value can say why.</param>
/// <param name="Outer">For an undo: the room of the step it puts back, whose names it sees too.</param>
internal sealed record Frame(string Id, Scope Names, IReadOnlySet<string> Gives, Frame? Outer = null)
{
    /// <summary>A room inside a step: an action's call or an undo, whose address it carries. What happens there is told with that step; an included playbook's steps are the run's own.</summary>
    public static bool IsInside(string id) => id.Contains('@', StringComparison.Ordinal);

    public static Frame Of(string id, Scope names, IEnumerable<PlannedStep> steps) => new(id, names, GivenBy(steps).ToHashSet());

    /// <summary>The room of a batch of a block.</summary>
    public static string OfBatch(string frame, StepKey block, int number) => FormattableString.Invariant($"{frame}{block}/{number}/");

    /// <summary>The number of the batch of that block that a room is, or stands in; null: of none.</summary>
    public static int? BatchOf(string id, string frame, StepKey block)
    {
        var all = $"{frame}{block}/";
        return id.StartsWith(all, StringComparison.Ordinal) && id.IndexOf('/', all.Length) is > 0 and var end && int.TryParse(id.AsSpan(all.Length, end - all.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>A room inside this one, for steps whose results nobody outside may see.</summary>
    public Frame Inside(string id, IEnumerable<PlannedStep> steps) => new(id, Names, GivenBy(steps).Concat(Gives).ToHashSet(), this);

    private static IEnumerable<string> GivenBy(IEnumerable<PlannedStep> steps) => steps.SelectMany(step =>
        step.Gives.Concat(step.Step.Work is Block { Batches: null } ? GivenBy(step.Steps.Concat(step.Rescue).Concat(step.Always)) : []));
}
