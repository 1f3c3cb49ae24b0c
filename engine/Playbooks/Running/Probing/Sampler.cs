using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>How a sample is taken, and how often.</summary>
/// <param name="Every">From one due time to the next.</param>
/// <param name="Timeout">In which it has to pass.</param>
/// <param name="Offset">From the beginning to the first: the hosts of a probe are not asked all in the same instant.</param>
internal sealed record Sampling(TimeSpan Every, TimeSpan Timeout, TimeSpan Offset);

/// <summary>
/// Takes the samples of a probe on one host: each slot its own, by the clock, whatever becomes of the earlier ones. They are judged in the order of their slots.
/// What this machine could not start before the next was due, or watch, because it was busy or asleep, is missed.
/// </summary>
internal sealed class Sampler(PlannedStep probe, Host? host, Room room, Sampling how, AttemptRunner attempts, Scopes scopes, Recorder recorder, RunTools tools)
{
    /// <summary>A sample that is found bad is told at once, the others now and then.</summary>
    private static readonly TimeSpan Telling = TimeSpan.FromSeconds(1);

    /// <summary>It is looked this often at least whether this machine is awake, and what has come.</summary>
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(500);

    /// <summary>To end what took too long takes a moment.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider time = tools.Time;
    private readonly TimeSpan tick = how.Every < LongestTick ? how.Every : LongestTick;
    private readonly Address at = new(room.Frame.Id, probe.Key, host?.Name ?? "");
    private readonly Queue<Sample> waiting = new();
    private readonly List<(TimeSpan Due, SampleOutcome Outcome, TimeSpan Took)> judged = [];
    private string? reason;
    private TimeSpan toldAt;
    private bool hasJudged;
    private (TimeSpan Until, TaskCompletionSource Done)? settling;

    /// <summary>One slot.</summary>
    private sealed class Sample(TimeSpan due, Task<(bool Good, TimeSpan Took, string? Reason)>? taken, TimeSpan begun)
    {
        public TimeSpan Due => due;

        /// <summary>Null: it could not be started.</summary>
        public Task<(bool Good, TimeSpan Took, string? Reason)>? Taken => taken;

        public TimeSpan Begun => begun;

        /// <summary>It was seen to have ended while this machine was awake.</summary>
        public bool IsSeen { get; set; }

        /// <summary>This machine was not there to watch it.</summary>
        public bool IsVoid { get; set; }
    }

    /// <summary>Takes samples until it is told to end.</summary>
    /// <param name="judge">Asked after each bad sample.</param>
    /// <param name="end">Ends it: what is under way is left.</param>
    /// <exception cref="LogFailedException">A sample could not be kept.</exception>
    public async Task Run(Action judge, CancellationToken end)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(end);
        var first = recorder.Elapsed + how.Offset;
        var (slot, awake, asleep) = (0L, recorder.Elapsed, tools.Asleep());
        var takesPart = true;
        while (!end.IsCancellationRequested && takesPart)
        {
            var next = first + how.Every * slot;
            var planned = next < awake + tick ? next : awake + tick;
            await Task.Delay(HostRunner.Limit(planned - recorder.Elapsed), time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (end.IsCancellationRequested) break;
            var now = recorder.Elapsed;
            // Whatever was under way meanwhile nobody watched.
            var slept = tools.Asleep() - asleep >= tick;
            if (slept || now - planned >= tick)
                foreach (var sample in waiting.Where(s => !s.IsSeen)) sample.IsVoid = true;
            (awake, asleep) = (now, tools.Asleep());
            for (; first + how.Every * slot <= now; slot++)
            {
                var due = first + how.Every * slot;
                waiting.Enqueue(new Sample(due, slept || due + how.Every <= now ? null : Take(leave.Token), now));
            }
            takesPart = host is null || !recorder.State.IsDropped(host.Name);
            await Judge(now, judge);
        }
        await Tell();
        await leave.CancelAsync();
    }

    /// <summary>Waits until all that was due by now, and at least one, is judged.</summary>
    /// <param name="running">Its run, which may end before.</param>
    public async Task Settle(Task running)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        settling = (recorder.Elapsed, done);
        await Task.WhenAny(done.Task, running);
    }

    private Task<(bool, TimeSpan, string?)> Take(CancellationToken cancel) => Task.Run(async () =>
    {
        var began = time.GetTimestamp();
        try
        {
            var inside = room with { Memory = new AttemptMemory(), Cancel = cancel };
            var result = await attempts.Run(probe, inside, host, at, scopes.At(inside, host), how.Timeout);
            var took = time.GetElapsedTime(began);
            var late = took > how.Timeout;
            return (result.Outcome == Outcome.Passed && !late, took, late ? Late : result.Failures is [var first, ..] ? first.Brief : null);
        }
        catch (Exception e) when (e is not LogFailedException)
        {
            return (false, time.GetElapsedTime(began), e.Message);
        }
    });

    private string Late => $"no answer within {Literals.Print(how.Timeout)}";

    private async Task Judge(TimeSpan now, Action judge)
    {
        foreach (var sample in waiting)
            if (sample.Taken is { IsCompleted: true }) sample.IsSeen = true;
        var isBad = false;
        while (waiting.TryPeek(out var sample) && Seen(sample, now) is { } outcome)
        {
            waiting.Dequeue();
            hasJudged = true;
            isBad |= outcome == SampleOutcome.Bad;
            var took = sample.Taken is { IsCompletedSuccessfully: true } ? (await sample.Taken).Took : now - sample.Begun;
            if (outcome == SampleOutcome.Bad) reason ??= sample.Taken is { IsCompletedSuccessfully: true } ? (await sample.Taken).Reason : Late;
            judged.Add((sample.Due, outcome, outcome == SampleOutcome.Missed ? TimeSpan.Zero : took));
        }
        // A log that failed ends the run: that must not wait for the end of the probe.
        foreach (var sample in waiting)
            if (sample.Taken is { IsFaulted: true }) await sample.Taken;
        if (isBad || now - toldAt >= Telling || settling is not null) await Tell();
        if (isBad) judge();
        if (settling is { } asked && now > asked.Until && (!waiting.TryPeek(out var first) || first.Due > asked.Until) && hasJudged) asked.Done.TrySetResult();
    }

    /// <summary>Null: nothing is known of it yet.</summary>
    private SampleOutcome? Seen(Sample sample, TimeSpan now) => sample switch
    {
        { Taken: null } or { IsVoid: true } => SampleOutcome.Missed,
        { Taken: { IsCompletedSuccessfully: true } taken } => taken.Result.Good ? SampleOutcome.Good : SampleOutcome.Bad,
        { Begun: var begun } when now - begun > how.Timeout + Grace => SampleOutcome.Bad,
        _ => null,
    };

    private async Task Tell()
    {
        toldAt = recorder.Elapsed;
        if (judged.Count == 0) return;
        var sampled = RunEvent.ProbeSampled.Of(at, judged, reason);
        judged.Clear();
        reason = null;
        await recorder.Record(sampled);
    }
}
