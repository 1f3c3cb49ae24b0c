using System.Collections.Concurrent;

namespace Playbooks.Steps;

/// <summary>Puts the questions of `confirm` steps to the user: each question of a step once, however many hosts ask it.</summary>
/// <param name="ask">Gives the answer; null from it, or no such way: there is nobody to ask.</param>
public sealed class Questions(Func<string, CancellationToken, Task<bool?>>? ask)
{
    private readonly ConcurrentDictionary<(string Step, string Question), Lazy<Task<bool?>>> asked = new();

    /// <summary>Nobody is there to be asked.</summary>
    public static Questions Unasked { get; } = new(null);

    /// <summary>The answer; null where there is nobody to ask.</summary>
    public async Task<bool?> Ask(string step, string question, CancellationToken cancel)
    {
        if (ask is null) return null;
        while (true)
        {
            var one = asked.GetOrAdd((step, question), _ => new(() => ask(question, cancel)));
            try
            {
                return await one.Value.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (one.Value.IsCanceled)
            {
                // Whose host asked first has no time left; that is no answer for the others.
                asked.TryRemove(KeyValuePair.Create((step, question), one));
                cancel.ThrowIfCancellationRequested();
            }
        }
    }
}
