using Playbooks.Linting;
using Playbooks.Problems;

namespace Playbooks.Reporting;

/// <summary>What the rules found, for people: each like a problem, with the rule's name behind it, and how many there are.</summary>
public static class LintText
{
    public static IEnumerable<string> Findings(Linter linter) =>
        linter.Findings.Select(finding => ProblemPrinter.Print(new Problem(finding.At, $"{finding.Message} [{finding.Rule.Name}]", finding.Mend)));

    public static string Verdict(Linter linter)
    {
        var found = linter.Problems.Count == 0 && linter.Findings.Count == 0 ? "no problems" : string.Join(", ", ((string[])[Count(linter.Problems.Count, "problem"), Count(linter.Findings.Count, "finding")]).Where(count => count[0] != '0'));
        var passed = linter.PassedOver > 0 ? $" ({linter.PassedOver} passed over: no playbook, no actions, no inventory)" : "";
        var mend = linter.Findings.Count > 0 ? $"\n`play lint --explain {linter.Findings[0].Rule.Name}` says why and what to write instead; `# lint: allow RULE why` on the line allows it" : "";
        var programs = linter.Programs > 0 ? $"{Count(linter.Programs, "program")}, not run" : "";
        // Of what nobody has read nobody says that it is well.
        if (linter.Files == 0 && programs.Length > 0) return programs + passed;
        return $"{Count(linter.Files, "file")}{passed}: {found}{(programs.Length > 0 ? "; " : "")}{programs}{mend}";
    }

    /// <summary>A line for each rule.</summary>
    public static IEnumerable<string> Rules() => LintRules.All.Select(rule => $"{rule.Name}\n  {rule.Summary}");

    public static string Explain(LintRule rule) => $"{rule.Name}\n{rule.Summary}\n\n{rule.Explanation}";

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
