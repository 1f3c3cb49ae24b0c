using Play.Terminal;
using Playbooks.Connections;
using Playbooks.Notifying;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;

namespace Play;

/// <summary>What a run needs of this program beside its plan: the screen, the signals, its secrets and its connections.</summary>
internal sealed class RunSession
{
    private readonly Plan plan;
    private readonly RunWishes wishes;
    private readonly RunSecrets secrets;

    private RunSession(Plan plan, RunWishes wishes, RunSecrets secrets) => (this.plan, this.wishes, this.secrets) = (plan, wishes, secrets);

    /// <summary>The folder of the journal, where it is not the usual one.</summary>
    public string? State => wishes.State;

    /// <summary>Those to be written at its end.</summary>
    public IReadOnlyList<ReportFiles.Wanted> Reports => wishes.Reports;

    /// <summary>Tells people at its end; null: the playbook names nobody.</summary>
    public Notifier? Notifier => plan.Playbook.Notify.Count == 0 ? null : new Notifier(plan, secrets, Masker, new NotifyTools(Environment.MachineName, ReportFiles.Formats, TimeProvider.System));

    /// <summary>The first event of a run of its plan.</summary>
    public RunEvent.RunStarted Started(string run) => new(run, plan.Playbook.Name, plan.Playbook.Source.Name) { Outline = RunOutline.Of(plan) };

    public required Masker Masker { get; init; }

    public required Screen Screen { get; init; }

    public required Stop Stop { get; init; }

    public required ConnectionPool Connections { get; init; }

    /// <summary>Reads the secrets and does the work with all the rest at hand. Its exit code; a defect is told, and has one too.</summary>
    public static async Task<int> Run(Plan plan, RunWishes wishes, Func<RunSession, Task<int>> work)
    {
        var masker = new Masker();
        using var stop = new Stop();
        try
        {
            var problems = new ProblemList();
            using var signals = new Signals(stop);
            using var screen = new Screen(ModeOf(wishes.Output));
            if (await Secrets.Read(plan, screen, masker, problems, stop.Work) is not { } secrets) return stop.Reason is null ? Screen.Refuse(problems, masker) : (int)ExitCode.Interrupted;
            await using var connections = new ConnectionPool(TimeProvider.System, Secrets.Options(secrets, screen, masker));
            var session = new RunSession(plan, wishes, secrets) { Masker = masker, Screen = screen, Stop = stop, Connections = connections };
            foreach (var wrong in session.Notifier?.Wrong(session.Started("")) ?? []) problems.Add(wrong.At, wrong.Message, wrong.Mend);
            return problems.Count > 0 ? Screen.Refuse(problems, masker) : await work(session);
        }
        catch (OperationCanceledException) when (stop.Reason is not null)
        {
            // Before it had begun: a runner ends by itself.
            Screen.Refuse("stopped; nothing was run");
            return (int)ExitCode.Interrupted;
        }
        catch (Exception e) when (e is not LogFailedException)
        {
            Screen.Complain(CrashText.Of(e, masker));
            return (int)ExitCode.Error;
        }
    }

    /// <summary>What `--output` says.</summary>
    public static OutputMode? ModeOf(string? output) => output is null ? null : Enum.Parse<OutputMode>(output, ignoreCase: true);

    /// <summary>Runs a plan that only looks, over this session's connections, and shows nothing of it: all that happened.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<IReadOnlyList<RunEvent>> Look(Plan looks)
    {
        var log = new MemoryLog();
        await new Runner(looks, new Recorder(new RunState(), log, TimeProvider.System, Masker), new RunTools(Connections, new CookieJars(), TimeProvider.System) { Secrets = secrets }, Stop).Run("look");
        Stop.Work.ThrowIfCancellationRequested();
        return log.Events;
    }

    /// <summary>Runs the plan and shows it to its end.</summary>
    /// <param name="kept">The run in the journal; null: none is kept.</param>
    /// <param name="state">What is known of it.</param>
    /// <param name="how">Begins it, or goes on with it.</param>
    /// <param name="before">What happened before, for the reports.</param>
    public async Task<int> Run(KeptRun? kept, RunState state, Func<Runner, Task<ExitCode>> how, IReadOnlyList<RunEvent> before)
    {
        var recorder = new Recorder(state, kept?.Log ?? new NoLog(), TimeProvider.System, Masker);
        using var left = new CancellationTokenSource();
        var showing = kept is not null && Screen.Mode == OutputMode.Jsonl ? kept.Follow(state.Sequence, left.Token) : new Showing(new Watched(RunOutline.Of(plan).After(RunOutline.Of(before)), recorder.Told, () => recorder.Elapsed) { Before = before }, Screen, TimeProvider.System, wishes.Verbose, wishes.Answers).ToEnd();
        var runner = new Runner(plan, recorder, new RunTools(Connections, new CookieJars(state.Cookies), TimeProvider.System) { Secrets = secrets, LastRead = kept is null ? null : kept.LastRead, AllLines = wishes.Verbose, Questions = new(wishes.Yes ? Yes : Ask) }, Stop);
        try
        {
            var code = await how(runner);
            await showing;
            await (kept is null ? Connections.Leave(state.Run, keepReceipts: false) : kept.End(this, code, state));
            return (int)code;
        }
        catch (LogFailedException e) when (kept is not null)
        {
            recorder.Complete();
            await left.CancelAsync();
            await showing;
            var code = kept.Failed(e, state);
            await RunEnd.Notify(e, state, code, this);
            return (int)code;
        }

        static Task<bool?> Yes(string question, CancellationToken cancel) => Task.FromResult<bool?>(true);

        async Task<bool?> Ask(string question, CancellationToken cancel)
        {
            // The question comes after all that led to it.
            for (var i = 0; i < 100 && recorder.Told.Count > 0 && !showing.IsCompleted; i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancel);
            return await Screen.Confirm(Masker.Mask(question), cancel);
        }
    }
}
