using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>
/// Takes the samples of a probe on one host: each slot its own, by the clock, whatever becomes of the earlier ones. They are judged in the order of their slots.
/// What this machine could not start before the next was due, or watch, because it was busy or asleep, is missed.
/// </summary>
internal sealed class Sampler(Sampling how, Sampled samples, Suspension suspension, Recorder recorder, TimeProvider time)
{
    /// <summary>A sample that is found bad is told at once, the others now and then.</summary>
    private static readonly TimeSpan Telling = TimeSpan.FromSeconds(1);

    /// <summary>It is looked this often at least whether this machine is awake, and what has come.</summary>
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan tick = how.Every < LongestTick ? how.Every : LongestTick;
    private readonly Queue<Slot> waiting = new();
    private readonly List<(TimeSpan Due, SampleOutcome Outcome, TimeSpan Took)> judged = [];
    private string? reason;
    private TimeSpan toldAt;
    private bool hasJudged;
    private volatile Settling? settling;

    /// <summary>Somebody waits until all that was due by then is judged.</summary>
    private sealed record Settling(TimeSpan Until, TaskCompletionSource Done);

    /// <summary>One slot.</summary>
    /// <param name="due">When it was due.</param>
    /// <param name="taken">Its sample; null: it could not be started.</param>
    /// <param name="begun">When it was started.</param>
    /// <param name="over">Ends it.</param>
    private sealed class Slot(TimeSpan due, Task<(bool Passed, TimeSpan Took, string? Reason)>? taken, TimeSpan begun, CancellationTokenSource? over)
    {
        public TimeSpan Due => due;

        public Task<(bool Passed, TimeSpan Took, string? Reason)>? Taken => taken;

        public bool IsUnderWay => taken is { IsCompleted: false };

        /// <summary>It was seen to have ended.</summary>
        public bool IsSeen { get; set; }

        /// <summary>So long this machine was not there to watch it; its time is longer by that.</summary>
        public TimeSpan Gap { get; set; }

        /// <summary>What was open then is none any more.</summary>
        public bool IsVoid { get; set; }

        public TimeSpan Awake(TimeSpan now) => now - begun - Gap;

        public void End() => over?.Cancel();
    }

    /// <summary>Takes samples until it is told to end, or its host is dropped.</summary>
    /// <param name="judge">Asked where something is bad; given what is certain of an outage behind samples that are still under way.</param>
    /// <param name="end">Ends it: what is under way is left.</param>
    /// <exception cref="LogFailedException">A sample could not be kept.</exception>
    public async Task Run(Action<Outage?> judge, CancellationToken end)
    {
        var first = recorder.Elapsed + how.Offset;
        var (slot, awake, asleep) = (0L, recorder.Elapsed, suspension.Total);
        while (!end.IsCancellationRequested && (how.Host is null || !recorder.State.IsDropped(how.Host.Name)))
        {
            var next = first + how.Every * slot;
            var planned = next < awake + tick ? next : awake + tick;
            await Task.Delay(HostRunner.Limit(planned - recorder.Elapsed), time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested) break;
            var (now, total) = (recorder.Elapsed, suspension.Total);
            var slept = total - asleep >= tick;
            foreach (var one in waiting.Where(s => s.Taken is not null && !s.IsSeen))
            {
                if (now - planned >= tick) one.Gap += now - awake;
                one.IsVoid |= slept;
            }
            (awake, asleep) = (now, total);
            for (; first + how.Every * slot <= now; slot++) waiting.Enqueue(Begin(first + how.Every * slot, now, slept));
            await Judge(now, judge);
        }
        await Tell();
        foreach (var left in waiting) left.End();
        settling?.Done.TrySetResult();
    }

    /// <summary>Waits until all that was due by now, and at least one, is judged.</summary>
    /// <param name="running">Its run, which may end before.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task Settle(Task running, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        settling = new Settling(recorder.Elapsed, done);
        await ((Task)Task.WhenAny(done.Task, running)).WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Slot Begin(TimeSpan due, TimeSpan now, bool slept)
    {
        if (slept || due + how.Every <= now || waiting.Count(s => s.IsUnderWay) >= how.Most) return new Slot(due, null, now, null);
        // Of its own: linked to that of the probe each sample would be remembered there to the end.
        var over = new CancellationTokenSource();
        return new Slot(due, Task.Run(() => samples.Take(how, over.Token), CancellationToken.None), now, over);
    }

    private async Task Judge(TimeSpan now, Action<Outage?> judge)
    {
        foreach (var one in waiting)
        {
            one.IsSeen |= one.Taken is { IsCompleted: true };
            if (one.IsVoid || one.IsUnderWay && one.Awake(now) > how.Timeout) one.End();
            // A log that failed has no more to do.
            if (one.Taken is { IsFaulted: true } broken) await broken;
        }
        var isBad = false;
        while (waiting.TryPeek(out var sample) && Seen(sample, now) is { } outcome)
        {
            waiting.Dequeue();
            (hasJudged, isBad) = (true, isBad | outcome == SampleOutcome.Bad);
            if (outcome == SampleOutcome.Bad) reason ??= Reason(sample);
            judged.Add((sample.Due, outcome, outcome == SampleOutcome.Missed ? TimeSpan.Zero : sample.Taken is { IsCompleted: true } taken ? (await taken).Took : sample.Awake(now)));
        }
        var certain = Certain(now);
        if (isBad || now - toldAt >= Telling || settling is not null) await Tell();
        if (isBad || certain is not null) judge(certain);
        if (settling is { } asked && now > asked.Until && hasJudged && (!waiting.TryPeek(out var first) || first.Due > asked.Until)) asked.Done.TrySetResult();
    }

    /// <summary>Null: nothing is known of it yet.</summary>
    private SampleOutcome? Seen(Slot sample, TimeSpan now) => sample switch
    {
        { Taken: null } or { IsVoid: true } => SampleOutcome.Missed,
        { Taken: { IsCompletedSuccessfully: true, Result: var result } } => result switch
        {
            { Passed: true } when result.Took <= how.Timeout => SampleOutcome.Good,
            // It took too long; but had this machine been there all the time?
            _ when result.Took > how.Timeout => result.Took - sample.Gap > how.Timeout ? SampleOutcome.Bad : SampleOutcome.Missed,
            _ => SampleOutcome.Bad,
        },
        _ when sample.Awake(now) > how.Timeout => SampleOutcome.Bad,
        _ => null,
    };

    private string? Reason(Slot sample) => sample.Taken is { IsCompletedSuccessfully: true, Result: var result } && result.Took <= how.Timeout ? result.Reason : $"no answer within {Literals.Print(how.Timeout)}";

    /// <summary>The outage that those behind a sample that is still under way prove: whatever becomes of it, there was no good one since.</summary>
    private Outage? Certain(TimeSpan now)
    {
        if (waiting.Count < 2) return null;
        Outage? outage = null;
        foreach (var sample in waiting)
            switch (Seen(sample, now))
            {
                case SampleOutcome.Good: outage = null; break;
                case SampleOutcome.Bad: outage = (outage ?? new Outage(sample.Due, now) { Reason = Reason(sample) ?? "" }) with { To = now < sample.Due + how.Every ? now : sample.Due + how.Every }; break;
            }
        return outage;
    }

    private async Task Tell()
    {
        toldAt = recorder.Elapsed;
        if (judged.Count == 0) return;
        var sampled = RunEvent.ProbeSampled.Of(how.At, judged, reason);
        judged.Clear();
        reason = null;
        await recorder.Record(sampled);
    }
}
