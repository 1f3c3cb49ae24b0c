using System.CommandLine;
using Play.Terminal;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Templating;

namespace Play;

/// <summary>`play hosts [PATTERN]`: the inventory, how its hosts are reached, and where each variable comes from.</summary>
internal static class HostsCommand
{
    public static Command Build()
    {
        var pattern = new Argument<string?>("pattern") { Description = "Only these hosts: was | 'web, was' | 'app[001:010]'. Few are shown with their variables.", Arity = ArgumentArity.ZeroOrOne };
        var ping = new Option<bool>("--ping") { Description = "Connect to each, side by side, and run nothing there but `true`." };
        var verbose = new Option<bool>("-v", "--verbose") { Description = "Show each host with its variables, and where each comes from." };
        var common = new CommonOptions();
        var command = new Command("hosts", "Shows the inventory; touches no host unless --ping says so.") { pattern, ping, common.Inventory, common.Forks, verbose };
        command.SetAction(async (parsed, _) =>
        {
            var problems = new ProblemList();
            var request = common.Request(parsed);
            if (request.Hosts(problems) is not { } inventory) return Screen.Refuse(problems);
            var meant = HostPattern.Parse(PlacedText.Of("PATTERN", parsed.GetValue(pattern) ?? "all"), problems);
            if (meant is null) return Screen.Refuse(problems);
            if (parsed.GetValue(ping)) return await Ping(meant, request, problems);
            try
            {
                var hosts = meant.Select(inventory, Scope.Empty);
                if (hosts.Count == 0 && parsed.GetValue(pattern) is not null)
                {
                    problems.Add(meant.At, $"`{meant.Text}` selects no host", meant.Unmet(inventory, Scope.Empty));
                    return Screen.Refuse(problems);
                }
                // In colours where a terminal has them, and nothing that moves.
                using var screen = new Screen(OutputMode.Quiet);
                screen.Show(new HostsReport(inventory, Screen.Width, PlanRequest.Configs).Lines(hosts, all: parsed.GetValue(pattern) is null, parsed.GetValue(verbose)), []);
                return 0;
            }
            catch (ExpressionException e)
            {
                problems.Add(e.At, e.Message, e.Mend);
                return Screen.Refuse(problems);
            }
            catch (IOException)
            {
                // Whoever read along has seen enough (`| head`).
                return 0;
            }
        });
        return command;
    }

    private static async Task<int> Ping(HostPattern pattern, PlanRequest request, ProblemList problems)
    {
        var playbook = new OneStepLoader(problems).Command(["true"], new StepDefaults { Hosts = pattern, Effect = Effect.None });
        return playbook is null || request.Plan(playbook, problems) is not { } plan
            ? Screen.Refuse(problems)
            : await RunCommand.Run(plan, new RunWishes { Answers = progress => new AnswersReport(plan, progress) { Ping = true, Wraps = !Console.IsOutputRedirected } });
    }
}
