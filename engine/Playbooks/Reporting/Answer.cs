using System.Globalization;
using System.Text.RegularExpressions;
using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>What one host answered, told in a way that equal answers of different hosts are equal.</summary>
internal sealed record Answer
{
    /// <summary>How it ended, where that is worth a word: `exit 3`, `unreachable`.</summary>
    public required string State { get; init; }

    /// <summary>What it printed, or what its result holds; what came on standard error has a `! ` before it.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>What is wrong, but for what the state says already.</summary>
    public IReadOnlyList<Failure> Failures { get; init; } = [];

    /// <summary>Equal for equal answers: what a message says of one host by name it says of any.</summary>
    public required string Key { get; init; }

    public static Answer Of(HostResult result, KindWork work, Host? host)
    {
        var fields = result.Fields;
        var isCommand = work.Kind.IsUsersCommand;
        var lines = (isCommand ? Printed(fields) : Held(work.Kind, fields)).ToList();
        var failures = result.Failures.Where(f => !isCommand || f.Explanation is null || !work.Kind.OwnAssertions.Any(own => f.Message == $"{own.Expression} does not hold"))
            .ToList();
        var state = StateOf(result, isCommand);
        var told = failures.Select(f => Anybody(f.Message, host) + string.Concat(f.Explanation?.Render(80) ?? []));
        // What one host prints may look like another's standard error, or like words of ours.
        var streams = isCommand ? $"{Value(fields, "stdout")?.GetType()} {Stream(fields, "stdout", "").Count()} {Value(fields, "stderr")?.GetType()}" : "";
        return new Answer { State = state, Lines = lines, Failures = failures, Key = string.Join('\n', (string[])[$"{result.Outcome} {state} {streams}", .. told, "", .. lines]) };
    }

    private static string StateOf(HostResult result, bool isCommand)
    {
        if (isCommand && result.Outcome is Outcome.Passed or Outcome.Failed)
        {
            if (Value(result.Fields, "exit_code") is long code and not 0) return string.Create(CultureInfo.InvariantCulture, $"exit {code}");
            if (Value(result.Fields, "signal") is string signal) return $"signal {signal}";
        }
        return result.Outcome == Outcome.Passed ? "" : Words.Of(result.Outcome);
    }

    private static IEnumerable<string> Printed(DataMap fields) => Stream(fields, "stdout", "").Concat(Stream(fields, "stderr", "! "));

    private static IEnumerable<string> Stream(DataMap fields, string name, string mark) => Value(fields, name) switch
    {
        string { Length: > 0 } text => text.Split('\n').Select(line => mark + line.TrimEnd('\r')),
        Absent absent => [$"({absent.Message})"],
        _ => [],
    };

    /// <summary>Of a text its first line, unless it is there to be read; of a list how many there are.</summary>
    private static IEnumerable<string> Held(StepKind kind, DataMap fields)
    {
        foreach (var name in kind.Answer)
            switch (Value(fields, name))
            {
                case string { Length: > 0 } text when name is "text" or "diff":
                    foreach (var line in text.TrimEnd('\n').Split('\n')) yield return line.TrimEnd('\r');
                    break;
                case string { Length: > 0 } text: yield return $"{name}: {ProgressReport.FirstLine(text).TrimEnd('\r')}"; break;
                case IReadOnlyList<object?> { Count: > 0 } list: yield return string.Create(CultureInfo.InvariantCulture, $"{name}: {list.Count}"); break;
                case long or double or bool or TimeSpan or Size or DateTimeOffset: yield return $"{name}: {Data.ToText(Value(fields, name))}"; break;
            }
    }

    private static object? Value(DataMap fields, string name) => fields.TryGetValue(name, out var value) ? value is Later later ? later.Value : value : null;

    /// <summary>A message without the host's own name and address, so that two hosts with the same trouble have the same message.</summary>
    public static string Anybody(string message, Host? host)
    {
        if (host is null || host.Local) return message;
        // Who is reached, and how, stands in brackets behind a name.
        message = Regex.Replace(message, $@"(?<![\w.-]){Regex.Escape(host.Name)} \([^()]*\)", "the host");
        var target = new ConnectTarget(host, SshConfig.Silent with { HostName = host.Address }, "");
        foreach (var own in new[] { target.Label, $"[{target.Address}]:{target.Port}", target.Server, target.Address, target.Name }.Where(message.Contains))
            message = Regex.Replace(message, $@"(?<![\w.-]){Regex.Escape(own)}(?![\w-]|\.\w)", "the host");
        return message;
    }
}
