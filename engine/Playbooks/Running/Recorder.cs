using System.Threading.Channels;
using Playbooks.Connections;

namespace Playbooks.Running;

/// <summary>
/// The one door through which events go: numbered and timed, written to the log, folded into the state, and told to reports, from a
/// bounded queue of their own, so that a report can neither slow nor break a run. The state has values as they are; log and reports
/// are given none with a secret in it.
/// </summary>
public sealed class Recorder(RunState state, IRunLog log, TimeProvider time, Masker? masker = null)
{
    private const int Queue = 10_000;

    private readonly Lock gate = new();
    private readonly Channel<RunEvent> told = Channel.CreateBounded<RunEvent>(new BoundedChannelOptions(Queue) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly long began = time.GetTimestamp();
    private readonly TimeSpan before = state.Elapsed;

    public RunState State => state;

    /// <summary>Hides the secrets of this run.</summary>
    public Masker Masker { get; } = masker ?? new Masker();

    /// <summary>For one report to read, beside the run.</summary>
    public ChannelReader<RunEvent> Told => told.Reader;

    /// <summary>Since the run began; of one that goes on after its program had ended, only the time that it ran.</summary>
    public TimeSpan Elapsed => before + time.GetElapsedTime(began);

    /// <summary>Its number, once it is kept: a durable one on the disk, others at least in the order they happened in.</summary>
    /// <exception cref="LogFailedException">It could not be kept.</exception>
    public async Task<long> Record(RunEvent happened, bool durable = false)
    {
        ValueTask kept;
        lock (gate)
        {
            happened = happened with { Sequence = state.Sequence + 1, Time = time.GetUtcNow(), Elapsed = Elapsed };
            var shown = Masker.Mask(happened);
            kept = log.Append(shown, durable);
            state.Apply(happened);
            told.Writer.TryWrite(shown);
        }
        await kept;
        return happened.Sequence;
    }

    /// <summary>Tells reports, and nobody else, what happens in passing. False where they are behind: what has happened keeps its room in their queue.</summary>
    public bool Tell(RunEvent passing) => told.Reader.Count < Queue / 2 && told.Writer.TryWrite(Masker.Mask(passing with { Elapsed = Elapsed }));

    public void Complete() => told.Writer.TryComplete();
}
