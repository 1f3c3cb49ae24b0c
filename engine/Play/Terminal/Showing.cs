using System.Threading.Channels;
using Playbooks.Reporting;
using Playbooks.Running;

namespace Play.Terminal;

/// <summary>Shows a run beside it, from its first event to its last: lines as they come, and at most ten frames a second of what runs now.</summary>
internal sealed class Showing(Watched run, Screen screen, TimeProvider time, bool verbose, Func<ProgressReport, AnswersReport>? only = null)
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100), Tick = TimeSpan.FromMilliseconds(250);
    private const int EventsOfFrame = 500;

    private readonly ProgressReport report = new(run.Outline, Screen.Width, verbose) { TellsWaiting = !screen.IsLive, OnlyFailures = screen.Mode == OutputMode.Quiet };
    private readonly RunningSteps running = new(run.Outline);
    private AnswersReport? answers;
    private readonly List<ReportLine> lines = [];

    public async Task ToEnd()
    {
        await Task.Yield();
        try
        {
            var view = new LiveView(run.Outline, running);
            answers = only?.Invoke(report);
            foreach (var happened in run.Before)
            {
                running.On(happened);
                foreach (var _ in report.On(happened)) { }
            }
            var still = new StillRunning(running, report);
            Task? tick = null;
            Task<bool>? more = null;
            while (true)
            {
                more ??= run.Events.WaitToReadAsync().AsTask();
                tick ??= Task.Delay(Tick, time, CancellationToken.None);
                await Task.WhenAny(more, tick);
                if (tick.IsCompleted) tick = null;
                if (more.IsCompleted && !await more) break;
                if (more.IsCompleted) more = null;

                Take();
                if (screen.Mode == OutputMode.Plain) lines.AddRange(still.At(run.Elapsed()));
                Show(screen.IsLive ? view.Lines(run.Elapsed(), Math.Min(Screen.Width, Screen.Size.Width), Screen.Size.Height) : []);
                if (screen.IsLive && !run.Events.TryPeek(out _)) await Task.WhenAny(Task.Delay(Frame, time, CancellationToken.None), run.Events.Completion);
            }
            while (lines.Count > 0)
            {
                Show([]);
                if (lines.Count > 0) await Task.Delay(Frame, time, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever read along has gone (`| head`), or the disk is full: the run goes on to its end, and its exit code still tells.
            Screen.Complain($"play: the progress cannot be shown any more: {e.Message}; the run goes on");
        }
    }

    private void Take()
    {
        report.Width = Screen.Width;
        for (var i = 0; i < EventsOfFrame && run.Events.TryRead(out var happened); i++)
        {
            running.On(happened);
            lines.AddRange(answers?.On(happened) ?? report.On(happened));
        }
    }

    private void Show(IReadOnlyList<ReportLine> now)
    {
        if (screen.Show(lines, now)) lines.Clear();
    }
}

/// <summary>A run to be shown: what reports need of its plan, its events as they come, and the time since it began.</summary>
internal sealed record Watched(RunOutline Outline, ChannelReader<RunEvent> Events, Func<TimeSpan> Elapsed)
{
    /// <summary>What happened before, and is not shown again.</summary>
    public IReadOnlyList<RunEvent> Before { get; init; } = [];
}
