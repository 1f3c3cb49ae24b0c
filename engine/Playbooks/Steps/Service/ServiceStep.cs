using System.Text.RegularExpressions;
using Playbooks.Model;

namespace Playbooks.Steps.Service;

/// <summary>`service`: has a service run or not, now and when its machine starts.</summary>
public sealed partial class ServiceStep : StepKind
{
    /// <summary>It stands in paths and behind the names of programs.</summary>
    private static readonly SettingType<string> NameType = new("the name of a service: letters, digits and `@ . _ - : \\`, beginning with a letter or a digit", (object? value, out string read) =>
    {
        read = value as string ?? "";
        return read.Length <= 200 && Allowed().IsMatch(read);
    });

    private static readonly SettingType<WantedState> StateType = new("started, stopped, restarted or reloaded", (object? value, out WantedState read) =>
    {
        read = value switch { "stopped" => WantedState.Stopped, "restarted" => WantedState.Restarted, "reloaded" => WantedState.Reloaded, _ => WantedState.Started };
        return value is "started" or "stopped" or "restarted" or "reloaded";
    });

    public override string Name => "service";

    public override string Summary => "Has a service run or not, now and when its machine starts; through systemd, OpenRC, FreeBSD's rc or the scripts of /etc/init.d, whichever the machine has.";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("name", "text", "What its machine calls it.", Required: true),
        new("state", "text", "Whether it shall run: started or stopped; restarted and reloaded do that each time, and start what does not run.") { Choices = ["started", "stopped", "restarted", "reloaded"] },
        new("enabled", "boolean", "Whether it starts with its machine."),
    ];

    public override IReadOnlyList<ResultField> Fields =>
    [
        new("state", "text", "running, stopped, failed, starting or stopping, as it was in the end."),
        new("enabled", "boolean", "Whether it starts with its machine."),
        new("changed", "boolean", "Something was changed."),
        new("diff", "text", "What was changed, or would be."),
    ];

    public override bool CanCompare => true;

    public override KindWork? Bind(Arguments arguments)
    {
        if (!arguments.Has("state") && !arguments.Has("enabled")) arguments.Problems.Add(arguments.At, "this `service` wants nothing of the service", "give it `state` or `enabled`");
        var name = arguments.Get("name", NameType);
        var state = arguments.Get("state", StateType);
        var enabled = arguments.Get("enabled", SettingTypes.Boolean);
        return name is null ? null : new ServiceWork(this, name, state, enabled);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9@._:\\-]*\z")]
    private static partial Regex Allowed();
}

/// <summary>What a playbook wants of a service now.</summary>
internal enum WantedState
{
    Started,
    Stopped,
    Restarted,
    Reloaded,
}
