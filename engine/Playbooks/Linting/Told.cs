using System.Buffers;
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
    private static readonly string[] Before = ["sudo", "nohup", "setsid", "exec", "env", "command", "time", "sh", "bash", "-c", "-n", "-w", "then", "do", "else", "!"];

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
        ShellWork shell when defaults.Effect != Effect.None => Statements().Split(Spoken(Text(shell.Text.Template))).SelectMany(statement => Words(statement.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))),
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

    /// <summary>A shell's text without its comments, without what here-documents hold, and with each quoted text that is no word left out.</summary>
    private static string Spoken(string text)
    {
        var kept = new StringBuilder();
        var end = "";
        foreach (var line in text.Split('\n'))
            if (end.Length == 0)
            {
                kept.Append(line).Append('\n');
                end = HereDocument().Match(line).Groups["end"].Value;
            }
            else if (line.Trim() == end) end = "";
        return Silent().Replace(kept.ToString(), silent => silent.Value[0] is '#' || silent.Value[0] is not '\\' && silent.Value.AsSpan().ContainsAny(Separators) ? "" : silent.Value);
    }

    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\n;&|()");

    private static string Service(object? name) => $"service {Ending().Replace(name as string ?? "", "")}";

    private static IEnumerable<Told> Words(IReadOnlyList<string> said)
    {
        var words = said.SkipWhile(word => Before.Contains(word) || Assignment().IsMatch(word)).Select(word => word.Trim('\'', '"')).ToList();
        if (words.Count == 0) yield break;
        var program = words[0][(words[0].LastIndexOf('/') + 1)..];
        var rest = words.Skip(1).Where(word => !word.StartsWith('-')).ToList();
        if (program == "systemctl")
        {
            if (rest.Count > 1 && Of(rest[0]) is { } unit)
                foreach (var name in rest.Skip(1).Where(name => !name.Contains('>', StringComparison.Ordinal))) yield return new Told(unit, Service(name));
        }
        else if (program is "service" or "rc-service")
        {
            if (rest.Count > 1 && Of(rest[1]) is { } old) yield return new Told(old, Service(rest[0]));
        }
        else if (program is "docker" or "podman" or "supervisorctl" or "pm2")
        {
            if (rest.Count > 1 && Of(rest[0]) is { } inside) yield return new Told(inside, $"{program} {rest[1]}");
        }
        else if (words[0].Contains("/init.d/", StringComparison.Ordinal) && rest.Count > 0 && Of(rest[0]) is { } script) yield return new Told(script, Service(program));
        else if (Asked(words) is { } asked)
        {
            if (!Texts.Contains(program) && !OnlyAsks().IsMatch(program)) yield return new Told(asked, words[0]);
        }
        else if (Verb(words[0]) is var (deed, thing)) yield return new Told(deed, thing);
    }

    /// <summary>What a program is told to do. With two verbs, it runs in the end, for all we know; and a word behind an option may be its value, where another one stands before it.</summary>
    private static Deed? Asked(List<string> words)
    {
        var first = words.Skip(1).FirstOrDefault(word => !word.StartsWith('-'));
        var verbs = words.Skip(1).Zip(words, (word, before) => (Deed: Of(word), IsSure: word == first || !before.StartsWith('-'))).Where(verb => verb.Deed is not null).ToList();
        if (verbs.Select(verb => verb.Deed).Distinct().Count() > 1) return Deed.Start;
        return verbs.Exists(verb => verb.IsSure || verb.Deed == Deed.Start) ? verbs[0].Deed : null;
    }

    private static Deed? Of(string verb) => verb switch
    {
        "stop" => Deed.Stop,
        "start" => Deed.Start,
        "restart" or "try-restart" => Deed.Restart,
        _ => null,
    };

    /// <summary>What a name such as `wasstop`, `stop_tomcat`, `shutdown.sh` says; with two verbs, it runs in the end.</summary>
    private static (Deed, string)? Verb(string path)
    {
        var slash = path.LastIndexOf('/') + 1;
        var name = path[slash..];
        if (OnlyAsks().IsMatch(name) || AtAnEnd().Match(name) is not { Success: true } verb) return null;
        var deed = name.Contains("stop", StringComparison.OrdinalIgnoreCase) && name.Contains("start", StringComparison.OrdinalIgnoreCase) ? Deed.Start
            : verb.Value.ToLowerInvariant() switch { "restart" => Deed.Restart, "start" or "startup" => Deed.Start, _ => Deed.Stop };
        return (deed, $"{path[..slash]}{name[..verb.Index]}*{name[(verb.Index + verb.Length)..]}");
    }

    [GeneratedRegex(@"\s|\.service\z")]
    private static partial Regex Ending();

    [GeneratedRegex(@"[;&|()\n]+")]
    private static partial Regex Statements();

    [GeneratedRegex(@"^[A-Za-z_]\w*=")]
    private static partial Regex Assignment();

    /// <summary>A word at the beginning of a name, or its end before `.sh`; `shutdown` and `startup` only where a script is called so.</summary>
    [GeneratedRegex(@"^(?i:restart|stop|start)(?![a-z])|(?i:restart|stop|start)(?=(?:\.[a-z]+)?\z)|(?:shutdown|startup)(?=\.sh\z)")]
    private static partial Regex AtAnEnd();

    /// <summary>`checkrestart`, `wait-for-stop`, `non-stop`, `is_stop`.</summary>
    [GeneratedRegex(@"(?i:check|wait)|(?<![A-Za-z])(?:[Ii]s(?![a-z])|[Nn]eeds|[Nn]on)")]
    private static partial Regex OnlyAsks();

    [GeneratedRegex(@"(?<!<)<<-?[ \t]*\\?['""]?(?<end>[A-Za-z_]\w*)")]
    private static partial Regex HereDocument();

    /// <summary>A sign that is meant as it is, a quoted text, a comment.</summary>
    [GeneratedRegex(@"(?s)\\.|'[^']*'|""(?:[^""\\]|\\.)*""|(?<![^\s;])#[^\n]*")]
    private static partial Regex Silent();
}

/// <summary>What is done to a thing that runs.</summary>
internal enum Deed
{
    Start,
    Stop,
    Restart,
    Reboot,
}
