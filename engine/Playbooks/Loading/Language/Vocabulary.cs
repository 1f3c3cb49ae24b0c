using Playbooks.Model;

namespace Playbooks.Loading.Language;

/// <summary>All maps of the language whose keys are its own words.</summary>
public static class Vocabulary
{
    public static IReadOnlyList<KeyGroup> Groups { get; } =
    [
        PlaybookKeys.Playbook, PlaybookKeys.Param, PlaybookKeys.Secret, PlaybookKeys.ActionFile, PlaybookKeys.Action,
        StepKeys.Step, StepKeys.Block, StepKeys.Batch, StepKeys.Include, StepKeys.Probe, StepKeys.Budget,
        NotifyKeys.Notify, NotifyKeys.Webhook, NotifyKeys.Email, NotifyKeys.Command,
        InventoryKeys.Inventory, InventoryKeys.Group, InventoryKeys.Host, InventoryKeys.Ssh,
    ];
}
