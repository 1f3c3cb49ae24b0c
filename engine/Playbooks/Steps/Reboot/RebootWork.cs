using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Reboot;

/// <summary>A `reboot` step, bound.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Words">The command; empty: the machine's own.</param>
internal sealed record RebootWork(StepKind Kind, IReadOnlyList<Template> Words) : KindWork(Kind)
{
    /// <summary>
    /// A machine that is just starting may refuse who was let in before: pam_nologin(8), a home that is not mounted yet. Few times,
    /// because each counts towards a lock.
    /// </summary>
    private const int MostDenials = 4;

    private static readonly TimeSpan AfterDenial = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(15);

    public override Effect Effect => Effect.Once;

    protected override IEnumerable<ShownParameter> Show(IReadOnlyList<ShownParameter> written) => written.Select(p => p.Name == "command" ? WordTemplates.Shown(p.Name, Words) : p);

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var words = WordTemplates.Fill(Words, context.Scope);
        if (words is ["", ..]) return StepResult.Error("the command is empty once its templates are filled in") with { Began = false };
        var began = context.Time.GetTimestamp();
        var look = await Look.Run(context, RebootScript.BootId, [], RebootScript.MostBytes, cancel);
        if (look.Wrong is { } wrong) return wrong with { Began = false };
        if (RebootScript.Read(look.Stdout.Span) is not { } old) return StepResult.Error("its boot id could not be found out, so nobody could tell that it started anew", "it is read from /proc/sys/kernel/random/boot_id, or by sysctl") with { Began = false };
        if (IsThisMachine(context.Machine, old)) return StepResult.Error("this is the machine that play runs on, or a container on it: it is not started anew", "start it anew by hand") with { Began = false };

        var told = context.Time.GetTimestamp();
        var result = await context.Since(began).Run(words.Count > 0 ? new RemoteCommand { Words = words } : new RemoteCommand { Words = ["sh", "-c", RebootScript.Restart, "sh"] }, cancel);
        if (Refused(context, words, result) is { } refused) return refused;
        context.Watching?.Connecting(true);
        try
        {
            return await Wait(context, began, old, told, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return StepResult.Unknown("the run was stopped after it was told to start anew: whether it is back is not known");
        }
        finally
        {
            context.Watching?.Connecting(false);
        }
    }

    private static bool IsThisMachine(Host machine, string bootId)
    {
        const string Own = "/proc/sys/kernel/random/boot_id";
        return machine.Local || File.Exists(Own) && File.ReadAllText(Own).Trim() == bootId;
    }

    /// <summary>What kept it from being told. Null: it was, for its end, and the link's, may well be the first that comes of it.</summary>
    private static StepResult? Refused(StepContext context, IReadOnlyList<string> words, CommandResult result)
    {
        if (Look.Stopped(context, result) is { } stopped) return stopped;
        // Over 128: what it ran was ended by a signal, as a machine does that goes down.
        if (result is not { End: CommandEnd.Exited, ExitCode: > 0 and <= 128 }) return null;
        var said = Encoding.UTF8.GetString(result.Stderr.Span).Trim();
        var command = words.Count > 0 ? string.Join(' ', words.Select(ShellText.Word)) : Encoding.UTF8.GetString(result.Stdout.Span).Split('\n')[0];
        return StepResult.Error($"`{Look.Cut(command, 200)}` ended with exit code {result.ExitCode}{(said.Length > 0 ? $": {Look.Cut(said, 1000)}" : "")}", context.Sudo is null ? "does it need `sudo: true` on this step?" : null);
    }

    private static async Task<StepResult> Wait(StepContext context, long began, string old, long told, CancellationToken cancel)
    {
        var ask = new RemoteCommand { Words = ["sh", "-c", RebootScript.BootId], Timeout = AnswerTime, MaxOutput = RebootScript.MostBytes };
        using var limit = new CancellationTokenSource(context.Since(began).Timeout, context.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var (gone, answers, denials) = (false, true, 0);
        var (away, mend) = ("", (string?)null);
        try
        {
            for (var pause = Pauses.First; ; pause = Pauses.After(pause))
            {
                await Task.Delay(pause, context.Time, over.Token);
                try
                {
                    var result = await context.Connections.Afresh(context.Machine, ask, over.Token);
                    if (result is not { End: CommandEnd.Exited, ExitCode: 0 } || RebootScript.Read(result.Stdout.Span) is not { } id) continue;
                    answers = true;
                    if (id == old) continue;
                    await context.Connections.Forget(context.Machine);
                    return StepResult.Passed(Fields(id, old, context, told));
                }
                catch (HostUnreachableException e)
                {
                    (gone, answers, away, mend) = (true, false, e.Message, e.Mend);
                }
                catch (RefusedException e)
                {
                    (answers, away, mend) = (false, e.Message, e.Mend);
                    if (!e.IsDenial || ++denials == MostDenials) return Unreachable($"it was told to start anew, and now refuses us. {e.Message}", mend);
                    await Task.Delay(AfterDenial, context.Time, over.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var time = Literals.Print(context.Timeout);
            if (!answers) return Unreachable($"it did not come back within {time}. {away}", mend);
            return StepResult.Failed(Fields(old, old, context, told), gone
                ? $"it came back with the boot id that it had, {old}: its system did not start anew within {time}"
                : $"it was told to start anew, and still runs after {time}, with the boot id that it had");
        }
    }

    private static StepResult Unreachable(string message, string? mend) => new() { Outcome = Outcome.Unreachable, Messages = [message], Mend = mend };

    private static DataMap Fields(string id, string old, StepContext context, long told) => new([
        KeyValuePair.Create<string, object?>("boot_id", id), new("old_boot_id", old), new("down", context.Time.GetElapsedTime(told)),
    ]);
}
