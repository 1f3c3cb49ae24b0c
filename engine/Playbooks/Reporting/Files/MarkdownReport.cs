using Playbooks.Problems;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting.Files;

/// <summary>A run as Markdown, for a ticket or a merge request: the verdict, what has changed, what failed, and a table of the steps.</summary>
public static class MarkdownReport
{
    private const int Width = 100, MostFailures = 50;

    public static void Write(ReportedRun run, TextWriter to)
    {
        var results = run.Results;
        var steps = results.Steps.Where(step => !step.Step.IsGroup).ToList();
        to.WriteLine($"# {Text(results.Playbook)}: {Text(results.Verdict)}");
        to.WriteLine();
        to.WriteLine($"Run `{results.Run}` of `{DisplayText.Safe(Path.GetFileName(results.File)).Replace('`', '\'')}`, {TimeZoneInfo.ConvertTime(results.StartedAt, run.Zone):yyyy-MM-dd HH:mm zzz}, {ProgressReport.Short(results.Elapsed)}, {steps.Count(s => s.Began is not null)} of {steps.Count} steps.");
        List(to, "NOT put back: look at your systems", results.NotPutBack);
        List(to, "Stopped by a guard", results.Guards);
        if (run.Compared(Width) is { Count: > 0 } compared)
        {
            Title(to, "Since the run before");
            Fence(to, compared.Select(line => line.Text));
        }
        Failures(to, steps);
        List(to, "Put back", results.PutBack.Select(undo => $"{undo.Owed.Title}{(undo.Owed.At.Host.Length > 0 ? $" on {results.Label(undo.Owed.At.Host)}" : "")}"));
        Title(to, "Steps");
        to.WriteLine("| step | passed | not passed | took |");
        to.WriteLine("|---|---|---|---|");
        foreach (var step in steps) to.WriteLine($"| {Text(step.Name)} | {Passed(step)} | {NotPassed(step)} | {(step is { Began: { } from, Ended: { } end } ? ProgressReport.Short(end - from) : "")} |");
    }

    private static void Failures(TextWriter to, List<StepResults> steps)
    {
        var bad = steps.SelectMany(step => step.Hosts.Where(host => host.Result is { IsBad: true }).Select(host => (step, host))).ToList();
        if (bad.Count == 0) return;
        Title(to, "What did not pass");
        foreach (var (step, host) in bad.Take(MostFailures))
        {
            to.WriteLine($"**{Text(step.Name)}**{(host.Label.Length > 0 ? $" · {Text(host.Label)}" : "")}{(host.IsForgiven ? " (rescued)" : host.Result!.IsFailure ? "" : " (warning)")}");
            to.WriteLine();
            Fence(to, FailureText.Lines(host.Result!, step.Step, host.Label, Width).Select(line => line.Text));
        }
        if (bad.Count > MostFailures) to.WriteLine($"… and {bad.Count - MostFailures} more");
    }

    private static string Passed(StepResults step) => $"{step.Hosts.Count(host => host.Result?.Outcome == Outcome.Passed)}";

    private static string NotPassed(StepResults step) => step.Began is null
        ? "not reached"
        : string.Join(", ", step.Hosts.Where(host => host.Result?.Outcome != Outcome.Passed).GroupBy(host => host.Result is { } result ? Words.Of(result.Outcome) : "not ended").Select(group => $"{group.Count()} {group.Key}"));

    private static void List(TextWriter to, string title, IEnumerable<string> texts)
    {
        var all = texts.ToList();
        if (all.Count == 0) return;
        Title(to, title);
        foreach (var text in all) to.WriteLine($"- {Text(text)}");
    }

    private static void Title(TextWriter to, string title)
    {
        to.WriteLine();
        to.WriteLine($"## {title}");
        to.WriteLine();
    }

    /// <summary>No line inside can end it.</summary>
    private static void Fence(TextWriter to, IEnumerable<string> lines)
    {
        var all = lines.SelectMany(line => line.Split('\n')).Select(line => DisplayText.Safe(line)).ToList();
        var fence = new string('`', Math.Max(3, all.Max(line => Longest(line, '`')) + 1));
        to.WriteLine($"{fence}text");
        foreach (var line in all) to.WriteLine(line);
        to.WriteLine(fence);
        to.WriteLine();
    }

    private static int Longest(string text, char of)
    {
        var (longest, now) = (0, 0);
        foreach (var c in text) longest = Math.Max(longest, now = c == of ? now + 1 : 0);
        return longest;
    }

    /// <summary>Text that stands for itself (CommonMark 0.31: a backslash before any ASCII punctuation), and calls nobody by name.</summary>
    private static string Text(string text) => string.Concat(DisplayText.Safe(text).Select(c => c switch
    {
        '@' => "&#64;",
        '<' => "&lt;",
        '&' => "&amp;",
        _ when "\\`*_{}[]()#+!|~>-".Contains(c, StringComparison.Ordinal) => $"\\{c}",
        _ => c.ToString(),
    }));
}
