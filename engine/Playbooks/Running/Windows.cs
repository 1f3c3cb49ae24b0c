using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Opens the windows of `log` steps: before a step begins, what later steps will ask about is noted on their hosts.</summary>
internal sealed class Windows(Plan plan, Recorder recorder, RunTools tools, Scopes scopes)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Opens all windows that open with that step; `host` is the one of the action around, if any.</summary>
    public async Task Open(StepKey step, Room room, Host? host)
    {
        if (!plan.Marks.TryGetValue(step, out var marks)) return;
        using var atOnce = new SemaphoreSlim(plan.Forks);
        await Task.WhenAll(marks.SelectMany(mark => (host is null ? mark.Hosts : [host]).Select(async about =>
        {
            await atOnce.WaitAsync(CancellationToken.None);
            try { await One(mark, room, about); }
            finally { atOnce.Release(); }
        })));
    }

    private async Task One(PlannedMark mark, Room room, Host about)
    {
        var opened = new List<(string Machine, IReadOnlyList<LogMark> Marks, string? Reason)>();
        try
        {
            var scope = scopes.At(room, about);
            foreach (var call in mark.Calls)
                scope = scopes.At(room with { Frame = new Frame("", scopes.OfAction(call, scope, about), new HashSet<string>()) }, about);
            foreach (var machine in mark.Log.Runs.Kind switch
            {
                PlaceKind.Localhost => [Host.Control],
                PlaceKind.Pattern => mark.Log.Runs.Pattern!.Select(plan.Inventory, scope),
                _ => (IReadOnlyList<Host>)[about],
            })
                opened.Add(await At(machine, mark, scope, room.Cancel));
        }
        catch (ExpressionException e)
        {
            opened.Add((about.Name, [], e.Message));
        }
        foreach (var (machine, noted, reason) in opened)
            await recorder.Record(new RunEvent.WindowOpened(room.Frame.Id, mark.Log.Key, machine, noted, reason));
    }

    private async Task<(string, IReadOnlyList<LogMark>, string?)> At(Host machine, PlannedMark mark, Scope scope, CancellationToken cancel)
    {
        try
        {
            return (machine.Name, await mark.Work.Note(new StepContext
            {
                Scope = scope,
                Machine = machine,
                Connections = tools.Connections,
                Jars = tools.Jars,
                Time = tools.Time,
                Timeout = Longest,
                Sudo = mark.Log.Sudo?.Get(scope),
                Claim = $"{recorder.State.Run}/window of {mark.Log.Key}",
            }, cancel), null);
        }
        catch (HostUnreachableException e)
        {
            return (machine.Name, [], e.Message);
        }
        catch (OperationCanceledException)
        {
            return (machine.Name, [], "the run was stopped");
        }
        catch (LogWork.NotReadableException e)
        {
            return (machine.Name, [], e.Message);
        }
    }
}
