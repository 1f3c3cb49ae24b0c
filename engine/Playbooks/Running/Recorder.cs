using System.Threading.Channels;
using Playbooks.Connections;

namespace Playbooks.Running;

/// <summary>
/// The one door through which events go: numbered and timed, folded into the state, written to the log, and only then told to reports,
/// from a bounded queue of their own, so that a report can neither slow nor break a run. The state has values as they are; log and
/// reports are given none with a secret in it.
/// </summary>
public sealed class Recorder(RunState state, IRunLog log, TimeProvider time, Masker? masker = null)
{
    private const int Queue = 10_000;

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Channel<RunEvent> told = Channel.CreateBounded<RunEvent>(new BoundedChannelOptions(Queue) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly long began = time.GetTimestamp();
    private long sequence;

    public RunState State => state;

    /// <summary>Hides the secrets of this run.</summary>
    public Masker Masker { get; } = masker ?? new Masker();

    /// <summary>For one report to read, beside the run.</summary>
    public ChannelReader<RunEvent> Told => told.Reader;

    public TimeSpan Elapsed => time.GetElapsedTime(began);

    public async ValueTask Record(RunEvent happened, bool durable = false)
    {
        // No token: an event that happened is written, also while the run is being stopped.
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            happened = happened with { Sequence = ++sequence, Time = time.GetUtcNow(), Elapsed = Elapsed };
            var shown = Masker.Mask(happened);
            await log.Append(shown, durable);
            state.Apply(happened);
            told.Writer.TryWrite(shown);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Tells reports, and nobody else, what happens in passing. False where they are behind: what has happened keeps its room in their queue.</summary>
    public bool Tell(RunEvent passing) => told.Reader.Count < Queue / 2 && told.Writer.TryWrite(Masker.Mask(passing with { Elapsed = Elapsed }));

    public void Complete() => told.Writer.TryComplete();
}
