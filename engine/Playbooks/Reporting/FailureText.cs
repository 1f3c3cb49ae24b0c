using Playbooks.Problems;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>Tells what went wrong in a step on a host: where, what, which values it saw, and how to mend it.</summary>
internal static class FailureText
{
    private const int Indent = 4;
    private const int PrintedLines = 5;

    /// <summary>In one line.</summary>
    private const int MostParts = 4, MostOfValue = 60;

    public static IEnumerable<ReportLine> Lines(HostResult result, OutlineStep step, string label, int width)
    {
        var who = label.Length > 0 ? label : "localhost";
        var failures = result.Failures;
        var (head, tone) = !result.IsFailure ? (DisplayText.Safe($"! {who} · {step.Title} (warning)"), Tone.Warning) : (DisplayText.Safe($"✗ {who} · {step.Title}"), Tone.Bad);
        var at = Place(failures.Count > 0 ? failures[0].At : step.At);
        var gap = width - DisplayText.Width(head) - DisplayText.Width(at);
        if (gap >= 2)
            yield return new(tone, head + new string(' ', Math.Min(gap, Math.Max(2, 68 - DisplayText.Width(head)))) + at);
        else
        {
            foreach (var line in Layout.Wrap(head, width, 2)) yield return new(tone, line);
            yield return new(Tone.Quiet, new string(' ', Indent) + at);
        }
        foreach (var failure in failures)
        {
            if (failure != failures[0] && failure.At != failures[0].At) yield return new(Tone.Quiet, new string(' ', Indent) + Place(failure.At));
            if (failure.Step is { } inner) foreach (var line in Layout.Wrap($"{new string(' ', Indent)}in: {inner}", width, Indent + 4)) yield return new(Tone.Quiet, line);
            foreach (var line in Body(failure, width)) yield return line;
        }
        foreach (var line in Printed(result, width)) yield return line;
        foreach (var note in result.Notes)
            foreach (var line in Layout.Wrap($"{new string(' ', Indent)}({note})", width, Indent + 1)) yield return new(Tone.Quiet, line);
    }

    /// <summary>What went wrong, in one line; empty: nothing did.</summary>
    public static string FirstLine(HostResult result)
    {
        if (result.Failures is not [var failure, ..]) return result.Outcome == Outcome.Passed || result.Notes.Count == 0 ? "" : ProgressReport.FirstLine(result.Notes[0]);
        var seen = string.Join(", ", failure.Explanation?.Parts.Select(part => $"{part.Source} is {Data.Show(part.Value, MostOfValue)}{(part.Remark is { } remark ? $": {remark}" : "")}").Distinct().Take(MostParts) ?? []);
        return $"{(failure.Step is { } step ? $"{step}: " : "")}{ProgressReport.FirstLine(failure.Message)}{(seen.Length > 0 ? $" ({ProgressReport.FirstLine(seen)})" : "")}";
    }

    /// <summary>The last lines a failed command printed: often they say why.</summary>
    private static IEnumerable<ReportLine> Printed(HostResult result, int width)
    {
        foreach (var stream in new[] { "stderr", "stdout" })
        {
            if (!result.Fields.TryGetValue(stream, out var value) || (value as string ?? (value as Absent)?.Kept) is not { Length: > 0 } text) continue;
            var lines = text.Split('\n');
            var label = $"{new string(' ', Indent)}{stream}: ";
            foreach (var line in lines.TakeLast(PrintedLines))
            {
                yield return new(Tone.Quiet, DisplayText.Fit(label + DisplayText.Safe(line), width));
                label = new string(' ', label.Length);
            }
        }
    }

    internal static IEnumerable<ReportLine> Body(Failure failure, int width)
    {
        if (failure.Explanation is { } explanation)
        {
            const string Label = "assert: ";
            var first = true;
            foreach (var line in explanation.Render(width - Indent - Label.Length))
            {
                yield return new(Tone.Plain, new string(' ', Indent) + (first ? Label : new string(' ', Label.Length)) + line);
                first = false;
            }
        }
        else
            foreach (var part in failure.Message.Split('\n').Take(20))
                foreach (var line in Layout.Wrap(new string(' ', Indent) + part, width, Indent + 2)) yield return new(Tone.Plain, line);
        if (failure.Mend is { } mend)
            // Not broken into lines: a command in it is there to be copied.
            foreach (var line in mend.Split('\n')) yield return new(Tone.Quiet, $"{new string(' ', Indent)}→ {DisplayText.Safe(line)}");
    }

    private static string Place(Position at) => DisplayText.Safe($"{Path.GetFileName(at.Source.Name)}:{at.Line}");
}
