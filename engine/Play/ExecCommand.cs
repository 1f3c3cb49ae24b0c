using System.CommandLine;
using Play.Terminal;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Reporting;

namespace Play;

/// <summary>`play exec PATTERN -- COMMAND…`: one command, or one step, on many hosts; equal answers are shown once.</summary>
internal static class ExecCommand
{
    /// <param name="words">What stands behind `--`; null: there is none.</param>
    public static Command Build(string[]? words)
    {
        var pattern = new Argument<string>("pattern") { Description = "Which hosts: was | 'web, was' | 'was[route=tomcat1]' | 'app[001:010]' | localhost | all" };
        var step = new Argument<string?>("step") { Description = "A step as in a playbook: 'netstat: { listening: 4000 }', '{ shell: \"uptime | cut -c1-9\", sudo: true }'. Or, instead, one command behind ` -- `: its words go to it as they are, no shell reads them; {{ host.NAME }} in them is filled in, a literal {{ is written {{ '{{' }}.", Arity = ArgumentArity.ZeroOrOne };
        var sudo = new Option<string?>("--sudo") { Description = "As root; --sudo=USER: as that user.", HelpName = "user", Arity = ArgumentArity.ZeroOrOne };
        var timeout = new Option<string?>("--timeout") { Description = "How long it may take on each host: 10s, 5m (1h; what only looks 5m).", HelpName = "time" };
        var diff = new Option<bool>("--diff") { Description = "Show of each answer how it differs from the commonest one." };
        var common = new CommonOptions();
        var command = new Command("exec", "Runs one command, or one step, on many hosts and shows equal answers once: play exec PATTERN -- COMMAND…") { pattern, step };
        common.Output.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "jsonl" }]) result.AddError("`exec` keeps no journal: `--output jsonl` is for playbooks.");
        });
        foreach (var option in new Option[] { common.Inventory, common.Values, sudo, timeout, diff, common.Forks, common.AllowEmpty, common.Verbose, common.Output }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var given = result.GetValue(step);
            if (words is { Length: > 0 } && given is not null) result.AddError($"There is a step, `{given}`, and a command behind `--`: which one?");
            else if (words is { Length: 0 }) result.AddError("There is no command behind `--`.");
            else if (words is null && given is null && result.Tokens.Count > 0) result.AddError("What is to be done? play exec PATTERN -- COMMAND…, or play exec PATTERN 'STEP'.");
        });
        command.SetAction(async (parsed, _) =>
        {
            var problems = new ProblemList();
            var defaults = new StepDefaults
            {
                Hosts = HostPattern.Parse(PlacedText.Of("PATTERN", parsed.GetRequiredValue(pattern)), problems),
                Sudo = parsed.GetValue(sudo) is { } user ? Setting<string?>.Of(DataTemplate.Constant(user, Position.In("--sudo", user)), SettingTypes.Sudo, problems) : null,
                Timeout = parsed.GetValue(timeout) is { } limit ? Setting<TimeSpan>.Of(DataTemplate.Constant(PlainScalar.Read(limit), Position.In("--timeout", limit)), SettingTypes.Duration, problems) : null,
            };
            var loader = new OneStepLoader(problems);
            var playbook = words is not null ? loader.Command(words, defaults) : loader.Step(parsed.GetValue(step) ?? "", defaults);
            if (playbook is null || problems.Count > 0 || common.Request(parsed).Plan(playbook, problems) is not { } plan) return Screen.Refuse(problems);
            return await RunCommand.Run(plan, new RunWishes
            {
                Verbose = parsed.GetValue(common.Verbose),
                Output = parsed.GetValue(common.Output),
                Answers = progress => new AnswersReport(plan, progress) { Diff = parsed.GetValue(diff), Wraps = !Console.IsOutputRedirected },
            });
        });
        return command;
    }
}
