using System.Threading.Channels;
using Playbooks.Journal;
using Playbooks.Running;

namespace Play;

/// <summary>A run in another process, as the journal tells it.</summary>
/// <param name="after">The number of the last event that is known already.</param>
internal sealed class FollowedRun(RunJournal journal, JournalRun run, TimeProvider time, long after = 0)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    private readonly Channel<RunEvent> events = Channel.CreateBounded<RunEvent>(1_000);
    private readonly TaskCompletionSource<RunOutline?> outline = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long sequence = after;
    private (long At, TimeSpan Elapsed) last;

    public ChannelReader<RunEvent> Events => events.Reader;

    /// <summary>What its reports need to know; null: it ended before it said anything.</summary>
    public Task<RunOutline?> Outline => outline.Task;

    /// <summary>Since it began.</summary>
    public TimeSpan Elapsed => last.Elapsed + time.GetElapsedTime(last.At);

    /// <summary>Takes its events until it has ended, has died, or is left. Its row then; null: it was deleted.</summary>
    public async Task<JournalRun?> ToEnd(CancellationToken cancel)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                // In this order: what it wrote before it ended is there when that is seen.
                var now = journal.Run(run.Id);
                var lives = now is not null && journal.IsAlive(now);
                await Take(cancel);
                if (now is null || now.EndedAt is not null) return now;
                if (!lives && journal.Run(run.Id) is { EndedAt: null } died) return died;
                await Task.Delay(Look, time, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return journal.Run(run.Id);
        }
        finally
        {
            outline.TrySetResult(null);
            events.Writer.TryComplete();
        }
    }

    private async Task Take(CancellationToken cancel)
    {
        foreach (var happened in journal.Events(run, sequence))
        {
            sequence = happened.Sequence;
            // Between two events time goes on; a clock that jumps is right again with the next one.
            var since = time.GetUtcNow() - happened.Time;
            last = (time.GetTimestamp(), happened.Elapsed + (since > TimeSpan.Zero && journal.IsAlive(run) ? since : TimeSpan.Zero));
            if (happened is RunEvent.RunStarted) outline.TrySetResult(RunOutline.Of(journal.Events(run)));
            await events.Writer.WriteAsync(happened, cancel);
        }
    }
}
