using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Templating;

namespace Play;

/// <summary>A plan, and all that it was made of.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Texts">The texts of the playbook's files, its own first.</param>
/// <param name="Request">What was asked for, with the inventories that were found.</param>
/// <param name="File">The playbook's path, as it was found.</param>
/// <param name="Wishes">What the planner was told.</param>
internal sealed record PlanReading(Plan Plan, IReadOnlyList<SourceText> Texts, PlanRequest Request, string File, Planner.Wishes Wishes)
{
    /// <summary>All of it as texts to keep, when the masker knows the secrets of the run.</summary>
    public RunOrigin Origin(Masker masker, bool verbose)
    {
        // They stand in a file, and are told to the masker only when their action is called.
        foreach (var parameter in Secret)
            if (parameter.Default!.Evaluate(Scope.Empty) is { } value and not (IMembers or IReadOnlyList<object?> or bool)) masker.Add(Data.ToText(value));
        var inventory = Plan.Inventory.Whole.WithoutAddresses();
        return new RunOrigin
        {
            Files = [.. Texts.DistinctBy(text => text.Name).Select(text => OriginFile.Of(text, masker))],
            Inventory = masker.Mask(InventoryText.Of(inventory)),
            // Planned once more, because addresses are in values too. Where that cannot be, because a value depends on what an address is, they count.
            Plan = [.. new PlanJson(new Planner(inventory, Plan.Environment, new ProblemList()).Plan(Plan.Playbook, Wishes) ?? Plan) { KeptThrough = masker }.Lines()],
            Request = KeptRequest.Of(this, masker, verbose).ToJson(),
        };
    }

    /// <summary>The params that hold secrets and have a default that is written out.</summary>
    private IEnumerable<Parameter> Secret => Plan.All.SelectMany(step => step.Action?.Params ?? (step.Step.Work as Include)?.Playbook.Params ?? [])
        .Concat(Plan.Playbook.Params).Distinct().Where(parameter => parameter is { IsSecret: true, Default.IsConstant: true });
}
