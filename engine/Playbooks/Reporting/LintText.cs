using Playbooks.Linting;
using Playbooks.Problems;

namespace Playbooks.Reporting;

/// <summary>What the rules found, for people: each like a problem, with the rule's name behind it, and how many there are.</summary>
/// <remarks>A width is the columns of a screen; null: it is a file, in which a sentence is a line.</remarks>
public static class LintText
{
    public static IEnumerable<string> Findings(Linter linter, int? width = null) =>
        linter.Findings.Select(finding => ProblemPrinter.Within(width, new Problem(finding.At, $"{finding.Message} [{finding.Rule.Name}]", finding.Mend)));

    public static string Verdict(Linter linter, int? width = null) => Wrapped(Verdict(linter), "", width);

    private static string Verdict(Linter linter)
    {
        var found = linter.Problems.Count == 0 && linter.Findings.Count == 0 ? "no problems" : string.Join(", ", ((string[])[Count(linter.Problems.Count, "problem"), Count(linter.Findings.Count, "finding")]).Where(count => count[0] != '0'));
        var passed = linter.PassedOver > 0 ? $" ({linter.PassedOver} passed over: no playbook, no actions, no inventory)" : "";
        var mend = linter.Findings.Count > 0 ? $"\n`play lint --explain {linter.Findings[0].Rule.Name}` says why and what to write instead; `# lint: allow RULE why` on the line allows it" : "";
        var programs = linter.Programs > 0 ? $"{Count(linter.Programs, "program")}, not run" : "";
        // Of what nobody has read nobody says that it is well.
        if (linter.Files == 0 && programs.Length > 0) return programs + passed;
        var unjudged = linter.Unjudged > 0 ? $"\nwhat has problems was not looked at by the rules ({Count(linter.Unjudged, "file")})" : "";
        return $"{Count(linter.Files, "file")}{passed}: {found}{(programs.Length > 0 ? "; " : "")}{programs}{unjudged}{mend}";
    }

    /// <summary>A line for each rule.</summary>
    public static IEnumerable<string> Rules(int? width = null) => LintRules.All.Select(rule => $"{rule.Name}\n{Wrapped(rule.Summary, "  ", width)}");

    public static string Explain(LintRule rule, int? width = null) =>
        $"{rule.Name}\n{Wrapped(rule.Summary, "", width)}\n\n{(width is { } columns ? string.Join("\n\n", rule.Explanation.Split("\n\n").Select(paragraph => Paragraph(paragraph, columns))) : rule.Explanation)}";

    /// <summary>It is broken into lines for whoever reads the source; an example is as it is.</summary>
    private static string Paragraph(string text, int width) => text.StartsWith("```", StringComparison.Ordinal) ? text : string.Join('\n', DisplayText.Wrap(text.Replace('\n', ' '), width, 0));

    private static string Wrapped(string text, string indent, int? width) => string.Join('\n', text.Split('\n').SelectMany(line => ProblemPrinter.Wrap(line, indent, width)));

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
