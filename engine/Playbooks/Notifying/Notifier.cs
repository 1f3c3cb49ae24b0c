using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Reporting.Files;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Notifying;

/// <summary>What telling people needs of this machine.</summary>
/// <param name="Machine">Its name.</param>
/// <param name="Reports">What may be attached to a mail, by its name.</param>
public sealed record NotifyTools(string Machine, IReadOnlyDictionary<string, Action<ReportedRun, TextWriter>> Reports, TimeProvider Time);

/// <summary>Tells people how a run ended, in all the ways its playbook says, side by side. Nothing that goes wrong here changes how the run ended.</summary>
public sealed class Notifier(Plan plan, RunSecrets secrets, Masker masker, NotifyTools tools)
{
    /// <summary>What came of each way that this run is an occasion for, as it ends; what is said of it is masked.</summary>
    /// <param name="run">It, from its log.</param>
    /// <param name="cancel">What is not done by then is not done.</param>
    public IAsyncEnumerable<Told> Tell(ReportedRun run, CancellationToken cancel)
    {
        var notices = new Lazy<Notices>(() => new Notices(run, plan, secrets, masker, tools));
        var ways = plan.Playbook.Notify.Where(notify => notify.On.Any(on => Occasion.Is(on, run))).ToList();
        return Each(ways.Select(notify => Tell(notify, notices, cancel)).ToList());
    }

    /// <summary>What would keep people from being told: values that do not fit where they stand, tried with a first run that fails. Nothing is sent.</summary>
    /// <param name="started">How the run will begin.</param>
    public IReadOnlyList<ExpressionException> Wrong(RunEvent.RunStarted started)
    {
        RunEvent[] events = [started, new RunEvent.RunFinished(ExitCode.Failed, [])];
        var notices = new Notices(new ReportedRun(RunResults.Of(events), events), plan, secrets, masker, tools);
        var wrong = new List<ExpressionException>();
        foreach (var notify in plan.Playbook.Notify)
            try
            {
                notices.Of(notify);
                notices.Limit(notify);
            }
            catch (ExpressionException e)
            {
                wrong.Add(e);
            }
        return wrong;
    }

    private static async IAsyncEnumerable<Told> Each(List<Task<Told>> telling)
    {
        await foreach (var told in Task.WhenEach(telling)) yield return await told;
    }

    private async Task<Told> Tell(Notify notify, Lazy<Notices> notices, CancellationToken cancel)
    {
        var to = notify switch { Notify.Webhook => "a webhook", Notify.Email => "an email", _ => "a command" };
        try
        {
            // Not on the thread of the others: what fills it in may take its time.
            await Task.Yield();
            INotice notice;
            TimeSpan limit;
            // One after the other: what fills them in may read the log of the run, which is one's at a time.
            lock (notices) (notice, limit) = (notices.Value.Of(notify), notices.Value.Limit(notify));
            return Shown(await new Delivery(tools.Time).Of(notice, limit, cancel));
        }
        catch (ExpressionException e)
        {
            return Shown(new Told($"{to} ({Path.GetFileName(e.At.Source.Name)}:{e.At.Line})", e.Message, e.Mend));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is, the others are told.
            return Shown(new Told($"{to} ({Path.GetFileName(notify.At.Source.Name)}:{notify.At.Line})", $"{e.GetType().Name}: {e.Message}"));
        }
    }

    private Told Shown(Told told) => told with { To = masker.Mask(told.To), Why = masker.Some(told.Why), Mend = masker.Some(told.Mend) };
}
