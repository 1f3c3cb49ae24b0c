using Playbooks.Reporting;
using Playbooks.Running;

namespace Play.Terminal;

/// <summary>Shows a run beside it, from its first event to its last: lines as they come, and at most ten frames a second of what runs now.</summary>
internal sealed class Showing(RunOutline outline, Recorder recorder, Screen screen, TimeProvider time, bool verbose, Func<ProgressReport, AnswersReport>? only = null)
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100), Tick = TimeSpan.FromMilliseconds(250);
    private const int EventsOfFrame = 500;

    private readonly ProgressReport report = new(outline, Screen.Width, verbose) { TellsWaiting = !screen.IsLive, OnlyFailures = screen.Mode == OutputMode.Quiet };
    private readonly RunningSteps running = new(outline);
    private AnswersReport? answers;
    private readonly List<ReportLine> lines = [];

    public async Task ToEnd()
    {
        await Task.Yield();
        try
        {
            var view = new LiveView(outline, running);
            answers = only?.Invoke(report);
            var still = new StillRunning(running, report);
            Task? tick = null;
            Task<bool>? more = null;
            while (true)
            {
                more ??= recorder.Told.WaitToReadAsync().AsTask();
                tick ??= Task.Delay(Tick, time, CancellationToken.None);
                await Task.WhenAny(more, tick);
                if (tick.IsCompleted) tick = null;
                if (more.IsCompleted && !await more) break;
                if (more.IsCompleted) more = null;

                Take();
                if (screen.Mode == OutputMode.Plain) lines.AddRange(still.At(recorder.Elapsed));
                Show(screen.IsLive ? view.Lines(recorder.Elapsed, Math.Min(Screen.Width, Screen.Size.Width), Screen.Size.Height) : []);
                if (screen.IsLive && !recorder.Told.TryPeek(out _)) await Task.WhenAny(Task.Delay(Frame, time, CancellationToken.None), recorder.Told.Completion);
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
        for (var i = 0; i < EventsOfFrame && recorder.Told.TryRead(out var happened); i++)
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
