namespace Playbooks.Running;

/// <summary>The batches of a block: which there are, how far they have come, and who failed.</summary>
public sealed class BatchesState
{
    private readonly Dictionary<int, RunEvent.BatchFinished> ended = [];
    private readonly HashSet<string> failed = [];

    internal BatchesState(IReadOnlyList<IReadOnlyList<string>> batches) => Batches = batches;

    /// <summary>The names of the hosts.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Batches { get; }

    /// <summary>How many have begun.</summary>
    public int Begun { get; private set; }

    /// <summary>The hosts that failed, were unreachable, or of which that is unknown. Who goes on with a run that has ended has seen them: they no longer stop it.</summary>
    public IReadOnlyCollection<string> Failed => failed;

    public RunEvent.BatchFinished? Ended(int number) => ended.GetValueOrDefault(number);

    internal void Begin(int number) => Begun = number;

    internal void Finish(RunEvent.BatchFinished batch)
    {
        ended[batch.Number] = batch;
        failed.UnionWith(batch.Held.Hosts);
    }

    internal void Forgive() => failed.Clear();

    /// <summary>Something in it runs again.</summary>
    internal void Reopen(int number) => ended.Remove(number);
}
