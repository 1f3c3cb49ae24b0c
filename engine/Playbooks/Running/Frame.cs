using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>A room of names: the playbook's own, or that of one call of an action on one host.</summary>
/// <param name="Id">Empty for the playbook; for a call its address.</param>
/// <param name="Names">What is seen by its own name from the start: params and vars.</param>
/// <param name="Gives">All names that steps of this room may capture, so that one without a value can say why.</param>
internal sealed record Frame(string Id, Scope Names, IReadOnlySet<string> Gives)
{
    public static Frame Of(string id, Scope names, IEnumerable<PlannedStep> steps) => new(id, names, GivenBy(steps).ToHashSet());

    private static IEnumerable<string> GivenBy(IEnumerable<PlannedStep> steps) => steps.SelectMany(step =>
        step.Gives.Concat(step.Step.Work is Block ? GivenBy(step.Steps.Concat(step.Always)) : []).Concat(GivenBy(step.Undo)));
}

/// <summary>Where a sequence of steps runs: in which room of names, for which hosts, owing its undos to which block, ended by which token.</summary>
internal sealed record Room
{
    public required Frame Frame { get; init; }

    /// <summary>The address of the block that undos are owed to.</summary>
    public required string Block { get; init; }

    /// <summary>The host of the action or the undo around; null at the playbook's own level.</summary>
    public Host? Host { get; init; }

    /// <summary>Inside an action or an undo, where steps are about the host around them.</summary>
    public bool Inside { get; init; }

    /// <summary>The names of the loop around.</summary>
    public Scope Loop { get; init; } = Scope.Empty;

    public required CancellationToken Cancel { get; init; }

    /// <summary>Undo or `always`: what fails here has exit code 6.</summary>
    public bool PuttingBack { get; init; }

    /// <summary>Part of this address for steps inside: an undo is run once for each item.</summary>
    public string Prefix { get; init; } = "";
}
