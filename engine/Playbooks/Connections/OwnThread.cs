namespace Playbooks.Connections;

/// <summary>
/// Runs calls of the SSH library that block, each on a thread of its own: on the pool's few threads they would hold up every other
/// host. Their number is bounded by the callers (gates and slots).
/// </summary>
internal static class OwnThread
{
    public static Task<T> Run<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    public static Task Run(Action work) => Run(() =>
    {
        work();
        return true;
    });
}
