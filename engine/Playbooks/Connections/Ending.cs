namespace Playbooks.Connections;

/// <summary>
/// Ends a command on its machine and looks whether it is gone. Closing a channel ends nothing, and a signal through it reaches
/// neither a root login's processes nor `setsid` children, so this asks the machine itself.
/// </summary>
internal sealed class Ending(Machine machine, string? sudo, SudoPassword? password = null)
{
    private const string Untold = "the machine did not tell which processes it has";

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TermTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(2);

    /// <summary>Every process that ever belonged to it: once its parent is gone, a child can no longer be told from others.</summary>
    private readonly HashSet<int> _family = [];

    /// <summary>What its output goes into: a daemon that left the family is still found by that.</summary>
    private readonly HashSet<string> _outputs = [];

    /// <summary>Its processes may be hidden from us, as another user's are where /proc is mounted with hidepid.</summary>
    private bool _hidden;

    /// <summary>Empty: surely ended. Else what still runs; null where the machine did not tell.</summary>
    public async Task<IReadOnlyList<ProcessLine>?> End(Func<int?> pid, string mark)
    {
        if (await Find(pid, mark) is not { } alive) return null;
        foreach (var (signal, time) in new[] { ("TERM", TermTime), ("KILL", KillTime) })
        {
            if (alive.Count == 0 && !_hidden) return alive;
            var begin = machine.Clock.GetTimestamp();
            var wait = TimeSpan.FromMilliseconds(20);
            await Signal(signal, pid(), alive);
            var told = alive.Select(p => p.Pid).ToHashSet();
            do
            {
                await Task.Delay(wait, machine.Clock, CancellationToken.None);
                wait *= 2;
                if (await Look(pid, mark) is not { } left) return null;
                alive = left;
                // Those too that were born meanwhile.
                var born = alive.Where(p => told.Add(p.Pid)).ToList();
                if (born.Count > 0) await Signal(signal, null, born);
            }
            while ((alive.Count > 0 || _hidden) && machine.Clock.GetElapsedTime(begin) < time);
        }

        return _hidden && alive.Count == 0 ? null : alive;
    }

    /// <summary>The same when the link to it was lost meanwhile. Null: surely ended; else why that is not sure.</summary>
    public async Task<string?> End(ProcessIdentity process)
    {
        if (await Ask() is not { } table) return Untold;
        if (WasStartedAnew(table, process)) return null;
        if (Left(table, process) is not { } left) return Untold;
        if (left.Count == 0) return null;
        // Of what it left behind, only the numbers tell whose it is: that is not ended.
        if (!IsThere(table, process)) return Still(left);
        return await End(() => process.Pid, "") is { } alive ? alive.Count == 0 ? null : Still(alive) : Untold;
    }

    /// <summary>What became of it when the link to it was lost, as a sentence for the user.</summary>
    public async Task<string> Fate(ProcessIdentity process)
    {
        if (await Ask() is not { } table) return $"Whether it goes on there, and how it ended, is not known: {Untold}.";
        if (WasStartedAnew(table, process)) return "Its machine was started anew since: it is over, and how it ended is not known.";
        return Left(table, process) switch
        {
            null => $"Whether it goes on there, and how it ended, is not known: {Untold}.",
            [] => "It is over there; how it ended is not known.",
            var left when IsThere(table, process) => $"It still runs there, as pid {process.Pid}{(left.Count > 1 ? $", and {left.Count - 1} more of it" : "")}; how it ends will not be known.",
            var left => $"It is over there, and how it ended is not known; what it started is {Still(left)}.",
        };
    }

    private async Task<ProcessTable?> Ask() => await machine.Ask(ProcessTable.Script, AnswerTime) is { } list && ProcessTable.Parse(list) is { Boot: not null } table ? table : null;

    /// <summary>The machine is the same, as its host key says.</summary>
    private static bool WasStartedAnew(ProcessTable table, ProcessIdentity process) => table.Boot != process.Boot;

    private static bool IsThere(ProcessTable table, ProcessIdentity process) => table.Find(process.Pid) is { Dead: false } leader && leader.Start == process.Start;

    /// <summary>What is left of it. Null: that cannot be seen.</summary>
    private static IReadOnlyList<ProcessLine>? Left(ProcessTable table, ProcessIdentity process)
    {
        // A number is not given again while a group or a session has it: where it is somebody else's now, nothing is left.
        if (table.Find(process.Pid) is { } other && other.Start != process.Start) return [];
        var left = ProcessTable.WithoutKeepers(table.Family(new HashSet<int> { process.Pid }));
        return left.Count > 0 || table.ShowsOthers ? left : null;
    }

    /// <summary>What still runs, for the user.</summary>
    public static string Still(IReadOnlyList<ProcessLine> alive) => "still running there: " + string.Join(", ", alive.Select(p => p.ToString()));

    /// <summary>Null also where nothing of it is to be seen: not seen is not ended. A login that is just being born is looked for again.</summary>
    private async Task<IReadOnlyList<ProcessLine>?> Find(Func<int?> pid, string mark)
    {
        var begin = machine.Clock.GetTimestamp();
        while (true)
        {
            var alive = await Look(pid, mark);
            if (alive is null || _family.Count > 0) return alive;
            if (machine.Clock.GetElapsedTime(begin) >= TermTime) return null;
            await Task.Delay(TimeSpan.FromMilliseconds(100), machine.Clock, CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<ProcessLine>?> Look(Func<int?> pid, string mark)
    {
        if (await machine.Ask(ProcessTable.Script + ProcessTable.Outputs, AnswerTime) is not { } list || ProcessTable.Parse(list) is not { } table) return null;
        _hidden = sudo is not null && !table.ShowsOthers;
        if (pid() is { } known)
        {
            if (_family.Add(known)) _outputs.UnionWith(table.OutputsOf(known));
            _family.UnionWith(table.Holding(_outputs));
        }
        // Not announced yet: the login that is to become it has the mark on its command line. All of the login, or the rest goes on.
        else _family.UnionWith(table.With(mark).Select(p => machine.HasLogins && p.Group > 1 ? p.Group : p.Pid));
        var alive = table.Family(_family);
        _family.UnionWith(alive.Select(p => p.Pid));
        return alive;
    }

    private async Task Signal(string signal, int? pid, IReadOnlyList<ProcessLine> alive)
    {
        var targets = string.Join(' ', alive.Select(p => p.Pid));
        // The group too: a child born since the look is in it. Only its own leader's group, never the one we are in ourselves.
        if (pid is { } leader && (_hidden || alive.Any(p => p.Group == leader))) targets = $"-{leader} {targets}".TrimEnd();
        var kill = $"kill -{signal} {targets} 2>/dev/null;";
        // One that was refused is not tried again, here neither.
        var known = sudo is not null && password is { Refusal: null } ? password : null;
        if (sudo is not null) kill += $"sudo {(known is null ? "-n" : "-S -p ''")} -u {ShellText.Word(sudo)} -- kill -{signal} -- {targets} 2>/dev/null;";
        await machine.Ask(kill + ":", AnswerTime, known);
    }
}
