using System.Globalization;
using Playbooks.Journal;
using Playbooks.Problems;
using Playbooks.Running;

namespace Playbooks.Reporting;

/// <summary>Lists runs: when, of which playbook, how they ended, how long they took, and the name that other commands know them by.</summary>
/// <param name="time">Says what time it is, and in which zone the reader lives.</param>
/// <param name="width">Columns to write in.</param>
public sealed class HistoryReport(TimeProvider time, int width)
{
    private const int NarrowBelow = 72;

    /// <summary>A run of the list, and what only the journal knows of it.</summary>
    public sealed record Entry(JournalRun Run, bool IsAlive, int Owed);

    public IEnumerable<ReportLine> Lines(IReadOnlyList<Entry> runs, bool areMore)
    {
        foreach (var line in runs.SelectMany(run => width < NarrowBelow ? Narrow(run) : Wide(run))) yield return line;
        if (areMore) yield return new(Tone.Quiet, $"(older runs: -n {2 * runs.Count})");
    }

    /// <summary>How the run ended, in words.</summary>
    public static string How(Entry entry) => entry switch
    {
        { IsAlive: true } => "runs now",
        { Run.EndedAt: null, Owed: 0 } => "died",
        { Run.EndedAt: null } => $"died, {Owes(entry.Owed)}",
        _ => (entry.Run.ExitCode switch
        {
            ExitCode.Passed => "passed",
            ExitCode.Failed => "failed",
            ExitCode.Error => "error",
            ExitCode.Unreachable => "unreachable",
            ExitCode.Guard => "stopped by a guard",
            ExitCode.Interrupted => "interrupted",
            _ => entry.Owed > 0 ? "" : "an `always` failed",
        } + (entry.Owed > 0 ? $", {Owes(entry.Owed)}" : "")).TrimStart(',', ' '),
    };

    /// <summary>What is said below the report of a run that has not ended.</summary>
    public IEnumerable<ReportLine> Unended(Entry entry)
    {
        yield return new(Tone.Plain, "");
        var owes = entry.Owed > 0 ? $", and {(entry.Owed == 1 ? "something is" : $"{entry.Owed} things are")} not put back" : "";
        foreach (var line in Layout.Lines(entry.IsAlive ? "The run goes on:" : $"The run died here: its program ended without a word{owes}:", width, 0, 2, ToneOf(entry))) yield return line;
        yield return new(ToneOf(entry), DisplayText.Safe($"  play {(entry.IsAlive ? "attach" : "resume")} {entry.Run.Name}"));
    }

    private static string Owes(int owed) => $"{owed} not put back";

    private IEnumerable<ReportLine> Wide(Entry entry) =>
        Layout.Lines($"{When(entry.Run)}  {DisplayText.Safe(entry.Run.Name)}  {Took(entry),8}  {entry.Run.Playbook}: {How(entry)}", width, 0, 20, ToneOf(entry));

    private IEnumerable<ReportLine> Narrow(Entry entry) =>
    [
        .. Layout.Lines($"{When(entry.Run)} · {How(entry)}", width, 0, 2, ToneOf(entry)),
        .. Layout.Lines(entry.Run.Playbook, width, 2, 0, Tone.Plain),
        new(Tone.Quiet, $"  {DisplayText.Safe(entry.Run.Name)} · {Took(entry)}"),
    ];

    private string When(JournalRun run) => TimeZoneInfo.ConvertTime(run.StartedAt, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Of one that died nobody knows.</summary>
    private string Took(Entry entry) => (entry.Run.EndedAt ?? (entry.IsAlive ? time.GetUtcNow() : null)) is { } end && end >= entry.Run.StartedAt ? ProgressReport.Short(end - entry.Run.StartedAt) : "?";

    internal static Tone ToneOf(Entry entry) => entry switch
    {
        { IsAlive: true } => Tone.Title,
        { Owed: > 0 } => Tone.Bad,
        { Run.EndedAt: null } => Tone.Warning,
        { Run.ExitCode: ExitCode.Passed } => Tone.Good,
        _ => Tone.Bad,
    };
}
