using System.Collections.Concurrent;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Running.Probing;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>What a run works with beside its plan.</summary>
public sealed record RunTools(ConnectionPool Connections, CookieJars Jars, TimeProvider Time)
{
    public Questions Questions { get; init; } = Questions.Unasked;

    public RunSecrets Secrets { get; init; } = RunSecrets.None;

    /// <summary>Where the last run had read a window to, on the machine that this text tells from others; null: nobody knows, because no journal is kept.</summary>
    public Func<WindowKey, string, LastRead?>? LastRead { get; init; }

    /// <summary>Reports are told every line that commands print, not only now and then the last one.</summary>
    public bool AllLines { get; init; }

    /// <summary>How long this machine was suspended, but for a constant.</summary>
    public Func<TimeSpan> Asleep { get; init; } = Suspension.Read;

    /// <summary>What a kind has at hand on a machine.</summary>
    internal StepContext Context(PlannedStep step, Room room, Host machine, Scope scope, TimeSpan timeout, Claim claim, RunEvent.WindowOpened? window, Watching watching) => new()
    {
        Scope = scope,
        Machine = machine,
        Connections = Connections,
        Jars = Jars,
        Questions = Questions,
        Step = step.Key.Path,
        At = step.Step.At,
        Time = Time,
        Timeout = timeout,
        Sudo = step.Sudo?.Get(scope),
        Environment = step.Step.Work is KindWork { Kind.IsUsersCommand: true } ? step.Env?.Get(scope) : null,
        MaxOutput = step.Step.MaxOutput?.Get(scope),
        Compares = step.Compares,
        Claim = claim,
        Receipts = room.Receipts,
        Effect = step.Effect,
        Marks = window?.Marks ?? [],
        LastRun = window?.After,
        Watching = watching,
        Memory = room.Memory.On(machine.Name),
        ConnectTime = room.Left,
    };

    internal static Watching Unwatched(Recorder recorder) => new(_ => true, _ => { }, recorder.Masker, false);

    internal Watching Watching(Recorder recorder, Address at, Host machine) => new(
        line => recorder.Tell(new RunEvent.Printed(at, line)),
        now => recorder.Tell(new RunEvent.Connecting(at, machine.Name, now)),
        recorder.Masker,
        AllLines);
}

/// <summary>
/// Runs a plan. The main path: windows open, steps run one after the other, each on its hosts side by side; when one fails, what was
/// done is put back; `always` comes last.
/// </summary>
public sealed class Runner(Plan plan, Recorder recorder, RunTools tools, Stop stop)
{
    // Requests to stop come from outside; what they record is awaited before the run's end is.
    private readonly ConcurrentQueue<Task> asked = new();

    public async Task<ExitCode> Run(string run)
    {
        stop.Requested += Told;
        await recorder.Record(new RunEvent.RunStarted(run, plan.Playbook.Name, plan.Playbook.Source.Name) { Outline = RunOutline.Of(plan) });
        return await ToEnd(new Verdict());
    }

    /// <summary>Goes on with a run of whose events the state was made: what has ended answers from there.</summary>
    public async Task<ExitCode> Resume(RunEvent.RunResumed resumed)
    {
        // Asked by nobody at a keyboard, so it is not told as that.
        if (resumed.PutsBack) stop.Request();
        stop.Requested += Told;
        var before = new Resumption(plan, recorder.State, []);
        foreach (var (attempt, step) in before.Underway)
            foreach (var machine in before.Machines(step, attempt.At))
                tools.Connections.Doubt(new Claim(recorder.State.Run, $"{attempt.At}", attempt.Number), machine, attempt.LeavesReceipts && step.Step.Work is KindWork { Kind.RunsAt: PlaceKind.Host });
        await recorder.Record(resumed with { Outline = RunOutline.Of(plan) }, durable: true);
        var verdict = new Verdict();
        if (recorder.State.FailedAlways.Count > 0) verdict.Add(ExitCode.NotUndone);
        return await ToEnd(verdict);
    }

    private async Task<ExitCode> ToEnd(Verdict verdict)
    {
        var scopes = new Scopes(plan, recorder.State, tools.Secrets, recorder.Masker);
        var windows = new Windows(plan, recorder, tools, scopes);
        var blocks = new BlockRunner(plan, recorder, tools, stop, scopes, windows, verdict);
        var room = new Room { Frame = Frame.Of("", scopes.OfPlaybook(), plan.Steps.Concat(plan.Always)), Block = "play", Inventory = plan.Inventory, Verdict = verdict, Cancel = stop.Work };

        await windows.Open(StepKey.Run, room, null);
        // Nothing may be lost on the way of a failure up to here.
        if (!await blocks.Run(plan.Probes, plan.Steps, plan.Always, room) && verdict.ExitCode == ExitCode.Passed && stop.Reason is null) verdict.Add(ExitCode.Failed);

        if (stop.Reason is { } reason) verdict.Add(reason == StopReason.Guard ? ExitCode.Guard : ExitCode.Interrupted);
        await Task.WhenAll(asked);
        var notUndone = recorder.State.NotUndone;
        if (notUndone.Count > 0) verdict.Add(ExitCode.NotUndone);
        await recorder.Record(new RunEvent.RunFinished(verdict.ExitCode, notUndone), durable: true);
        recorder.Complete();
        stop.Requested -= Told;
        return verdict.ExitCode;
    }

    private void Told(StopReason reason, string? why, Address? probe) => asked.Enqueue(recorder.Record(new RunEvent.StopRequested(reason) { Why = why, Probe = probe }));
}
