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
    private const int MostOfDid = 300;

    /// <summary>In one line.</summary>
    private const int MostParts = 4, MostOfValue = 60;

    public static IEnumerable<ReportLine> Lines(HostResult result, OutlineStep step, string label, int width) => Head(result, step, label, width).Concat(Rest(result, step, width));

    /// <summary>Which step failed where, and its place in the file.</summary>
    public static IEnumerable<ReportLine> Head(HostResult result, OutlineStep step, string label, int width)
    {
        var who = label.Length > 0 ? label : "localhost";
        var (head, tone) = !result.IsFailure ? (DisplayText.Safe($"! {who} · {step.Title} (warning)"), Tone.Warning) : (DisplayText.Safe($"✗ {who} · {step.Title}"), Tone.Bad);
        var at = At(result, step);
        var gap = width - DisplayText.Width(head) - DisplayText.Width(at);
        if (gap >= 2)
            yield return new(tone, head + new string(' ', Math.Min(gap, Math.Max(2, 68 - DisplayText.Width(head)))) + at);
        else
        {
            foreach (var line in Layout.Wrap(head, width, 2)) yield return new(tone, line);
            yield return new(Tone.Quiet, new string(' ', Indent) + at);
        }
    }

    public static string At(HostResult result, OutlineStep step) => Place(result.Failures.Count > 0 ? result.Failures[0].At : step.At);

    /// <summary>All below that, which may be the same on many hosts.</summary>
    public static IEnumerable<ReportLine> Rest(HostResult result, OutlineStep step, int width)
    {
        var failures = result.Failures;
        if (Did(result, step) is { } did)
            foreach (var part in did.TrimEnd('\n').Split('\n') is { Length: > PrintedLines } many ? [.. many.Take(PrintedLines), "…"] : did.TrimEnd('\n').Split('\n'))
                foreach (var line in Layout.Wrap(new string(' ', Indent) + DisplayText.Fit(DisplayText.Safe(part), MostOfDid), width, Indent + 2)) yield return new(Tone.Quiet, line);
        foreach (var failure in failures)
        {
            if (Place(failure.At) != Place(failures[0].At)) yield return new(Tone.Quiet, new string(' ', Indent) + Place(failure.At));
            if (failure.Step is { } inner) foreach (var line in Layout.Wrap($"{new string(' ', Indent)}in: {inner}", width, Indent + 4)) yield return new(Tone.Quiet, line);
            foreach (var line in Body(failure, width)) yield return line;
        }
        foreach (var line in Printed(result, width)) yield return line;
        foreach (var note in result.Notes.Where(note => !result.Failures.Any(failure => failure.Message.Contains(note, StringComparison.Ordinal))))
            foreach (var line in Layout.Wrap($"{new string(' ', Indent)}({note})", width, Indent + 1)) yield return new(Tone.Quiet, line);
    }

    /// <summary>What went wrong, in one line; empty: nothing did.</summary>
    public static string FirstLine(HostResult result)
    {
        if (result.Failures is not [var failure, ..]) return result.Outcome == Outcome.Passed || result.Notes.Count == 0 ? "" : ProgressReport.FirstLine(result.Notes[0]);
        var seen = string.Join(", ", failure.Explanation?.Parts.Select(part => $"{part.Source} is {Data.Show(part.Value, MostOfValue)}{(part.Remark is { } remark ? $": {remark}" : "")}").Distinct().Take(MostParts) ?? []);
        return $"{(failure.Step is { } step ? $"{step}: " : "")}{ProgressReport.FirstLine(failure.Message)}{(seen.Length > 0 ? $" ({ProgressReport.FirstLine(seen)})" : "")}";
    }

    /// <summary>What was done, where neither the title nor the message says it: those of most kinds name what they looked at.</summary>
    private static string? Did(HostResult result, OutlineStep step) =>
        result.Did is { } did && did != step.Title && !result.Interrupted && result.Outcome != Outcome.Unreachable
        && (result.Failures.Any(failure => failure.Explanation is not null) || StepKinds.All.Any(kind => kind.IsUsersCommand && did.StartsWith(kind.Name + ":", StringComparison.Ordinal))) ? did : null;

    /// <summary>The last lines a failed command printed, and the first of a web page: often they say why.</summary>
    private static IEnumerable<ReportLine> Printed(HostResult result, int width)
    {
        if (result.Did is { } did && result.Fields.TryGetValue("url", out var url) && url is string end && !did.Contains(end, StringComparison.Ordinal))
            foreach (var line in Layout.Wrap($"{new string(' ', Indent)}url: {end}", width, Indent + 2)) yield return new(Tone.Quiet, line);
        foreach (var stream in new[] { "stderr", "stdout", "body" })
        {
            if (!result.Fields.TryGetValue(stream, out var value) || (value as string ?? (value as Absent)?.Kept) is not { Length: > 0 } text) continue;
            // It is the message already.
            if (stream == "stderr" && result.Failures.Any(failure => failure.Message.Contains(text.Trim(), StringComparison.Ordinal))) continue;
            var lines = text.TrimEnd('\n').Split('\n');
            var label = $"{new string(' ', Indent)}{stream}: ";
            foreach (var line in stream == "body" ? lines.Take(PrintedLines) : lines.TakeLast(PrintedLines))
            {
                yield return new(Tone.Quiet, DisplayText.Fit(label + DisplayText.Safe(stream == "body" ? Credentials.Hidden(line.TrimEnd('\r')) : line), width));
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
        if (failure.Mend is { } mend) foreach (var line in Mend(mend, width)) yield return line;
    }

    /// <summary>Prose is broken into lines; what is there to be copied never is: it stands between backticks, or on a line of its own after a colon.</summary>
    internal static IEnumerable<ReportLine> Mend(string mend, int width)
    {
        var lead = new string(' ', Indent) + "→ ";
        var isCommand = false;
        foreach (var part in mend.Split('\n'))
        {
            foreach (var line in isCommand ? [DisplayText.Safe(part)] : Prose(DisplayText.Safe(part), lead, width)) yield return new(Tone.Quiet, line);
            isCommand = part.EndsWith(':');
        }
    }

    private static IEnumerable<string> Prose(string text, string lead, int width)
    {
        var line = lead;
        foreach (var word in Pieces(text))
        {
            if (line.Length > lead.Length && DisplayText.Width(line) + DisplayText.Width(word) > width)
            {
                foreach (var full in Layout.Wrap(line.TrimEnd(), width, lead.Length)) yield return full;
                line = new string(' ', lead.Length);
            }
            if (word.StartsWith('`') && lead.Length + DisplayText.Width(word) > width)
            {
                yield return word[1..word.LastIndexOf('`')];
                continue;
            }
            line += word + " ";
        }
        if (line.Trim().Length > 0) foreach (var rest in Layout.Wrap(line.TrimEnd(), width, lead.Length)) yield return rest;
    }

    /// <summary>What stands between backticks is one.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var (start, isQuoted) = (0, false);
        for (var at = 0; at <= text.Length; at++)
            if (at == text.Length || text[at] == ' ' && !isQuoted)
            {
                yield return text[start..at];
                start = at + 1;
            }
            else if (text[at] == '`') isQuoted = !isQuoted;
    }

    private static string Place(Position at) => DisplayText.Safe($"{Path.GetFileName(at.Source.Name)}:{at.Line}");
}
