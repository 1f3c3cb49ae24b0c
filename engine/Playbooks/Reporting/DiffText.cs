using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>Shows what a step changed on its hosts, or what differs there: each difference once, with the hosts that it is of.</summary>
internal static class DiffText
{
    /// <summary>Where not everything is asked for.</summary>
    private const int Lines = 20;

    private const int Indent = 9;

    public static bool IsChanged(RunEvent.HostFinished host) => Fields(host).Any(fields => fields.TryGetValue("changed", out var changed) && changed is true);

    /// <summary>The differences of these hosts.</summary>
    /// <param name="hosts">That ended alike.</param>
    /// <param name="names">How hosts are written; null: it is clear whose it is.</param>
    public static IEnumerable<ReportLine> Of(IEnumerable<RunEvent.HostFinished> hosts, Func<IEnumerable<string>, string>? names, int width, bool all)
    {
        var diffs = hosts.SelectMany(host => Fields(host).Select(fields => (host.At.Host, Diff: fields.TryGetValue("diff", out var diff) ? diff as string ?? (diff as Absent)?.Kept : null)))
            .Where(d => d.Diff is { Length: > 0 }).GroupBy(d => d.Diff!).ToList();
        foreach (var diff in diffs)
        {
            var who = names?.Invoke(diff.Select(d => d.Host).Distinct()) ?? "";
            if (diffs.Count > 1 && who.Length > 0) foreach (var line in Layout.Lines($"{who}:", width, Indent, 0, Tone.Quiet)) yield return line;
            var lines = diff.Key.TrimEnd('\n').Split('\n');
            foreach (var line in lines.Take(all || lines.Length <= Lines ? lines.Length : Lines - 1))
                foreach (var part in Layout.Lines(line, width, Indent, 1, ToneOf(line))) yield return part;
            if (!all && lines.Length > Lines) yield return new(Tone.Quiet, $"{new string(' ', Indent)}… {lines.Length - Lines + 1} more lines: -v shows them");
        }
    }

    private static IEnumerable<DataMap> Fields(RunEvent.HostFinished host) => host.Result.Items ?? [host.Result.Fields];

    internal static Tone ToneOf(string line) => line switch
    {
        ['+', ..] => Tone.Good,
        ['-', ..] => Tone.Bad,
        _ => Tone.Quiet,
    };
}
