using System.CommandLine;
using Play.Terminal;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Recording;
using Playbooks.Running;
using Playbooks.Templating;

namespace Play;

/// <summary>`play record PATTERN`: looks at hosts, changes nothing, and writes a playbook that fails when one of the things changes that it found.</summary>
internal static class RecordCommand
{
    public static Command Build()
    {
        var pattern = new Argument<string>("pattern") { Description = "Which hosts: was | 'web, was' | 'was[route=tomcat1]' | localhost | all" };
        var to = new Option<string?>("--to") { Description = "The file to write (standard output).", HelpName = "file" };
        var replace = new Option<bool>("--replace") { Description = "Write over the file that is there." };
        var sudo = new Option<string?>("--sudo") { Description = "Look as root: who owns others' sockets, and files that only root reads; --sudo=USER: as that user.", HelpName = "user", Arity = ArgumentArity.ZeroOrOne };
        var tls = new Option<int[]>("--tls") { Description = "A further port to ask for a certificate, any number of them; 443 and its like are asked anyway.", HelpName = "port" };
        var common = new CommonOptions();
        var command = new Command("record", "Looks at live hosts and writes a playbook that holds as long as they stay as they are: ports and processes, services, certificates, Tomcats, mod_jk's workers.")
        {
            pattern, to, replace, common.Inventory, sudo, tls, common.Forks,
        };
        tls.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !(int.TryParse(token.Value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535))) result.AddError("`--tls` wants a port, from 1 to 65535.");
        });
        command.SetAction((parsed, _) => Record(parsed.GetRequiredValue(pattern), parsed.GetValue(to), parsed.GetValue(replace), parsed.GetValue(sudo), parsed.GetValue(tls) ?? [], common.Request(parsed)));
        return command;
    }

    private static async Task<int> Record(string pattern, string? to, bool replace, string? sudo, int[] tls, PlanRequest request)
    {
        var problems = new ProblemList();
        // Before anybody is asked.
        if (to is not null && NewFiles.WhyNot(to, replace) is { } why) return Screen.Refuse(why, File.Exists(to) ? "name another file, or say --replace" : null);
        if (HostPattern.Parse(PlacedText.Of("PATTERN", pattern), problems) is not { } meant) return Screen.Refuse(problems);
        // The first plan says whether hosts and secrets are there at all.
        var first = new OneStepLoader(problems).Command(["true"], new StepDefaults { Hosts = meant, Effect = Effect.None, Sudo = sudo is null ? null : Setting<string?>.Of(DataTemplate.Constant(sudo, Position.In("--sudo", sudo)), SettingTypes.Sudo, problems) });
        if (first is null || problems.Count > 0 || request.Plan(first, problems) is not { } plan) return Screen.Refuse(problems);
        var hosts = meant.Select(plan.Inventory, Scope.Empty);
        var wishes = new RecordWishes
        {
            Command = $"play record '{pattern}'{(sudo is null ? "" : sudo == "root" ? " --sudo" : $" --sudo={sudo}")}{string.Concat(tls.Select(port => $" --tls {port}"))}",
            Hosts = meant,
            Sudo = sudo,
            Tls = tls,
            Modeline = NewFiles.Modeline(to, "playbook"),
        };
        Screen.Complain($"Looking at {hosts.Count} {(hosts.Count == 1 ? "host" : "hosts")}; nothing is changed there.");
        return await RunSession.Run(plan, new RunWishes { Output = "plain" }, async session =>
        {
            var recorded = await new LiveHosts(plan.Inventory, hosts, wishes, playbook => session.Look(Planned(playbook))).Record(TimeProvider.System.GetLocalNow());
            foreach (var note in recorded.Notes) Screen.Complain($"  - {note}");
            return End(recorded, to, replace, request);
        });

        Playbooks.Planning.Plan Planned(Playbook playbook)
        {
            var wrong = new ProblemList();
            return request.Plan(playbook, wrong) ?? throw new InvalidOperationException(string.Join("; ", wrong.Select(ProblemPrinter.Print)));
        }
    }

    private static int End(RecordedHosts recorded, string? to, bool replace, PlanRequest request)
    {
        if (recorded.Text is not { } text)
        {
            Screen.Complain("Nothing was found that could be recorded, so nothing is written.");
            return (int)(recorded.ExitCode == ExitCode.Passed ? ExitCode.Error : recorded.ExitCode);
        }
        if (to is null) Console.Out.Write(text);
        else if (!NewFiles.Write([(to, text)], replace)) return (int)ExitCode.Problems;
        else Screen.Complain($"{to} is written. To look whether all is still so: play {NewFiles.Quoted(to)}{string.Concat(request.Inventories.Select(file => $" -i {NewFiles.Quoted(file)}"))}");
        return (int)recorded.ExitCode;
    }
}
