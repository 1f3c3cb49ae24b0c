using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Service;

/// <summary>A `service` step, bound.</summary>
internal sealed record ServiceWork(StepKind Kind, Setting<string> Name, Setting<WantedState>? State, Setting<bool>? Enabled) : KindWork(Kind)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public override Effect Effect => Effect.Repeatable;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var (name, state, enabled) = (Name.Get(context.Scope), State?.Get(context.Scope), Enabled?.Get(context.Scope));
        var began = context.Time.GetTimestamp();
        var (seen, wrong) = await Look(context, name, cancel);
        if (seen is null) return wrong! with { Began = false };
        if (enabled is not null && seen.Enabled is null) return StepResult.Error(NoSetting(name, seen)) with { Began = false };

        List<string> verbs = [], diff = [];
        if (enabled is { } wanted && wanted != seen.Enabled)
        {
            verbs.Add(wanted ? "enable" : "disable");
            diff.Add($"enabled: {(wanted ? "false → true" : "true → false")}");
        }
        if (Verb(state, seen, context.Compares) is { } verb)
        {
            verbs.Add(verb);
            diff.Add(verb switch { "start" => $"state: {seen.State} → running", "stop" => $"state: {seen.State} → stopped", _ => verb + "ed" });
        }
        if (verbs.Count == 0) return StepResult.Passed(Fields(name, seen, false, ""));
        var difference = string.Join('\n', diff);
        if (context.Compares) return StepResult.Failed(Fields(name, seen, false, difference), Reasons(name, state, enabled, seen));

        var result = await context.Run(new RemoteCommand { Words = ["sh", "-c", ServiceScript.Text, "sh", name, .. verbs], MaxOutput = ServiceScript.MostBytes }, cancel);
        var ended = CommandOutput.Result(result, Encoding.UTF8, context.Timeout) with { Fields = DataMap.Empty };
        if (ended.Outcome != Outcome.Passed) return ended;
        var said = Encoding.UTF8.GetString(result.Stderr.Span).Trim();
        var done = ServiceScript.Read(result.Stdout.Span);
        var failed = done.Failed;
        while (done.IsOnItsWay && context.Time.GetElapsedTime(began) < context.Timeout)
        {
            await Task.Delay(Pause, context.Time, cancel);
            (seen, wrong) = await Look(context, name, cancel);
            if (seen is null) return wrong!;
            done = seen;
        }
        if (Unreadable(name, done) is { } unreadable) return unreadable;
        return await Judge(context, name, state, enabled, done, failed, said, difference, cancel) with { Notes = ended.Notes };
    }

    private static async Task<StepResult> Judge(StepContext context, string name, WantedState? state, bool? enabled, ServiceScript done, (string Code, string Command)? failed, string said, string difference, CancellationToken cancel)
    {
        var fields = Fields(name, done, true, difference);
        var reasons = Reasons(name, state, enabled, done);
        if (failed is null && reasons.Count == 0) return StepResult.Passed(fields);
        var log = await Steps.Look.Run(context, ServiceScript.Why, [name], ServiceScript.MostBytes, cancel);
        var why = $"{said}\n{(log.Wrong is null ? Encoding.UTF8.GetString(log.Stdout.Span) : "")}".Trim();
        List<string> messages = [.. reasons];
        if (failed is { } command) messages.Add($"`{command.Command}` ended with exit code {command.Code}");
        if (why.Length > 0) messages.Add(string.Join('\n', why.Split('\n').TakeLast(10).Select(line => "  " + Steps.Look.Cut(line.TrimEnd('\r'), 200))));
        // That a service fails is an answer to what was asked; that nobody may start it is none.
        return new StepResult
        {
            Outcome = failed is null || done.State == "failed" ? Outcome.Failed : Outcome.Error,
            Messages = messages,
            Fields = fields,
            Mend = done.IsRoot ? null : $"it was done by {done.User}: does it need `sudo: true` on this step?",
        };
    }

    private static async Task<(ServiceScript? Seen, StepResult? Wrong)> Look(StepContext context, string name, CancellationToken cancel)
    {
        var look = await Steps.Look.Run(context, ServiceScript.Text, [name], ServiceScript.MostBytes, cancel);
        if (look.Wrong is not null) return (null, look.Wrong);
        var seen = ServiceScript.Read(look.Stdout.Span);
        return Unreadable(name, seen) is { } wrong ? (null, wrong) : (seen, null);
    }

    private static StepResult? Unreadable(string name, ServiceScript seen) => seen switch
    {
        { Manager: "none" } => StepResult.Error("what starts services there could not be found out", "it knows systemd, OpenRC, FreeBSD's rc and the scripts of /etc/init.d"),
        { IsAbsent: true } => StepResult.Error($"there is no service {name}: {Place(seen.Manager)} does not know it"),
        { State: null } => StepResult.Error($"whether {name} runs could not be found out{(seen.Unknown.Length > 0 ? $": {seen.Unknown}" : "")}"),
        _ => null,
    };

    private static string Place(string manager) => manager switch { "systemd" => "systemd", "openrc" => "OpenRC", "rc" => "/etc/rc.d or /usr/local/etc/rc.d", _ => "/etc/init.d" };

    /// <summary>What is to be done about the state; null: nothing. What restarts and reloads is compared by whether it runs.</summary>
    private static string? Verb(WantedState? wanted, ServiceScript seen, bool compares) => (wanted, seen.State) switch
    {
        (null, _) => null,
        (WantedState.Stopped, "stopped" or "failed") => null,
        (WantedState.Stopped, _) => "stop",
        (WantedState.Restarted, "running") when !compares => "restart",
        (WantedState.Reloaded, "running") when !compares => "reload",
        (_, "running") => null,
        _ => "start",
    };

    /// <summary>What does not hold, each as a sentence.</summary>
    private static List<string> Reasons(string name, WantedState? state, bool? enabled, ServiceScript seen)
    {
        var reasons = new List<string>();
        if (state is WantedState.Stopped ? seen.State is not ("stopped" or "failed") : state is not null && seen.State != "running")
            reasons.Add($"{name} is {seen.State}, not {(state is WantedState.Stopped ? "stopped" : "running")}");
        if (enabled is { } wanted && wanted != seen.Enabled)
            reasons.Add(seen.Enabled is null ? NoSetting(name, seen) : $"{name} {(wanted ? "does not start" : "starts")} with the machine");
        return reasons;
    }

    private static string NoSetting(string name, ServiceScript seen) =>
        $"whether {name} starts with the machine is no setting of its own{(seen.EnabledWord.Length > 0 ? $": {seen.Manager} says {Data.Show(seen.EnabledWord)}" : "")}";

    private static DataMap Fields(string name, ServiceScript seen, bool changed, string diff) => new(new Dictionary<string, object?>
    {
        ["state"] = seen.State,
        ["enabled"] = seen.Enabled is { } enabled ? enabled : new Absent(NoSetting(name, seen)),
        ["changed"] = changed,
        ["diff"] = diff,
    });
}
