using System.Threading.Channels;
using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>
/// The journal's one writer of a run. What waits goes into one transaction; where one of it is durable, the disk has it before its task
/// completes. Once anything could not be kept, nothing is any more: each later event is refused with the reason.
/// </summary>
public sealed class RunLog : IRunLog, IAsyncDisposable
{
    /// <summary>Whoever is faster than the disk by so many events waits for it.</summary>
    private const int Queue = 10_000;

    private const int Most = 1_000;

    private readonly Channel<Entry> queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(Queue) { SingleReader = true });
    private readonly RunLock alive;
    private readonly EventWriter writer;
    private readonly Task writing;
    private volatile LogFailedException? failure;
    private bool isClosed;

    private sealed record Entry(RunEvent Happened, TaskCompletionSource? Kept);

    internal RunLog(string path, JournalRun run, RunLock alive, TimeProvider time)
    {
        (Run, this.alive) = (run, alive);
        writer = new EventWriter(path, run, time);
        writing = Task.Run(Write);
    }

    /// <summary>Told after each commit, with its number: a test ends the program there.</summary>
    internal static Action<long>? Committed { get; set; }

    /// <summary>As it was when it began, or went on.</summary>
    public JournalRun Run { get; }

    public ValueTask Append(RunEvent happened, bool durable)
    {
        if (failure is { } known) throw Again(known);
        var entry = new Entry(happened, durable ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null);
        var taken = queue.Writer.WriteAsync(entry);
        return entry.Kept is null && taken.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(Kept(taken, entry));
    }

    /// <summary>Writes all that waits, and lets go of the run: from then on it does not live. Once: by the next time somebody else may have gone on with it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isClosed, true)) return;
        queue.Writer.TryComplete();
        await writing;
        writer.Dispose();
        alive.Dispose();
    }

    private async Task Kept(ValueTask taken, Entry entry)
    {
        try
        {
            await taken;
        }
        catch (ChannelClosedException)
        {
            throw Again(failure ?? new LogFailedException("the journal of this run is closed"));
        }
        if (entry.Kept is { } kept) await kept.Task;
    }

    private async Task Write()
    {
        var batch = new List<Entry>();
        while (await queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < Most && queue.Reader.TryRead(out var entry)) batch.Add(entry);
            if (failure is null) Commit(batch);
            foreach (var entry in batch)
                if (failure is { } known) entry.Kept?.TrySetException(Again(known));
                else entry.Kept?.TrySetResult();
            batch.Clear();
        }
    }

    private void Commit(List<Entry> batch)
    {
        try
        {
            writer.Commit(batch.Select(entry => entry.Happened), batch.Exists(entry => entry.Kept is not null));
        }
        catch (Exception e)
        {
            // Whatever it is, nothing may be done that is not kept.
            failure = e as LogFailedException ?? writer.Trouble(e);
            queue.Writer.TryComplete();
            return;
        }
        Committed?.Invoke(writer.Commits);
    }

    private static LogFailedException Again(LogFailedException known) => new(known.Message, known.Mend, known);
}
