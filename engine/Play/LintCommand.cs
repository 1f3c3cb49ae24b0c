using System.CommandLine;
using System.CommandLine.Completions;
using Play.Terminal;
using Playbooks.Linting;
using Playbooks.Loading;
using Playbooks.Problems;
using Playbooks.Reporting;

namespace Play;

/// <summary>`play lint PATH…`: all problems of playbooks, actions and inventories, and what the rules find. No host is touched.</summary>
internal static class LintCommand
{
    public static Command Build()
    {
        var paths = new Argument<string[]>("path") { Description = "Files, or folders that are searched for *.yaml and *.yml.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("--output") { Description = "pretty: for people; json: for programs; sarif: SARIF 2.1.0, which code hosts and editors show.", HelpName = "how" };
        var rules = new Option<bool>("--rules") { Description = "Lists the rules." };
        var explain = new Option<string?>("--explain") { Description = "Says why a rule is there, and what to write instead.", HelpName = "rule" };
        explain.CompletionSources.Add(_ => LintRules.All.Select(rule => new CompletionItem(rule.Name)));
        output.AcceptOnlyFromAmong("pretty", "json", "sarif");
        var command = new Command("lint", "Finds what is wrong in playbooks, actions and inventories, and what is better written otherwise; touches no host. Exit code 1: only rules found something; 2: there is a problem.") { paths, output, rules, explain };
        command.Validators.Add(result =>
        {
            if (result.GetValue(paths) is not { Length: > 0 } && !result.GetValue(rules) && result.GetResult(explain) is null) result.AddError("Which files? `play lint playbooks`");
        });
        command.SetAction(parsed => parsed.GetValue(rules) ? Tell(LintText.Rules(Screen.TextWidth))
            : parsed.GetValue(explain) is { } name ? Explain(name)
            : Lint(parsed.GetRequiredValue(paths), parsed.GetValue(output)));
        return command;
    }

    private static int Tell(IEnumerable<string> lines)
    {
        try
        {
            foreach (var line in lines) Console.Out.WriteLine(line);
        }
        catch (IOException)
        {
            // Who closed the output has read enough.
        }
        return 0;
    }

    private static int Explain(string name) => LintRules.Find(name) is { } rule
        ? Tell([LintText.Explain(rule, Screen.TextWidth)])
        : Screen.Refuse($"there is no rule `{name}`", Suggest.DidYouMean(name, LintRules.All.Select(rule => rule.Name)) ?? "`play lint --rules` lists them");

    private static int Lint(IReadOnlyList<string> paths, string? output)
    {
        var linter = new Linter(PlanRequest.EnvironmentValues());
        try
        {
            foreach (var path in paths)
                if (!Directory.Exists(path)) linter.Look(PlanRequest.Find(path), isNamed: true);
                else
                    foreach (var file in FolderFiles.Of(path, linter.Problems).Where(file => FolderFiles.IsYaml(file) && !InventoryFiles.IsVariables(file)))
                        linter.Look(file, isNamed: false);
        }
        catch (TooMuchException)
        {
            // It is told already.
        }
        if (linter.Files + linter.Programs + linter.Problems.Count == 0) linter.Problems.Add(Position.In(string.Join(' ', paths)), linter.PassedOver > 0 ? "there is no playbook, no actions and no inventory here" : "there is no *.yaml or *.yml file here");

        Tell(output switch
        {
            "json" => [LintJson.Write(linter)],
            "sarif" => [LintSarif.Write(linter, CommandLine.Version)],
            _ => [.. linter.Problems.Select(problem => ProblemPrinter.Within(Screen.TextWidth, problem)), .. LintText.Findings(linter, Screen.TextWidth), LintText.Verdict(linter, Screen.TextWidth)],
        });
        return linter.Problems.Count > 0 ? 2 : linter.Findings.Count > 0 ? 1 : 0;
    }
}
