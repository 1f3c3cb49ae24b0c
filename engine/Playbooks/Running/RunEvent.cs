using System.Text.Json.Serialization;
using Playbooks.Connections;
using Playbooks.Planning;
using Playbooks.Running.Probing;
using Playbooks.Steps;
using Playbooks.Steps.Http;

namespace Playbooks.Running;

/// <summary>
/// Everything that can happen in a run. Closed: state, journal and reports are folds over these. Steps are named by their keys, which
/// the plan explains, so an event is plain data. Old journals know them by the words here: a word never changes.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(RunStarted), "run_started")]
[JsonDerivedType(typeof(WindowOpened), "window_opened")]
[JsonDerivedType(typeof(WindowRead), "window_read")]
[JsonDerivedType(typeof(StepStarted), "step_started")]
[JsonDerivedType(typeof(HostStarted), "host_started")]
[JsonDerivedType(typeof(AttemptFailed), "attempt_failed")]
[JsonDerivedType(typeof(ItemFinished), "item_finished")]
[JsonDerivedType(typeof(HostFinished), "host_finished")]
[JsonDerivedType(typeof(StepFinished), "step_finished")]
[JsonDerivedType(typeof(FrameLeft), "frame_left")]
[JsonDerivedType(typeof(HostDropped), "host_dropped")]
[JsonDerivedType(typeof(BlockFinished), "block_finished")]
[JsonDerivedType(typeof(BlockOver), "block_over")]
[JsonDerivedType(typeof(BatchesMade), "batches_made")]
[JsonDerivedType(typeof(BatchStarted), "batch_started")]
[JsonDerivedType(typeof(BatchFinished), "batch_finished")]
[JsonDerivedType(typeof(ProbeStarted), "probe_started")]
[JsonDerivedType(typeof(ProbeSampled), "probe_sampled")]
[JsonDerivedType(typeof(ProbeJudged), "probe_judged")]
[JsonDerivedType(typeof(ProbeFinished), "probe_finished")]
[JsonDerivedType(typeof(BlockAgain), "block_again")]
[JsonDerivedType(typeof(Rescued), "rescued")]
[JsonDerivedType(typeof(AlwaysNotRun), "always_not_run")]
[JsonDerivedType(typeof(AlwaysFailed), "always_failed")]
[JsonDerivedType(typeof(UndoStarted), "undo_started")]
[JsonDerivedType(typeof(UndoFinished), "undo_finished")]
[JsonDerivedType(typeof(CookiesKept), "cookies_kept")]
[JsonDerivedType(typeof(StopRequested), "stop_requested")]
[JsonDerivedType(typeof(RunResumed), "run_resumed")]
[JsonDerivedType(typeof(PutBackByHand), "put_back_by_hand")]
[JsonDerivedType(typeof(RunFinished), "run_finished")]
public abstract record RunEvent
{
    private RunEvent() { }

    /// <summary>Counts from 1 through the run.</summary>
    public long Sequence { get; init; }

    /// <summary>The wall clock's time, which may jump.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Since the run began, by a clock that does not jump.</summary>
    public TimeSpan Elapsed { get; init; }

    public sealed record RunStarted(string Run, string Playbook, string File) : RunEvent
    {
        public RunOutline Outline { get; init; } = RunOutline.Empty;
    }

    /// <summary>A `log` step's window opened on a machine, for the host it is about (empty: none): its files were noted, or why that was not possible.</summary>
    public sealed record WindowOpened(WindowKey Window, IReadOnlyList<LogMark> Marks, string? Reason) : RunEvent
    {
        /// <summary>Of a window since the last run: the run that had read to these marks; null: none had looked there.</summary>
        public string? After { get; init; }
    }

    /// <summary>A window since the last run was read to here, and judged: that of the next run begins here.</summary>
    /// <param name="Window">Which.</param>
    /// <param name="Machine">What tells its machine from others: the next run may have another inventory.</param>
    /// <param name="Marks">Where the reading ended.</param>
    public sealed record WindowRead(WindowKey Window, string Machine, IReadOnlyList<LogMark> Marks) : RunEvent;

    /// <summary>A step begins on its hosts (empty: it is about none). It may capture these names.</summary>
    public sealed record StepStarted(string Frame, StepKey Step, string Title, string? Id, IReadOnlyList<string> Gives, IReadOnlyList<string> Hosts) : RunEvent;

    /// <summary>The work is about to begin on a host, for one item: from here on its undo is owed to the block.</summary>
    public sealed record HostStarted(Address At, string Block, object? Item, bool OwesUndo) : RunEvent
    {
        /// <summary>Its commands leave receipts, by which their hosts can be asked after them.</summary>
        public bool LeavesReceipts { get; init; }

        /// <summary>The item has a secret in it that is not in the log.</summary>
        public bool IsHidden { get; init; }
    }

    /// <summary>A command printed a line. In passing: told to reports only, by <see cref="Recorder.Tell"/>; it has no number, no log keeps it, and it may be lost.</summary>
    public sealed record Printed(Address At, PrintedLine Line) : RunEvent;

    /// <summary>The machine of a step is being connected to, or is not any more. In passing, as above.</summary>
    public sealed record Connecting(Address At, string Machine, bool Now) : RunEvent;

    /// <summary>An attempt did not pass, and there will be another.</summary>
    public sealed record AttemptFailed(Address At, string Reason, TimeSpan Waited, TimeSpan Within) : RunEvent;

    /// <summary>One item of a loop ended, after all its attempts. Where nothing had begun there is nothing to put back; what it captured its undo will see.</summary>
    public sealed record ItemFinished(Address At, string Block, HostResult Result) : RunEvent;

    /// <summary>The step ended on a host: after all its items, or, without a loop, after all its attempts, as above.</summary>
    public sealed record HostFinished(Address At, string Block, HostResult Result) : RunEvent;

    /// <summary>The step ended on all its hosts. A block says what is held against it.</summary>
    public sealed record StepFinished(string Frame, StepKey Step, IReadOnlyList<HostOutcome> Outcomes, TimeSpan Duration, Held? Held = null) : RunEvent;

    /// <summary>The room of an action's call, an included playbook or an undo is left: its names are not seen again, once that of which it is the room has ended.</summary>
    /// <param name="Frame">The room.</param>
    /// <param name="Of">The attempt or the group; null: an undo, which has ended.</param>
    public sealed record FrameLeft(string Frame, Address? Of) : RunEvent;

    /// <summary>A host takes no further part.</summary>
    public sealed record HostDropped(string Host, StepKey Step) : RunEvent;

    /// <summary>A block ended: well, and its undos are forgotten; or not, and they are due.</summary>
    public sealed record BlockFinished(string Block, bool Passed) : RunEvent;

    /// <summary>The hosts of a block go through it in these batches.</summary>
    public sealed record BatchesMade(string Frame, StepKey Block, IReadOnlyList<IReadOnlyList<string>> Batches) : RunEvent;

    /// <summary>A batch, counted from 1, begins.</summary>
    public sealed record BatchStarted(string Frame, StepKey Block, int Number, int Of, IReadOnlyList<string> Hosts) : RunEvent;

    /// <summary>A batch ended, and what was to be put back of it is.</summary>
    public sealed record BatchFinished(string Frame, StepKey Block, int Number, bool Passed, Held Held) : RunEvent;

    /// <summary>A probe begins to look on its hosts (empty: it is about none), so often.</summary>
    public sealed record ProbeStarted(string Frame, StepKey Probe, string? Id, IReadOnlyList<string> Hosts, TimeSpan Every) : RunEvent;

    /// <summary>Samples of a probe on a host, one for each slot from the first on.</summary>
    /// <param name="At">The probe, and the host.</param>
    /// <param name="First">When the first of these was due, since the run began.</param>
    /// <param name="Outcomes">A letter for each slot: `+` good, `-` bad, `?` missed.</param>
    /// <param name="Took">Microseconds, for each that was not missed.</param>
    /// <param name="Reason">What the first bad one of these said.</param>
    public sealed record ProbeSampled(Address At, TimeSpan First, string Outcomes, IReadOnlyList<long> Took, string? Reason) : RunEvent
    {
        private const string Letters = "+-?";

        internal static ProbeSampled Of(Address at, IReadOnlyList<(TimeSpan Due, SampleOutcome Outcome, TimeSpan Took)> samples, string? reason) => new(
            at, samples[0].Due, string.Concat(samples.Select(s => Letters[(int)s.Outcome])), [.. samples.Where(s => s.Outcome != SampleOutcome.Missed).Select(s => s.Took.Ticks / TimeSpan.TicksPerMicrosecond)], reason);

        /// <param name="every">From one slot to the next.</param>
        internal IEnumerable<(TimeSpan Due, SampleOutcome Outcome, TimeSpan Took)> Samples(TimeSpan every)
        {
            var took = 0;
            foreach (var (slot, letter) in Outcomes.Index())
            {
                var outcome = (SampleOutcome)Letters.IndexOf(letter, StringComparison.Ordinal);
                yield return (First + every * slot, outcome, outcome == SampleOutcome.Missed ? TimeSpan.Zero : TimeSpan.FromMicroseconds(Took[took++]));
            }
        }
    }

    /// <summary>How a probe stands against its budget when the steps have passed (no failures: within it), or why it could not begin.</summary>
    public sealed record ProbeJudged(string Frame, StepKey Probe, string Title, IReadOnlyList<ProbeFailure> Failures) : RunEvent;

    /// <summary>A probe looks no more: its block has ended, and what is to be put back is.</summary>
    public sealed record ProbeFinished(string Frame, StepKey Probe) : RunEvent;

    /// <summary>The time of a block's `within` was up between its steps.</summary>
    public sealed record BlockOver(string Frame, StepKey Block, string Title, string Message) : RunEvent;

    /// <summary>A block did not pass, is put back, and runs again: the failures of these steps count nothing.</summary>
    public sealed record BlockAgain(string Frame, StepKey Block, string Title, IReadOnlyList<StepKey> Steps, TimeSpan Waited, TimeSpan Within) : RunEvent;

    /// <summary>A block's `rescue` passed: the failures of these steps count nothing any more.</summary>
    public sealed record Rescued(string Frame, StepKey Block, string Title, IReadOnlyList<StepKey> Steps) : RunEvent;

    /// <summary>The `always` of a block was not run, because the run was told to leave at once.</summary>
    public sealed record AlwaysNotRun(string Block) : RunEvent;

    /// <summary>A step of a block's `always` did not pass.</summary>
    public sealed record AlwaysFailed(string Block) : RunEvent;

    public sealed record UndoStarted(OwedUndo Owed) : RunEvent;

    /// <summary>An undo ended; `Asked`: a `put_back` step asked for it, and no failure; `IsEmpty`: none of its steps passed, for all were skipped.</summary>
    public sealed record UndoFinished(OwedUndo Owed, bool Passed, string? Reason, bool Asked = false, bool IsEmpty = false) : RunEvent;

    /// <summary>What a client's cookies are from now on.</summary>
    public sealed record CookiesKept(string Client, IReadOnlyList<Cookie> Cookies) : RunEvent;

    public sealed record StopRequested(StopReason Reason) : RunEvent
    {
        /// <summary>What a guard says.</summary>
        public string? Why { get; init; }

        /// <summary>The probe whose budget is the guard.</summary>
        public Address? Probe { get; init; }
    }

    /// <summary>The run goes on after its program had ended, or after it had stopped.</summary>
    /// <param name="PutsBack">Only to put back what is owed.</param>
    /// <param name="Again">What is as if it had not run, and runs again.</param>
    /// <param name="Decided">What the user says of steps whose end is unknown.</param>
    public sealed record RunResumed(bool PutsBack, IReadOnlyList<Forgotten> Again, IReadOnlyList<Decided> Decided) : RunEvent
    {
        /// <summary>Of the plan that it goes on with.</summary>
        public RunOutline? Outline { get; init; }
    }

    /// <summary>Somebody says, after its end, to have put back by hand what the run owed. Nobody goes on with it from then on.</summary>
    /// <param name="By">Who: user@machine.</param>
    public sealed record PutBackByHand(string By) : RunEvent;

    /// <summary>`NotUndone` is what could not be put back.</summary>
    public sealed record RunFinished(ExitCode ExitCode, IReadOnlyList<OwedUndo> NotUndone) : RunEvent;
}

/// <summary>Which attempt of which item of which step on which host, in which frame (an action's call has its own).</summary>
public sealed record Address(string Frame, StepKey Step, string Host, int Item = 0, int Attempt = 1)
{
    public override string ToString() => System.FormattableString.Invariant($"{Frame}{Step}@{Host}#{Item}.{Attempt}");
}

/// <summary>What is held against a probe on a host (empty: it is about none).</summary>
public sealed record ProbeFailure(string Host, Outcome Outcome, Failure Failure);

/// <summary>How a step ended on a host.</summary>
public sealed record HostOutcome(string Host, Outcome Outcome);

/// <summary>What is held against a block that has ended: the steps whose failures ended it, those whose failures let it go on, and the exit codes of both.</summary>
public sealed record Held(IReadOnlyList<StepKey> Stopped, IReadOnlyList<StepKey> WentOn, ExitCode Stopping, ExitCode Counted, bool IsUnsure, string? Reason)
{
    /// <summary>The hosts on which they failed.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];
}

/// <summary>A step in a frame that is as if it had not run: on these hosts, or (empty) wholly, with all inside.</summary>
public sealed record Forgotten(string Frame, StepKey Step, IReadOnlyList<string> Hosts)
{
    /// <summary>Only as if it had not ended: what ran inside that attempt of an action is still known, and what it owes.</summary>
    public Address? Inside { get; init; }

    /// <summary>Only as if it had not ended: what ran inside the block is still known.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>What the user says of an attempt whose end is unknown.</summary>
public sealed record Decided(Address At, Decision Decision);

/// <summary>See <see cref="Decided"/>.</summary>
public enum Decision
{
    /// <summary>It has passed; what it would have captured nobody knows.</summary>
    AssumeDone,

    /// <summary>It runs once more.</summary>
    Rerun,

    /// <summary>It counts as skipped.</summary>
    Skip,
}

/// <summary>A window of a `log` step, on the machine it reads, for the host it is about.</summary>
public sealed record WindowKey(string Frame, StepKey Log, string About, string Machine)
{
    /// <summary>Of a window since the last run: the path, filled in; it may be another one for each item of a loop.</summary>
    public string? Path { get; init; }
}

/// <summary>Where the last run that judged a window had read to.</summary>
public sealed record LastRead(string Run, IReadOnlyList<LogMark> Marks);

/// <summary>An undo that is to be run if its block does not end well.</summary>
public sealed record OwedUndo(string Block, Address At, string Title, object? Item)
{
    /// <summary>How the step ended could not be found out.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>What this very item captured: another item or host may have captured the same names since.</summary>
    public IReadOnlyDictionary<string, object?> Captured { get; init; } = new Dictionary<string, object?>();

    /// <summary>What has a secret in it that is not in the log: see <see cref="HostResult.Hidden"/>; `item` is the item.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Why its undo failed; null: it did not, or that is not known.</summary>
    public string? Why { get; init; }

    public override string ToString() => $"\"{Title}\"{(At.Host.Length == 0 ? "" : " on " + At.Host)} was not put back{(Why is null ? "" : ": " + Why)}";
}
