using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting;

/// <summary>Tells what hosts answered to the one step of a run: equal answers once, with the hosts that gave them, the commonest first.</summary>
/// <param name="plan">Of one step of a kind.</param>
/// <param name="progress">Tells what comes while the hosts are asked.</param>
public sealed class AnswersReport(Plan plan, ProgressReport progress)
{
    private const int Indent = 2;

    /// <summary>Of a group of hosts that cannot be reached: each may have another command that mends it.</summary>
    private const int MostMends = 3;

    /// <summary>A longer line is left to the terminal.</summary>
    private const int LongestWrapped = 4_000;

    private readonly Dictionary<string, (Host Host, int Order)> hosts = plan.Inventory.Hosts.Append(Host.Control).DistinctBy(h => h.Name).Select((h, i) => (h, i)).ToDictionary(h => h.h.Name);
    private readonly List<RunEvent.HostFinished> finished = [];
    private IReadOnlyList<HostOutcome> outcomes = [];
    private bool streamed;

    /// <summary>Every answer but the commonest is shown by what differs from that one.</summary>
    public bool Diff { get; init; }

    /// <summary>What is asked is only whether the hosts can be reached.</summary>
    public bool Ping { get; init; }

    /// <summary>Long lines go on below, under their beginning; in a file they stay as they are.</summary>
    public bool Wraps { get; init; }

    /// <summary>Hosts with equal answers.</summary>
    private sealed record Group(IReadOnlyList<(RunEvent.HostFinished Host, Answer Answer)> Hosts)
    {
        public Answer Answer => Hosts[0].Answer;

        public HostResult First => Hosts[0].Host.Result;

        public bool IsAnswer => First.Outcome is Outcome.Passed or Outcome.Failed;
    }

    /// <summary>The lines that one event adds; most come at the end.</summary>
    public IEnumerable<ReportLine> On(RunEvent happened)
    {
        var told = progress.On(happened);
        switch (happened)
        {
            case RunEvent.HostFinished host: finished.Add(host); return [];
            case RunEvent.StepFinished step: outcomes = step.Outcomes; return [];
            case RunEvent.RunFinished run: return Answers(run);
            case RunEvent.Printed:
                var lines = told.ToList();
                streamed |= lines.Count > 0;
                return lines;
            case RunEvent.StopRequested or RunEvent.AttemptFailed: return told;
            default: return [];
        }
    }

    private IEnumerable<ReportLine> Answers(RunEvent.RunFinished run)
    {
        if (streamed) yield return new(Tone.Plain, "");
        var work = (KindWork)plan.Steps[0].Step.Work;
        var groups = finished.OrderBy(f => OrderOf(f.At.Host))
            .Select(f => (Host: f, Answer: Answer.Of(f.Result, work, hosts.GetValueOrDefault(f.At.Host).Host)))
            .GroupBy(f => f.Answer.Key)
            .Select(g => new Group([.. g]))
            .OrderByDescending(g => g.Hosts.Count).ToList();
        var common = Diff ? groups.Find(g => g.IsAnswer) : null;
        foreach (var group in groups.Where(g => !progress.OnlyFailures || g.First.IsBad))
        {
            foreach (var line in Wrapped(Head(group), 0, group.First.IsBad ? Tone.Bad : Tone.Title)) yield return line;
            foreach (var line in common is not null && group != common && group.IsAnswer ? Difference(common, group) : Body(group)) yield return line;
            foreach (var line in Trouble(group)) yield return line;
        }
        var missing = outcomes.Select(o => o.Host).Except(finished.Select(f => f.At.Host)).ToList();
        if (missing.Count > 0) foreach (var line in Wrapped($"({Names(missing)}: not shown here, this terminal is too slow)", 0, Tone.Warning)) yield return line;
        if (!progress.OnlyFailures) yield return new(Tone.Plain, "");
        foreach (var line in Wrapped(Verdict(run, groups), 0, run.ExitCode == ExitCode.Passed ? Tone.Good : Tone.Bad)) yield return line;
    }

    private string Head(Group group)
    {
        var count = group.Hosts.Count > 1 ? $" ({group.Hosts.Count})" : "";
        var state = group.Answer.State.Length > 0 ? $" · {group.Answer.State}" : Ping ? $" · reachable in {Times(group)}" : "";
        return $"{(group.First.IsBad ? "✗ " : "")}{Names(group)}{count}{state}";
    }

    private static string Times(Group group)
    {
        static string Time(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? $"{Math.Ceiling(time.TotalMilliseconds)}ms" : ProgressReport.Short(time);
        string least = Time(group.Hosts.Min(h => h.Host.Result.Duration)), most = Time(group.Hosts.Max(h => h.Host.Result.Duration));
        return least == most ? least : $"{least}–{most}";
    }

    private IEnumerable<ReportLine> Body(Group group)
    {
        foreach (var line in group.Answer.Lines.SelectMany(line => Wrapped(line, Indent, Tone.Plain))) yield return line;
        if (group.Answer is { Lines: [], State: "" } && !Ping) yield return new(Tone.Quiet, "  (nothing)");
    }

    private IEnumerable<ReportLine> Trouble(Group group)
    {
        // What is said of many names none of them; of one host its own message says more.
        foreach (var failure in group.Answer.Failures.Select(f => group.Hosts.Count == 1 ? f : f with { Message = Answer.Anybody(f.Message, hosts.GetValueOrDefault(group.Hosts[0].Host.At.Host).Host) }))
            foreach (var line in FailureText.Body(failure with { Mend = null }, progress.Width)) yield return line;
        var mends = group.Hosts.SelectMany(h => h.Answer.Failures).Select(f => f.Mend).OfType<string>().Distinct().ToList();
        foreach (var line in mends.Take(MostMends).SelectMany(mend => FailureText.Mend(mend, progress.Width))) yield return line;
        if (mends.Count > MostMends) yield return new(Tone.Quiet, $"    → … and {mends.Count - MostMends} more");
        foreach (var line in group.Hosts.SelectMany(h => h.Host.Result.Notes).Distinct().Take(MostMends).SelectMany(note => Wrapped($"({note})", Indent, Tone.Quiet))) yield return line;
    }

    private IEnumerable<ReportLine> Difference(Group common, Group group)
    {
        static string Text(Group of) => string.Concat(of.Answer.Lines.Select(line => line + "\n"));
        var lines = TextDiff.Unified(Text(common), Text(group), Names(common), Names(group));
        if (lines.Count == 0) yield return new(Tone.Quiet, "  (the same text)");
        foreach (var (place, line) in lines.Index())
            foreach (var part in Wrapped(line, Indent, line[0] switch { _ when place < 2 => Tone.Quiet, '+' => Tone.Good, '-' => Tone.Bad, _ => Tone.Quiet })) yield return part;
    }

    private string Verdict(RunEvent.RunFinished run, List<Group> groups)
    {
        var asked = finished.Count;
        var what = Ping ? $"{finished.Count(f => f.Result.Outcome == Outcome.Passed)} reachable" : groups.Count == 1 && asked > 1 ? "all the same" : groups.Count > 1 ? $"{groups.Count} different answers" : "";
        string[] parts = [$"{asked} {(asked == 1 ? "host" : "hosts")}{(what.Length > 0 ? ", " + what : "")}", ProgressReport.Short(run.Elapsed), $"exit {(int)run.ExitCode}"];
        return string.Join(" · ", run.ExitCode == ExitCode.Interrupted ? parts.Prepend("interrupted") : parts);
    }

    private int OrderOf(string host) => hosts.TryGetValue(host, out var known) ? known.Order : -1;

    private string Names(Group group) => Names(group.Hosts.Select(h => h.Host.At.Host));

    /// <summary>Labels, written short.</summary>
    private string Names(IEnumerable<string> names) => string.Join(", ", NameFolding.Fold(names.Select(name => name.Length == 0 ? "localhost" : progress.Label(name))));

    private IEnumerable<ReportLine> Wrapped(string text, int indent, Tone tone) => Wraps && text.Length <= LongestWrapped
        ? Layout.Lines(text, progress.Width, indent, 2, tone)
        : [new(tone, new string(' ', indent) + DisplayText.Safe(text))];
}
