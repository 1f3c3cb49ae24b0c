using System.Globalization;

namespace Playbooks.Connections;

/// <summary>One line of `ps`.</summary>
internal sealed record ProcessLine(int Pid, int Parent, int Group, bool Dead, string Command)
{
    public override string ToString() => $"{Pid} ({(Command.Length > 60 ? Command[..60] + "…" : Command)})";
}

/// <summary>The processes of a machine at one moment.</summary>
internal sealed class ProcessTable(IReadOnlyList<ProcessLine> processes)
{
    /// <summary>Options that procps, busybox, BSD and macOS share; a small Linux without `ps` has the same in /proc.</summary>
    public const string Script = "ps -A -o pid,ppid,pgid,stat,args 2>/dev/null || cat /proc/[0-9]*/stat 2>/dev/null";

    /// <summary>Null where there is no process in it: then it is no list, for at least the one that made it was there.</summary>
    public static ProcessTable? Parse(string list)
    {
        var processes = list.Split('\n').Select(Line).OfType<ProcessLine>().ToList();
        return processes.Count > 0 ? new ProcessTable(processes) : null;
    }

    /// <summary>
    /// Those of the roots that live, their process groups and descendants. A group counts only where its leader is a root: else it
    /// is somebody else's. The dead who were not yet collected (zombies) lead to their children, and are not among them.
    /// </summary>
    public IReadOnlyList<ProcessLine> Family(IReadOnlySet<int> roots)
    {
        var family = new HashSet<int>(roots);
        while (true)
        {
            var more = processes.Where(p => !family.Contains(p.Pid) && (family.Contains(p.Parent) || roots.Contains(p.Group))).ToList();
            if (more.Count == 0) break;
            family.UnionWith(more.Select(p => p.Pid));
        }

        return [.. processes.Where(p => family.Contains(p.Pid) && !p.Dead)];
    }

    /// <summary>Processes whose command line has the text in it, but for the one that looks.</summary>
    public IReadOnlyList<ProcessLine> With(string text) => [.. processes.Where(p => p.Command.Contains(text, StringComparison.Ordinal) && !p.Dead)];

    private static ProcessLine? Line(string line)
    {
        // proc(5): pid (name) state parent group …, where the name may have anything in it, also blanks and brackets.
        if (line.IndexOf('(') is > 0 and var open && line.LastIndexOf(')') is var close && close > open && Number(line[..open].Trim()) is { } id)
            return line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var state, var up, var leader, ..]
                && Number(up) is { } above && Number(leader) is { } its ? new ProcessLine(id, above, its, state is "Z" or "X", line[(open + 1)..close]) : null;
        var columns = line.Split((char[]?)null, 5, StringSplitOptions.RemoveEmptyEntries);
        return columns.Length >= 4 && Number(columns[0]) is { } pid && Number(columns[1]) is { } parent && Number(columns[2]) is { } group
            ? new ProcessLine(pid, parent, group, columns[3][0] is 'Z' or 'X', columns.Length > 4 ? columns[4] : "?")
            : null;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
