using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Journal;

/// <summary>Makes what is hidden in an event absent, so that a run that goes on never takes `***` for a value. For reports it stays as it is.</summary>
internal static class HiddenValues
{
    public static RunEvent Absent(RunEvent happened) => happened switch
    {
        RunEvent.HostStarted { IsHidden: true } started => started with { Item = Secret("the item of the loop") },
        RunEvent.ItemFinished { Result.Hidden.Count: > 0 } item => item with { Result = Of(item.Result) },
        RunEvent.HostFinished { Result.Hidden.Count: > 0 } host => host with { Result = Of(host.Result) },
        RunEvent.UndoStarted { Owed.Hidden.Count: > 0 } undo => undo with { Owed = Of(undo.Owed) },
        RunEvent.UndoFinished { Owed.Hidden.Count: > 0 } undo => undo with { Owed = Of(undo.Owed) },
        RunEvent.RunFinished run when run.NotUndone.Any(owed => owed.Hidden.Count > 0) => run with { NotUndone = [.. run.NotUndone.Select(Of)] },
        _ => happened,
    };

    private static HostResult Of(HostResult result) => result with
    {
        Captured = Of(result.Captured, result.Hidden),
        Fields = Of(result.Fields, "field ", result.Hidden),
        Items = result.Items is null ? null : [.. result.Items.Select((fields, i) => Of(fields, $"item {i} ", result.Hidden))],
    };

    private static OwedUndo Of(OwedUndo owed) => owed with
    {
        Item = owed.Hidden.Contains("item") ? Secret("the item of the loop") : owed.Item,
        Captured = Of(owed.Captured, owed.Hidden),
    };

    private static Dictionary<string, object?> Of(IReadOnlyDictionary<string, object?> captured, IReadOnlyList<string> hidden) =>
        captured.ToDictionary(value => value.Key, value => hidden.Contains("capture " + value.Key) ? Secret($"`{value.Key}`") : value.Value);

    private static DataMap Of(DataMap fields, string prefix, IReadOnlyList<string> hidden) => hidden.Any(name => name.StartsWith(prefix, StringComparison.Ordinal))
        ? new(fields.Select(field => KeyValuePair.Create(field.Key, hidden.Contains(prefix + field.Key) ? Secret($"`{field.Key}`") : field.Value)))
        : fields;

    private static Absent Secret(string what) => new($"{what} is a secret, or has one in it: the journal never keeps it");
}
