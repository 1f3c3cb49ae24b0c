using Playbooks.Planning;
using Playbooks.Running;

namespace Playbooks.Reporting;

/// <summary>What runs now and on which hosts, for those who watch: a fold over events.</summary>
public sealed class RunningSteps(RunOutline outline)
{
    private readonly List<RunningStep> all = [];

    /// <summary>Where the steps inside an action or an undo are shown: with the host of the step around them.</summary>
    private readonly Dictionary<string, RunningHost> frames = [];
    private readonly Dictionary<Address, int> undos = [];

    /// <summary>In the order they began.</summary>
    internal IReadOnlyList<RunningStep> All => all;

    public void On(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.StepStarted step when !frames.ContainsKey(step.Frame) && !outline.Find(step.Step).IsGroup:
                all.RemoveAll(s => s.Step == StepKey.Run);
                var running = new RunningStep(step.Frame, step.Step, step.Title, "…", step.Elapsed);
                foreach (var host in step.Hosts) running.Host(host, add: true);
                all.Add(running);
                break;
            case RunEvent.StepFinished step: all.RemoveAll(s => s.Is(step.Frame, step.Step)); break;
            case RunEvent.HostStarted host: Begin(host); break;
            case RunEvent.HostFinished host: End(host); break;
            case RunEvent.Connecting connecting: Connect(connecting); break;
            case RunEvent.Printed printed: Find(printed.At)?.Prints(printed.Line); break;
            case RunEvent.AttemptFailed failed: Wait(failed); break;
            case RunEvent.UndoStarted undo: Begin(undo); break;
            case RunEvent.UndoFinished undo: End(undo); break;
            case RunEvent.FrameLeft left: frames.Remove(left.Frame); break;
        }
    }

    private RunningStep? Step(Address at) => all.FirstOrDefault(s => s.Is(at.Frame, at.Step));

    /// <summary>The host that shows what goes on at that address.</summary>
    private RunningHost? Find(Address at) => frames.TryGetValue(at.Frame, out var around) ? around : Step(at)?.Host(at.Host, add: at.Host.Length == 0);

    private void Begin(RunEvent.HostStarted started)
    {
        if (Find(started.At) is not { } host) return;
        var step = outline.Find(started.At.Step);
        var inside = frames.ContainsKey(started.At.Frame);
        host.Since ??= started.Elapsed;
        if (inside && started.At.Attempt == 1) (host.Inside, host.InsideSince) = (step.Title, started.Elapsed);
        if (!inside && step.Loops) host.Item = started.At.Item + 1;
        if (started.At.Attempt == 1)
            (host.Waits, host.Line) = (step.Within is { } within ? new Waiting("", started.Elapsed, started.Elapsed + within) : null, null);
        if (step.IsCall) frames[$"{started.At}/"] = host;
    }

    private void Wait(RunEvent.AttemptFailed failed)
    {
        if (Find(failed.At) is not { } host) return;
        var began = failed.Elapsed - failed.Waited;
        (host.Waits, host.Line) = (new Waiting(ProgressReport.FirstLine(failed.Reason), began, began + failed.Within), null);
        if (Step(failed.At) is { } step) step.Told = failed.Elapsed;
    }

    private void End(RunEvent.HostFinished finished)
    {
        if (frames.TryGetValue(finished.At.Frame, out var around)) around.Clear();
        else if (Step(finished.At)?.Host(finished.At.Host, add: finished.At.Host.Length == 0) is { } host)
        {
            host.Clear();
            host.Outcome = finished.Result.Outcome;
            host.Since ??= finished.Elapsed;
        }
    }

    private void Connect(RunEvent.Connecting connecting)
    {
        if (Find(connecting.At) is { } host) host.Connecting = connecting.Now ? connecting.Elapsed : null;
        else if (connecting.Now)
        {
            // Nothing runs there yet: the windows of later `log` steps are opened.
            if (all.FirstOrDefault(s => s.Step == StepKey.Run) is not { } ready) all.Add(ready = new RunningStep("", StepKey.Run, "getting ready", "…", connecting.Elapsed));
            ready.Host(connecting.Machine, add: true)!.Connecting = connecting.Elapsed;
        }
        else if (all.FirstOrDefault(s => s.Step == StepKey.Run) is { } ready && ready.Remove(connecting.Machine) == 0) all.Remove(ready);
    }

    private void Begin(RunEvent.UndoStarted undo)
    {
        var at = undo.Owed.At;
        if (!frames.TryGetValue(at.Frame, out var host))
        {
            if (Undoing(at) is not { } step) all.Add(step = new RunningStep(at.Frame, at.Step, $"putting back: {undo.Owed.Title}", "↺", undo.Elapsed));
            step.Remove(at.Host);
            host = step.Host(at.Host, add: true)!;
            host.Since = undo.Elapsed;
        }
        undos[at] = undos.GetValueOrDefault(at) + 1;
        frames[Undo.FrameId(at, undos[at])] = host;
    }

    private void End(RunEvent.UndoFinished undo)
    {
        if (Undoing(undo.Owed.At) is { } step && step.Remove(undo.Owed.At.Host) == 0) all.Remove(step);
    }

    private RunningStep? Undoing(Address at) => all.FirstOrDefault(s => s.IsUndo && s.Frame == at.Frame && s.Step == at.Step);
}
