using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Steps.Reboot;
using Playbooks.Steps.Service;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>What is started, stopped or started anew by a step, as far as its words surely say so.</summary>
/// <param name="What">It.</param>
/// <param name="Thing">The same for all that speak of one thing: what is called so, with `*` where stop, start or restart stands.</param>
internal sealed partial record Told(Deed What, string Thing)
{
    /// <summary>Words before the program.</summary>
    private static readonly string[] Before = ["sudo", "nohup", "setsid", "exec", "env", "command", "time", "sh", "bash", "-n", "-w", "then", "do", "else", "!"];

    /// <summary>To them `stop` is a text or a file.</summary>
    private static readonly string[] Texts = ["echo", "printf", "grep", "logger", "test", "[", "cat", "rm", "touch", "ls", "cp", "mv", "cd", "mkdir", "sed", "awk", "head", "tail", "find"];

    public static IEnumerable<Told> By(Step step, StepDefaults defaults) => step.Work switch
    {
        RebootWork => [new Told(Deed.Reboot, "the machine")],
        ServiceWork { State: { IsConstant: true } state } service when !defaults.IsLook && service.Enabled is null or { IsConstant: true } => state.Get(Scope.Empty) switch
        {
            // Who takes it out of the machine's start too means it to stay down.
            WantedState.Stopped => service.Enabled?.Get(Scope.Empty) == false ? [] : [new Told(Deed.Stop, Service(service.Name.Written))],
            WantedState.Started => [new Told(Deed.Start, Service(service.Name.Written))],
            WantedState.Restarted => [new Told(Deed.Restart, Service(service.Name.Written))],
            _ => [],
        },
        CommandWork command when defaults.Effect != Effect.None => Words([.. command.Words.Select(word => Text(word))]),
        ShellWork shell when defaults.Effect != Effect.None => Statements().Split(Text(shell.Text.Template)).SelectMany(statement => Words(statement.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))),
        ActionCall call when step.Own.Effect != Effect.None => Verb(call.Action) is var (deed, thing) ? [new Told(deed, $"action {thing}")] : [],
        _ => [],
    };

    /// <summary>The text with each expression as one word.</summary>
    private static string Text(Template template)
    {
        var text = new StringBuilder();
        foreach (var part in template.Parts) text.Append(part is TemplatePart.Literal literal ? literal.Text.Value : $"{{{{{((TemplatePart.Hole)part).Expression.Text.Replace(" ", "", StringComparison.Ordinal)}}}}}");
        return text.ToString();
    }

    private static string Service(object? name) => $"service {Ending().Replace(name as string ?? "", "")}";

    private static IEnumerable<Told> Words(IReadOnlyList<string> said)
    {
        var words = said.SkipWhile(word => Before.Contains(word) || Assignment().IsMatch(word)).Select(word => word.Trim('\'', '"')).ToList();
        if (words.Count == 0) yield break;
        var program = words[0][(words[0].LastIndexOf('/') + 1)..];
        var rest = words.Skip(1).Where(word => !word.StartsWith('-')).ToList();
        if (program == "systemctl" && rest.Count > 1 && Of(rest[0]) is { } unit)
            foreach (var name in rest.Skip(1).Where(name => !name.Contains('>', StringComparison.Ordinal))) yield return new Told(unit, Service(name));
        else if (program is "service" or "rc-service" && rest.Count > 1 && Of(rest[1]) is { } old) yield return new Told(old, Service(rest[0]));
        else if (program is "docker" or "podman" or "supervisorctl" or "pm2" && rest.Count > 1 && Of(rest[0]) is { } inside) yield return new Told(inside, $"{program} {rest[1]}");
        else if (words[0].Contains("/init.d/", StringComparison.Ordinal) && rest.Count > 0 && Of(rest[0]) is { } script) yield return new Told(script, Service(program));
        else if (rest.Count > 0 && Of(rest[0]) is { } asked && !Texts.Contains(program)) yield return new Told(asked, words[0]);
        else if (Verb(program) is var (deed, _) && Verb(words[0]) is var (_, thing)) yield return new Told(deed, thing);
    }

    private static Deed? Of(string verb) => verb switch
    {
        "stop" => Deed.Stop,
        "start" => Deed.Start,
        "restart" or "try-restart" => Deed.Restart,
        _ => null,
    };

    /// <summary>What a name such as `wasstop`, `stop_tomcat`, `shutdown.sh` says.</summary>
    private static (Deed, string)? Verb(string name)
    {
        var slash = name.LastIndexOf('/') + 1;
        if (InName().Match(name, slash) is not { Success: true } verb) return null;
        return (verb.Value.ToLowerInvariant() switch { "restart" => Deed.Restart, "start" or "startup" => Deed.Start, _ => Deed.Stop }, $"{name[..verb.Index]}*{name[(verb.Index + verb.Length)..]}");
    }

    [GeneratedRegex(@"\s|\.service\z")]
    private static partial Regex Ending();

    [GeneratedRegex(@"[;&|()\n]+")]
    private static partial Regex Statements();

    [GeneratedRegex(@"^[A-Za-z_]\w*=")]
    private static partial Regex Assignment();

    /// <summary>At the end of a word, or with another behind it; `shutdown` and `startup` only where a script is called so.</summary>
    [GeneratedRegex(@"(?i:restart|stop|start)(?![a-z])|(?:shutdown|startup)(?=\.sh\b)", RegexOptions.None)]
    private static partial Regex InName();
}

/// <summary>What is done to a thing that runs.</summary>
internal enum Deed
{
    Start,
    Stop,
    Restart,
    Reboot,
}
