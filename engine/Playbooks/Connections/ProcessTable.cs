using System.Globalization;
using Playbooks.Connections.Receipts;

namespace Playbooks.Connections;

/// <summary>One process, from a line of `ps` or of Linux's own list, which alone has the session and the start.</summary>
internal sealed record ProcessLine(int Pid, int Parent, int Group, bool Dead, string Command)
{
    public int? Session { get; init; }

    /// <summary>In clock ticks since the machine's start.</summary>
    public string? Start { get; init; }

    public override string ToString() => $"{Pid} ({(Command.Length > 60 ? Command[..60] + "…" : Command)})";
}

/// <summary>The processes of a machine at one moment.</summary>
internal sealed class ProcessTable
{
    /// <summary>Linux's list, where there is one; then options that procps, busybox, BSD and macOS share. A small Linux has no `ps`.</summary>
    public const string Script = "cat /proc/sys/kernel/random/boot_id /proc/[0-9]*/stat 2>/dev/null;ps -A -o pid,ppid,pgid,stat,args 2>/dev/null;";

    /// <summary>Where the processes write to, for those that may be looked at; in Linux only. The third is a shell's that leaves a receipt (<see cref="ReceiptScript"/>).</summary>
    public const string Outputs = "ls -l /proc/[0-9]*/fd/[123] 2>/dev/null;";

    private readonly Dictionary<int, ProcessLine> _processes = [];
    private readonly List<(int Pid, char Number, string Target)> _outputs = [];

    /// <summary>Null where there is no process in it: then it is no list, for at least the one that made it was there.</summary>
    public static ProcessTable? Parse(string list)
    {
        var table = new ProcessTable();
        foreach (var line in list.Split('\n')) table.Add(line);
        return table._processes.Count > 0 ? table : null;
    }

    /// <summary>Changes with every start of the machine; null where it has none.</summary>
    public string? Boot { get; private set; }

    /// <summary>The first process is somebody else's for all but root: where it is hidden, others may be too.</summary>
    public bool ShowsOthers => _processes.ContainsKey(1);

    public ProcessLine? Find(int pid) => _processes.GetValueOrDefault(pid);

    /// <summary>
    /// Those of the roots that live, their process groups, sessions and descendants. A group counts only where its leader is a root:
    /// else it is somebody else's. The dead who were not yet collected (zombies) lead to their children, and are not among them.
    /// </summary>
    public IReadOnlyList<ProcessLine> Family(IReadOnlySet<int> roots)
    {
        var family = new HashSet<int>(roots);
        while (true)
        {
            var more = _processes.Values.Where(p => !family.Contains(p.Pid) && (family.Contains(p.Parent) || roots.Contains(p.Group) || p.Session is { } session && roots.Contains(session))).ToList();
            if (more.Count == 0) break;
            family.UnionWith(more.Select(p => p.Pid));
        }

        return [.. _processes.Values.Where(p => family.Contains(p.Pid) && !p.Dead).OrderBy(p => p.Pid)];
    }

    /// <summary>Without what only carries the output of a command that leaves a receipt (<see cref="ReceiptScript"/>): nobody started that, and it ends when nobody prints any more.</summary>
    public static IReadOnlyList<ProcessLine> WithoutKeepers(IReadOnlyList<ProcessLine> processes)
    {
        var keepers = processes.Where(p => p.Command.Contains("/receipts/", StringComparison.Ordinal) && p.Command.TrimEnd().EndsWith(".kept", StringComparison.Ordinal)).SelectMany(p => new[] { p.Pid, p.Parent }).ToHashSet();
        return [.. processes.Where(p => !keepers.Contains(p.Pid))];
    }

    /// <summary>Processes whose command line has the text in it, but for the one that looks.</summary>
    public IReadOnlyList<ProcessLine> With(string text) => [.. _processes.Values.Where(p => p.Command.Contains(text, StringComparison.Ordinal) && !p.Dead)];

    /// <summary>The pipes and sockets that the process prints into, which only what it started can have too.</summary>
    public IEnumerable<string> OutputsOf(int pid)
    {
        var all = _outputs.Where(o => o.Pid == pid).ToList();
        return all.Where(o => o.Number < '3' || !all.Exists(a => a.Number == '2')).Select(o => o.Target);
    }

    /// <summary>Who prints into one of these.</summary>
    public IEnumerable<int> Holding(IReadOnlySet<string> outputs) => _outputs.Where(o => o.Number < '3' && outputs.Contains(o.Target)).Select(o => o.Pid);

    /// <summary>Reads a line of Linux's list, proc(5): pid (name) state parent group session …, where the name may have anything in it, also blanks and brackets.</summary>
    public static ProcessLine? StatOf(string line) =>
        line.IndexOf('(') is > 0 and var open && line.LastIndexOf(')') is var close && close > open && Number(line[..open].Trim()) is { } id
            && line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var state, var up, var leader, ..] rest
            && Number(up) is { } above && Number(leader) is { } its
            ? new ProcessLine(id, above, its, state is "Z" or "X", line[(open + 1)..close]) { Session = rest.Length > 3 ? Number(rest[3]) : null, Start = rest.Length > 19 ? rest[19] : null }
            : null;

    private void Add(string line)
    {
        if (line.Length == 36 && Guid.TryParse(line, out _)) Boot = line;
        else if (StatOf(line) is { } stat) _processes[stat.Pid] = stat;
        else if (OutputOf(line) is { } output) _outputs.Add(output);
        else if (PsLine(line) is { } ps) _processes[ps.Pid] = _processes.TryGetValue(ps.Pid, out var known) ? known with { Command = ps.Command } : ps;
    }

    private static ProcessLine? PsLine(string line)
    {
        var columns = line.Split((char[]?)null, 5, StringSplitOptions.RemoveEmptyEntries);
        return columns.Length >= 4 && Number(columns[0]) is { } pid && Number(columns[1]) is { } parent && Number(columns[2]) is { } group
            ? new ProcessLine(pid, parent, group, columns[3][0] is 'Z' or 'X', columns.Length > 4 ? columns[4] : "?")
            : null;
    }

    /// <summary>`… /proc/PID/fd/1 -> pipe:[NUMBER]`; what has a name may be anybody's, but for the pipes beside a receipt.</summary>
    private static (int Pid, char Number, string Target)? OutputOf(string line)
    {
        const string Before = " /proc/", Arrow = " -> ";
        var (at, arrow) = (line.IndexOf(Before, StringComparison.Ordinal), line.LastIndexOf(Arrow, StringComparison.Ordinal));
        if (line is not ['l', ..] || at < 0 || arrow < at || Number(line[(at + Before.Length)..arrow].Split('/')[0]) is not { } pid) return null;
        var target = line[(arrow + Arrow.Length)..];
        var isOwn = target.StartsWith("pipe:[", StringComparison.Ordinal) || target.StartsWith("socket:[", StringComparison.Ordinal)
            || target.Contains("/receipts/", StringComparison.Ordinal) && (target.EndsWith("." + ReceiptScript.Stdout, StringComparison.Ordinal) || target.EndsWith("." + ReceiptScript.Stderr, StringComparison.Ordinal));
        return isOwn ? (pid, line[arrow - 1], target) : null;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
