using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Opens the windows of `log` steps: before a step begins, what later steps will ask about is noted on their hosts. A window that cannot be opened says why, and fails the step that wants it.</summary>
internal sealed class Windows(Plan plan, Recorder recorder, RunTools tools, Scopes scopes)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Opens all windows that open with that step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="room">Where it runs.</param>
    /// <param name="around">The host of the action around, if any.</param>
    /// <param name="but">The hosts on which the step has ended: it does not begin there again.</param>
    public async Task Open(StepKey step, Room room, Host? around, IReadOnlyDictionary<string, HostResult>? but = null)
    {
        if (!plan.Marks.TryGetValue(step, out var marks)) return;
        using var atOnce = new SemaphoreSlim(plan.Forks);
        await Task.WhenAll(marks.SelectMany(mark => Hosts(mark, around).Where(host => host is null || !recorder.State.IsDropped(host.Name) && but?.ContainsKey(host.Name) != true).Select(async about =>
        {
            await atOnce.WaitAsync(CancellationToken.None);
            try { await One(step, mark, room, about); }
            finally { atOnce.Release(); }
        })));
    }

    /// <summary>Null: the window is about no host.</summary>
    private static IEnumerable<Host?> Hosts(PlannedMark mark, Host? around)
    {
        if (around is not null || mark.Hosts.Count == 0) return [around];
        return mark.Hosts;
    }

    private async Task One(StepKey step, PlannedMark mark, Room room, Host? about)
    {
        IReadOnlyList<Host> machines = about is null ? [] : [about];
        try
        {
            var scope = scopes.At(room, about);
            foreach (var call in mark.Calls)
                scope = scopes.At(room with { Frame = new Frame("", scopes.Inside(call, scope, about), new HashSet<string>()) }, about);
            if (mark.Log.Runs.Kind == PlaceKind.Localhost) machines = [Host.Control];
            else if (mark.Log.Runs.Kind == PlaceKind.Pattern) machines = mark.Log.Runs.Pattern!.Select(room.Inventory, scope, valuesAreHosts: !mark.Log.IsPlaceWritten);
            foreach (var machine in machines)
            {
                // Those of the whole run are open already where it goes on.
                if (step == StepKey.Run && recorder.State.Window(new WindowKey(room.Frame.Id, mark.Log.Key, about?.Name ?? "", machine.Name)) is not null) continue;
                var (noted, reason) = await Note(machine, mark, scope, room with { Memory = new AttemptMemory() }, new Address(room.Frame.Id, mark.Log.Key, about?.Name ?? ""));
                await Opened(machine.Name, noted, reason);
            }
        }
        catch (ExpressionException e)
        {
            foreach (var machine in machines) await Opened(machine.Name, [], e.Message);
        }

        Task Opened(string machine, IReadOnlyList<LogMark> noted, string? reason) =>
            recorder.Record(new RunEvent.WindowOpened(new WindowKey(room.Frame.Id, mark.Log.Key, about?.Name ?? "", machine), noted, reason));
    }

    private async Task<(IReadOnlyList<LogMark>, string?)> Note(Host machine, PlannedMark mark, Scope scope, Room room, Address at)
    {
        try
        {
            return (await mark.Work.Note(tools.Context(mark.Log, room, machine, scope, Longest, new Connections.Claim(recorder.State.Run, $"window of {mark.Log.Key}"), null, tools.Watching(recorder, at, machine)), room.Cancel), null);
        }
        catch (OperationCanceledException)
        {
            return ([], "the run was stopped");
        }
        catch (Exception e) when (e is not ExpressionException)
        {
            // Unreachable, not readable, or an answer nobody foresaw: the step that wants the window says it.
            return ([], e.Message);
        }
    }
}
