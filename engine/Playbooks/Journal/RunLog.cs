namespace Playbooks.Journal;

/// <summary>A stub until the journal is merged.</summary>
internal static class RunLog
{
    internal static Action<long>? Committed { get; set; }
}
