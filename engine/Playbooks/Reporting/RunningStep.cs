using Playbooks.Connections;
using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Reporting;

/// <summary>A step, or its undo, that runs now.</summary>
internal sealed class RunningStep(string frame, StepKey step, string title, string sign, TimeSpan since)
{
    private readonly Dictionary<string, RunningHost> byName = [];

    public string Frame => frame;

    public StepKey Step => step;

    public string Title => title;

    public string Sign => sign;

    public TimeSpan Since { get; } = since;

    public bool IsUndo => sign == "↺";

    /// <summary>When a line about it was last told where there is no live view.</summary>
    public TimeSpan Told { get; set; } = since;

    /// <summary>In the inventory's order; one without a name where it is about none and has begun.</summary>
    public List<RunningHost> Hosts { get; } = [];

    public bool Is(string ofFrame, StepKey thisStep) => !IsUndo && frame == ofFrame && step == thisStep;

    public RunningHost? Host(string name, bool add = false)
    {
        if (byName.TryGetValue(name, out var host) || !add) return host;
        Hosts.Add(host = byName[name] = new RunningHost(name));
        return host;
    }

    /// <summary>How many are left.</summary>
    public int Remove(string name)
    {
        if (byName.Remove(name, out var host)) Hosts.Remove(host);
        return Hosts.Count;
    }
}

/// <summary>What goes on for one host of a step that runs.</summary>
internal sealed class RunningHost(string name)
{
    private const int LongestLine = 1000;

    public string Name => name;

    /// <summary>Null: it has not begun there.</summary>
    public TimeSpan? Since { get; set; }

    /// <summary>Null: it has not ended there.</summary>
    public Outcome? Outcome { get; set; }

    /// <summary>The number of a loop's item, from 1.</summary>
    public int? Item { get; set; }

    /// <summary>The step of an action or an undo that runs there.</summary>
    public string? Inside { get; set; }

    public TimeSpan InsideSince { get; set; }

    public TimeSpan? Connecting { get; set; }

    public Waiting? Waits { get; set; }

    /// <summary>The last line a command printed.</summary>
    public string? Line { get; set; }

    public void Prints(PrintedLine line)
    {
        if (line.Continues && Line is { Length: < LongestLine } before) Line = before + line.Text;
        else if (!string.IsNullOrWhiteSpace(line.Text)) Line = line.Text;
    }

    /// <summary>Nothing goes on there any more.</summary>
    public void Clear() => (Inside, Item, Connecting, Waits, Line) = (null, null, null, null, null);
}

/// <summary>Attempts that go on until they pass or the time is up; what the last one said is empty before the first has ended.</summary>
internal sealed record Waiting(string Reason, TimeSpan Since, TimeSpan Until);
